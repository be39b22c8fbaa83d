import type { Platform } from '@qianxing/service';
import type { FulfilmentNeeds } from './needs';
import type { addShipped } from './store';

export interface FulfilmentOptions {
  /** Origin under which `/hooks/kuaidi100` is reached. */
  readonly callbackBaseUrl: string;
}

/** What keeps two people from shipping the same units; tests take it away to show that they notice. */
export interface ShippingGuard {
  readonly addShipped: typeof addShipped;
}

/** What the shell of this service shares. */
export interface FulfilmentContext {
  readonly platform: Platform;
  readonly needs: FulfilmentNeeds;
  readonly options: FulfilmentOptions;
  readonly guard: ShippingGuard;
}
