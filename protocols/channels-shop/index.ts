import type { Outcome } from './outcome';
import type { ChannelsShop, ChannelsShopConfig, ReceivedEvent, ShopEvent } from './types';

export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export type * from './types';

export declare function createChannelsShop(config: ChannelsShopConfig): ChannelsShop;
/** Reads a verified push message. Rejected `event.shape` when a known event lacks what it must carry. */
export declare function parseShopEvent(message: ReceivedEvent): Outcome<ShopEvent>;
