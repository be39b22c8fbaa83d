export { createWechatOpen } from './client';
export { parseOpenEvent } from './event';
export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export { createMessagePush } from './push';
export type * from './types';

/** Body to answer a stored push message with. */
export const PUSH_ACCEPTED = 'success';
