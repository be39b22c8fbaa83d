/**
 * Every failpoint of the product by the step of the loop that reaches it, in the order in which the step does. A test compares this list
 * with the sources. The commit of every transaction has one failpoint; how many commits lie before the killed one follows `=exit:`.
 */
export const FAILPOINTS = {
  import: ['catalog.afterFetchPage', 'catalog.afterSaveProduct'],
  place: ['order.afterReserve', 'order.beforePlaceCommit'],
  cancel: ['order.afterRelease'],
  pay: [
    'payment.afterInsert',
    'payment.afterPrepay',
    'payment.afterNotice',
    'payment.beforeSettle',
    'payment.beforeSettleCommit',
    'events.afterPublish',
    'order.afterSell',
    'events.beforeDeliveryCommit',
    'events.afterDelivery',
    'promotion.afterPosting',
    'promotion.beforeRecords',
  ],
  ship: ['fulfilment.beforeShipCommit'],
  refund: ['order.beforeRefundRequest', 'payment.afterRefundSent', 'order.afterRefundOnLine'],
  withdraw: ['promotion.beforeHold', 'promotion.afterRecords', 'promotion.afterPayoutRequested', 'payment.afterTransferSent'],
} as const;

/** Any transaction at all: killed just before its commit. */
export const COMMIT = 'database.beforeCommit';
