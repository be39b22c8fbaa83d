export { carriers } from './carriers';
export { createKuaidi100 } from './client';
export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export { openPush } from './push';
export type * from './types';

/** JSON to answer a stored push with; any other answer brings it again, three times, 30 minutes apart. */
export const PUSH_ACCEPTED = '{"result":true,"returnCode":"200","message":"成功"}';
