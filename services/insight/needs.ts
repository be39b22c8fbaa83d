import type { FulfilmentApi } from '@qianxing/fulfilment/contract';
import type { OrderApi } from '@qianxing/order/contract';
import type { PaymentApi } from '@qianxing/payment/contract';
import type { PromotionApi } from '@qianxing/promotion/contract';

/** Whose figures the dashboard shows. Each part answers from its own tables; nothing is copied here. */
export interface InsightNeeds {
  readonly order: Pick<OrderApi, 'salesByDay' | 'buyersBetween' | 'countsByStatus' | 'topProducts'>;
  readonly payment: Pick<PaymentApi, 'countsByStatus'>;
  readonly fulfilment: Pick<FulfilmentApi, 'countsByStatus'>;
  readonly promotion: Pick<PromotionApi, 'totals'>;
  /** Event deliveries that failed for the last time and wait for a person. */
  deadLetters(): Promise<number>;
}
