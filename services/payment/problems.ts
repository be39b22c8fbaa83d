import { defineProblems } from '@qianxing/errors';

export const { catalogue: paymentProblems, fail } = defineProblems('payment', {
  tradeNotFound: { status: 404, zh: '没有找到该交易', en: 'Trade not found' },
  alreadyPaid: { status: 409, zh: '该交易已付款，无需重复支付', en: 'The trade is paid already' },
  tradeClosed: { status: 409, zh: '该交易已取消或超时关闭，请重新下单', en: 'The trade is cancelled or expired: please order again' },
  openIdMissing: {
    status: 409,
    zh: '使用此支付方式需先用微信登录并绑定',
    en: 'This way of paying needs WeChat sign-in first',
  },
  nothingToPay: { status: 409, zh: '应付金额为零，无需支付', en: 'There is nothing to pay' },
  refused: {
    status: 409,
    zh: '微信支付拒绝了请求（{code}），未扣款，请稍后重试或更换支付方式',
    en: 'WeChat Pay refused ({code}); nothing was charged, try again later or pay another way',
  },
  unknown: {
    status: 503,
    zh: '暂时联系不上微信支付，未确认扣款；请稍后用同一操作重试，不会重复扣款',
    en: 'WeChat Pay cannot be reached just now; retry the same operation shortly, you will not be charged twice',
  },
  paymentNotFound: { status: 404, zh: '没有找到该支付单', en: 'Payment not found' },
  refundNotFound: { status: 404, zh: '没有找到该退款单', en: 'Refund not found' },
  refundNotRetryable: { status: 409, zh: '该退款当前不能重试', en: 'This refund cannot be retried now' },
  discrepancyNotFound: { status: 404, zh: '没有找到该差错', en: 'Discrepancy not found' },
  reconciliationNotFound: { status: 404, zh: '没有找到该对账记录', en: 'Reconciliation not found' },
  dayNotOver: {
    status: 422,
    zh: '账单次日 10 点后才能下载，请选择更早的日期',
    en: 'The bill of a day is ready at 10:00 on the next day: choose an earlier day',
  },
});
