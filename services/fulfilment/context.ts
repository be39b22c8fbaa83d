import type { Platform } from '@qianxing/service';
import type { FulfilmentNeeds } from './needs';

export interface FulfilmentOptions {
  /** Origin under which `/hooks/kuaidi100` is reached. */
  readonly callbackBaseUrl: string;
}

/** What the shell of this service shares. */
export interface FulfilmentContext {
  readonly platform: Platform;
  readonly needs: FulfilmentNeeds;
  readonly options: FulfilmentOptions;
}
