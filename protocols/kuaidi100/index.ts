import type { Outcome } from './outcome';
import type { Carrier, Kuaidi100, Kuaidi100Config, PushForm, TrackingPush } from './types';

export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export type * from './types';

export declare function createKuaidi100(config: Kuaidi100Config): Kuaidi100;
/** Checks `sign = MD5(param + salt)` and reads the push. Rejected `push.signature`, `push.body`. */
export declare function openPush(form: PushForm): Outcome<TrackingPush>;
/** JSON to answer a stored push with; any other answer brings it again, three times, 30 minutes apart. */
export const PUSH_ACCEPTED = '{"result":true,"returnCode":"200","message":"成功"}';
export declare const carriers: readonly Carrier[];
