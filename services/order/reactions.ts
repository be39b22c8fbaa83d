import { type Reaction, reaction } from '@qianxing/events';
import { orderDelivered, parcelShipped } from '@qianxing/fulfilment/contract';
import { paymentSucceeded, refundSucceeded } from '@qianxing/payment/contract';
import { memberErased } from '@qianxing/user/contract';
import { finishRefund } from './aftersales/lifecycle';
import { emptyCart, removeItems } from './cart/store';
import type { OrderContext } from './context';
import { orderPlaced } from './contract';
import { noteDelivery, noteParcel, payTrade } from './lifecycle';

export function orderReactions({ lifecycle }: OrderContext): Reaction[] {
  return [
    reaction('order.pay', paymentSucceeded, (transaction, event) => payTrade(lifecycle, transaction, event.payload)),
    reaction('order.finishRefund', refundSucceeded, async (transaction, event) => {
      const [kind, afterSaleId] = event.payload.refundKey.split(':');
      if (kind === 'afterSale' && afterSaleId !== undefined)
        await finishRefund(lifecycle, transaction, afterSaleId, event.payload.succeededAt);
    }),
    reaction('order.noteParcel', parcelShipped, (transaction, event) => noteParcel(lifecycle, transaction, event.payload)),
    reaction('order.noteDelivery', orderDelivered, (transaction, event) =>
      noteDelivery(lifecycle, transaction, event.payload.orderId, event.payload.deliveredAt),
    ),
    reaction('order.tidyCart', orderPlaced, (transaction, event) =>
      removeItems(
        transaction,
        event.payload.memberId,
        event.payload.lines.map((line) => line.skuId),
      ),
    ),
    reaction('order.forgetCart', memberErased, (transaction, event) => emptyCart(transaction, event.payload.memberId)),
  ];
}
