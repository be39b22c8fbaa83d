import type { Platform } from '@qianxing/service';
import type { Lifecycle } from './lifecycle';
import type { OrderPolicy } from './model';
import type { OrderNeeds } from './needs';
import type { Ordering } from './ordering';

/** What the shell of this service shares: routes, reactions and jobs get it from `index.ts`. */
export interface OrderContext {
  readonly platform: Platform;
  readonly needs: OrderNeeds;
  readonly policy: OrderPolicy;
  readonly lifecycle: Lifecycle;
  readonly ordering: Ordering;
  /** Where buyers send returned goods, as shown to them. */
  readonly returnAddress: string;
}
