import type { MessagePush, MessagePushConfig, WechatOpen, WechatOpenConfig } from './types';

export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export type * from './types';

export declare function createWechatOpen(config: WechatOpenConfig): WechatOpen;
export declare function createMessagePush(config: MessagePushConfig): MessagePush;
/** Body to answer a stored push message with. */
export const PUSH_ACCEPTED = 'success';
