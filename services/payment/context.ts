import type { Platform } from '@qianxing/service';
import type { PaymentOptions } from './model';
import type { PaymentNeeds } from './needs';

/** What the shell of this service shares. */
export interface PaymentContext {
  readonly platform: Platform;
  readonly needs: PaymentNeeds;
  readonly options: PaymentOptions;
}
