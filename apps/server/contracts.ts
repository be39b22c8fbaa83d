import { catalogContract } from '@qianxing/catalog/contract';
import { fulfilmentContract } from '@qianxing/fulfilment/contract';
import { guardContract } from '@qianxing/guard/contract';
import type { RouteContract } from '@qianxing/http';
import { insightContract } from '@qianxing/insight/contract';
import { orderContract } from '@qianxing/order/contract';
import { paymentContract } from '@qianxing/payment/contract';
import { promotionContract } from '@qianxing/promotion/contract';
import { userContract } from '@qianxing/user/contract';
import { operationsContract } from './operations/contract';

/** Every route of the product; the API document and the clients' types come from this list. */
export const allContracts: readonly RouteContract[] = [
  userContract,
  catalogContract,
  orderContract,
  paymentContract,
  fulfilmentContract,
  promotionContract,
  guardContract,
  insightContract,
  operationsContract,
].flatMap((contract) => Object.values<RouteContract>(contract));
