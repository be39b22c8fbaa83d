import { api } from '@/api';
import type { Order } from '@/api/types';
import { keepCheckoutItems } from '@/checkout-items';
import { t } from '@/i18n';
import { open } from '@/platform/navigation';
import { useAction } from './action';
import { askFirst, showFailure, showNotice } from './failure-text';

/** What a buyer may do with an order, from the list and from its own page. `changed` is called with the order as it is afterwards. */
export function useOrderActions(changed: (order: Order | null) => void) {
  const receiving = useAction((orderId: string) => api.post('/api/v1/orders/{orderId}/receive', {}, { params: { orderId } }));
  const cancelling = useAction((tradeId: string) => api.post('/api/v1/trades/{tradeId}/cancel', {}, { params: { tradeId } }));

  async function receive(order: Order) {
    if (!(await askFirst(t('order.receive'), t('order.receiveConfirm')))) return;
    const received = await receiving.run(order.orderId);
    if (received !== null) {
      showNotice(t('order.receivedToast'));
      changed(received);
    } else if (receiving.failure.value !== null) showFailure(receiving.failure.value);
  }
  async function cancel(order: Order) {
    if (!(await askFirst(t('order.cancelOrder'), t('order.cancelOrderConfirm')))) return;
    const trade = await cancelling.run(order.tradeId);
    if (trade !== null) {
      showNotice(t('order.cancelledToast'));
      changed(null);
    } else if (cancelling.failure.value !== null) showFailure(cancelling.failure.value);
  }
  const pay = (order: Order) => open(`/trade/pay/index?tradeId=${order.tradeId}`);
  const afterSale = (order: Order) => open(`/trade/after-sale-apply/index?orderId=${order.orderId}`);
  function buyAgain(order: Order) {
    keepCheckoutItems({ items: order.lines.map(({ skuId, quantity }) => ({ skuId, quantity })), fromCart: false });
    open('/trade/checkout/index');
  }
  return { receive, cancel, pay, afterSale, buyAgain, receiving: receiving.busy, cancelling: cancelling.busy };
}
