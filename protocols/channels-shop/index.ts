export { createChannelsShop } from './client';
export { parseShopEvent } from './event';
export type { Outcome, Rejected, Succeeded, Unknown } from './outcome';
export type * from './types';
