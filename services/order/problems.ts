import { defineProblems } from '@qianxing/errors';

export const { catalogue: orderProblems, fail } = defineProblems('order', {
  skuNotFound: {
    status: 422,
    zh: '商品不存在或已下架，请从购物车移除后重试',
    en: 'This item does not exist or is no longer sold: remove it and try again',
  },
  outOfStock: {
    status: 409,
    zh: '「{title}」库存不足，仅剩 {available} 件，请减少数量',
    en: '“{title}” has only {available} left: reduce the quantity',
  },
  priceChanged: {
    status: 409,
    zh: '价格已变动，应付 {payable} 元，请确认后重新提交',
    en: 'Prices have changed, the total is now {payable} yuan: confirm and submit again',
  },
  addressNotFound: { status: 422, zh: '请选择有效的收货地址', en: 'Choose a valid delivery address' },
  duplicateSku: { status: 422, zh: '同一规格请合并为一行', en: 'The same SKU appears twice: merge the quantities' },
  cartFull: { status: 409, zh: '购物车最多放 {limit} 种商品', en: 'A cart holds at most {limit} items' },
  tradeNotFound: { status: 404, zh: '没有找到该交易', en: 'Trade not found' },
  orderNotFound: { status: 404, zh: '没有找到该订单', en: 'Order not found' },
  notCancellable: {
    status: 409,
    zh: '该交易已付款或已取消，不能再取消；已付款请申请售后',
    en: 'The trade is paid or cancelled already; apply for after-sales if it is paid',
  },
  notReceivable: {
    status: 409,
    zh: '订单尚未全部发货，暂不能确认收货',
    en: 'The order is not fully shipped yet, so receipt cannot be confirmed',
  },
  afterSaleOpen: {
    status: 409,
    zh: '有售后正在处理，处理完毕后才能确认收货',
    en: 'An after-sale is open: confirm receipt when it is done',
  },
  afterSaleNotFound: { status: 404, zh: '没有找到该售后单', en: 'After-sale not found' },
  afterSaleClosed: {
    status: 409,
    zh: '该订单已过售后期，请联系客服',
    en: 'The after-sales period of this order is over: please contact us',
  },
  afterSaleQuantity: { status: 409, zh: '最多还可对 {left} 件申请售后', en: 'After-sales can be applied for at most {left} more' },
  afterSaleState: {
    status: 409,
    zh: '售后单当前状态不支持此操作，请刷新后查看',
    en: 'The after-sale is in another state now: refresh and look again',
  },
  returnQuantity: {
    status: 409,
    zh: '最多可退货 {left} 件，未发货的商品请选择「仅退款」',
    en: 'At most {left} can be returned: choose “refund only” for goods that were not shipped',
  },
  returnNotShipped: { status: 409, zh: '商品尚未发货，请选择「仅退款」', en: 'The goods have not been shipped: choose “refund only”' },
});
