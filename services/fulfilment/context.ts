import type { Platform } from '@qianxing/service';
import type { FulfilmentNeeds } from './needs';
import type { endTurn } from './shipping-info/store';
import type { addShipped } from './store';

export interface FulfilmentOptions {
  /** Origin under which `/hooks/kuaidi100` is reached. */
  readonly callbackBaseUrl: string;
}

/** What keeps two people from shipping the same units, and a parcel from being left out of reports; tests take it away to show that they notice. */
export interface ShippingGuard {
  readonly addShipped: typeof addShipped;
  readonly endTurn: typeof endTurn;
}

/** What the shell of this service shares. */
export interface FulfilmentContext {
  readonly platform: Platform;
  readonly needs: FulfilmentNeeds;
  readonly options: FulfilmentOptions;
  readonly guard: ShippingGuard;
}
