import { defineProblems } from '@qianxing/errors';

export const { catalogue: fulfilmentProblems, fail } = defineProblems('fulfilment', {
  orderNotFound: { status: 404, zh: '没有找到该订单', en: 'Order not found' },
  nothingToShip: { status: 409, zh: '该订单没有待发货的商品', en: 'Nothing of this order waits for shipping' },
  lineUnknown: { status: 422, zh: '订单中没有该商品行', en: 'The order has no such line' },
  quantityTooLarge: { status: 409, zh: '「{title}」最多还可发 {left} 件', en: 'At most {left} of “{title}” can be shipped' },
  carrierUnknown: { status: 422, zh: '不支持的快递公司「{carrier}」', en: 'Unknown carrier “{carrier}”' },
  waybillUsed: { status: 409, zh: '该运单号已用于其他订单', en: 'This waybill number is used by another order' },
  parcelDiffers: {
    status: 409,
    zh: '该订单已用此运单号发过内容不同的包裹',
    en: 'This order has a parcel with this waybill number and other content',
  },
  quantityInvalid: { status: 422, zh: '数量应为正整数', en: 'The quantity is a positive whole number' },
  waybillInvalid: { status: 422, zh: '运单号应为 6 至 40 位字母或数字', en: 'A waybill number has 6 to 40 letters or digits' },
  parcelIncomplete: {
    status: 409,
    zh: '同一包裹的其他行有误，整个包裹未发货',
    en: 'Another row of this parcel has an error: the parcel was not shipped',
  },
  exceptionNotFound: { status: 404, zh: '没有找到该异常', en: 'Exception not found' },
  csvEmpty: { status: 422, zh: '文件里没有数据行', en: 'The file has no rows' },
  csvHeader: { status: 422, zh: '缺少列：{columns}', en: 'Missing columns: {columns}' },
  csvTooLong: { status: 422, zh: '一次最多导入 {limit} 行', en: 'At most {limit} rows at a time' },
});
