import type { AfterSale, Order, Shipment } from './api/types';
import { t } from './i18n';
import type { TextKey } from './texts';

/** Name of an order's state as the buyer sees it. */
export function orderStatusText(status: Order['status']): string {
  return t(status === 'paid' ? 'order.paidStatus' : `order.${status}`);
}

export function cancelReasonText(reason: Order['cancelReason']): string {
  switch (reason) {
    case 'buyer':
      return t('order.cancelledByBuyer');
    case 'expired':
      return t('order.cancelledExpired');
    case 'staff':
      return t('order.cancelledByStaff');
    case 'refunded':
      return t('order.cancelledRefunded');
    case null:
      return '';
    default:
      return reason satisfies never;
  }
}

export const shipmentStatusText = (status: Shipment['status']): string => t(`order.shipment_${status}`);
export const afterSaleStatusText = (status: AfterSale['status']): string => t(`afterSale.${status}`);

/** What the buyer may want to know or do next. */
export function afterSaleHint(afterSale: AfterSale): string {
  const hints: Partial<Record<AfterSale['status'], TextKey>> = {
    applied: 'afterSale.appliedHint',
    refunding: 'afterSale.refundingHint',
    refunded: 'afterSale.refundedHint',
    ...(afterSale.kind === 'return_and_refund' ? { approved: 'afterSale.approvedReturnHint' } : {}),
  };
  const key = hints[afterSale.status];
  if (afterSale.rejectReason !== null && afterSale.status === 'rejected')
    return t('afterSale.rejectReason', { reason: afterSale.rejectReason });
  return key === undefined ? '' : t(key);
}

/** Colour of a state's tag. */
export function toneOf(status: Order['status'] | AfterSale['status']): '' | 'good' | 'warning' | 'info' | 'plain' {
  switch (status) {
    case 'awaiting_payment':
    case 'applied':
    case 'approved':
      return 'warning';
    case 'paid':
    case 'partly_shipped':
    case 'shipped':
    case 'returning':
    case 'returned':
    case 'refunding':
      return 'info';
    case 'received':
    case 'completed':
    case 'refunded':
      return 'good';
    case 'cancelled':
    case 'closed':
      return 'plain';
    case 'rejected':
      return '';
    default:
      return status satisfies never;
  }
}
