// Invented data of the shapes that the contracts give.
const now = Date.parse('2026-11-22T10:32:08+08:00');
export const at = (minutesAgo) => new Date(now - minutesAgo * 60_000).toISOString();
const pick = (list, index) => list[index % list.length];
export const id = (kind, index) =>
  `01jd${kind.padEnd(6, '0').slice(0, 6)}${String(index).padStart(16, '0')}`.replace(/[ilou]/g, '1').slice(0, 26);
const wave = (index, base, swing) =>
  Math.round(base + swing * Math.sin(index * 1.7) + (swing / 2) * Math.cos(index * 0.6) + index * swing * 0.03);

export const permissions = [
  'dashboard.read',
  'catalog.read',
  'catalog.write',
  'order.read',
  'order.write',
  'afterSale.write',
  'payment.read',
  'payment.write',
  'fulfilment.read',
  'fulfilment.write',
  'promotion.read',
  'promotion.write',
  'withdrawal.review',
  'compliance.read',
  'compliance.sign',
  'member.read',
  'member.reveal',
  'staff.write',
  'audit.read',
  'operations.read',
  'operations.write',
];
export const session = () => ({
  accessToken: `access-${Date.now()}`,
  accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  refreshToken: 'refresh',
  refreshTokenExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
});
export const totpUri = 'otpauth://totp/Qianxing:new?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Qianxing&digits=6&period=30';
export const staff = [
  ['owner', '林晓岚', ['owner'], true],
  ['shipping', '赵一帆', ['warehouse'], true],
  ['finance', '周敏', ['finance'], true],
  ['service', '何田', ['service'], false],
].map(([username, displayName, roleCodes, totpEnrolled], index) => ({
  staffId: id('staff', index),
  username,
  displayName,
  status: index === 3 ? 'suspended' : 'active',
  roleCodes,
  totpEnrolled,
  lastLoginAt: index === 3 ? null : at(30 + index * 300),
  createdAt: at(90_000),
}));
export const roles = [
  ['owner', '所有者', 'Owner', permissions],
  ['warehouse', '仓库', 'Warehouse', ['fulfilment.read', 'fulfilment.write', 'order.read']],
  ['finance', '财务', 'Finance', ['dashboard.read', 'payment.read', 'payment.write', 'promotion.read', 'withdrawal.review']],
  ['service', '客服', 'Service', ['order.read', 'order.write', 'afterSale.write', 'member.read']],
].map(([roleCode, nameZh, nameEn, held], index) => ({ roleCode, nameZh, nameEn, permissions: held, builtIn: index < 3 }));

const goods = ['静音舒适轮胎', '全地形轮胎', '四次换位年卡', '雪地胎', '防暑养护套餐', '运动性能轮胎', '全合成机油 4L', '陶瓷刹车片'];
const sizes = ['205/55R16 91V', '235/65R17 104H', '215/60R16 95H', '225/45R18 95W', '185/65R15 88H'];
const people = ['山野小王', '阿梅', '老周', '陈陈', '北纬30度', '小满', '大鹏', '莫愁'];
const warehouses = ['广州天河仓', '杭州余杭仓', '成都双流仓'];
const merchants = ['千星轮胎旗舰', '驰安养护', '西南轮胎行'];
const statuses = ['paid', 'shipped', 'awaiting_payment', 'completed', 'partly_shipped', 'received', 'cancelled'];

export const products = Array.from({ length: 60 }, (_, index) => ({
  productId: id('prod', index),
  productCode: `QX-${1000 + index}`,
  title: `${pick(goods, index)} ${pick(sizes, index)}`,
  pictureUrl: '/none.svg',
  categoryCode: pick(['tyres', 'service', 'oil'], index),
  merchantName: pick(merchants, index),
  priceFromFen: 19_900 + index * 1370,
  available: index % 9 === 0 ? 0 : index % 7 === 0 ? 4 : 40 + index,
  soldCount: 860 - index * 11,
  status: index % 13 === 12 ? 'delisted' : 'listed',
  source: index % 10 === 9 ? 'own' : 'channels',
  syncedAt: at(index * 3),
  updatedAt: at(index * 60),
}));
export const productDetail = (productId) => {
  const row = products.find((product) => product.productId === productId) ?? products[0];
  return {
    productId: row.productId,
    productCode: row.productCode,
    title: row.title,
    subtitle: '静音花纹，湿地制动短',
    brand: '千星',
    description: '四层静音花纹，湿地抓地力 A 级。\n厂家质保五年。',
    categoryCode: row.categoryCode,
    pictureUrls: ['/a.svg', '/b.svg'],
    tags: [],
    merchant: { merchantId: id('mer', 1), name: row.merchantName, provinceName: '广东省' },
    soldCount: row.soldCount,
    status: row.status,
    updatedAt: row.updatedAt,
    skus: sizes.map((label, index) => ({
      skuId: id('sku', index),
      skuCode: `${row.productCode}-${index}`,
      specifications: [{ nameZh: '尺寸', nameEn: 'Size', value: label }],
      label,
      priceFen: row.priceFromFen + index * 3000,
      marketPriceFen: row.priceFromFen + 12_000,
      available: index === 2 ? 0 : index === 3 ? 4 : 60,
      pictureUrl: null,
      status: 'listed',
      tyre: {
        widthMm: 205,
        aspectPercent: 55,
        rimInch: 16,
        loadIndex: 91,
        speedRating: 'V',
        season: 'summer',
        vehicleTypes: ['轿车'],
        label,
      },
    })),
  };
};

const orderNo = (index) => String(202611220000 + 10_000 - index * 7).padStart(18, '3');
export const orders = Array.from({ length: 120 }, (_, index) => ({
  orderId: id('order', index),
  orderNo: orderNo(index),
  tradeNo: `9${orderNo(index).slice(1)}`,
  memberNo: 100 + (index % 12),
  memberName: pick(people, index),
  merchantId: id('mer', index % 3),
  merchantName: pick(merchants, index),
  warehouseName: pick(warehouses, index),
  status: pick(statuses, index),
  summary: `${pick(goods, index)} ${pick(sizes, index)}${index % 3 === 0 ? ' 等 2 种' : ''}`,
  quantity: 1 + (index % 4),
  payableFen: 12_819 + index * 791,
  refundedFen: index % 11 === 5 ? 4900 : 0,
  placedAt: at(10 + index * 47),
  paidAt: index % 7 === 2 ? null : at(8 + index * 47),
}));
export const orderDetail = (orderId) => {
  const row = orders.find((order) => order.orderId === orderId) ?? orders[0];
  const line = (index, quantity, shippedQuantity) => ({
    orderLineId: id('line', index),
    skuId: id('sku', index),
    productId: id('prod', index),
    title: pick(goods, index),
    label: pick(sizes, index),
    pictureUrl: '/none.svg',
    unitPriceFen: 45_900,
    quantity,
    goodsFen: 45_900 * quantity,
    discountFen: index === 0 ? 2000 : 0,
    payableFen: 45_900 * quantity - (index === 0 ? 2000 : 0),
    shippedQuantity,
    refundedQuantity: 0,
    refundedFen: 0,
    afterSaleQuantity: index === 1 ? 1 : 0,
  });
  return {
    orderId: row.orderId,
    orderNo: row.orderNo,
    tradeId: id('trade', 1),
    tradeNo: row.tradeNo,
    status: row.status,
    merchantId: id('mer', 1),
    merchantName: row.merchantName,
    warehouseName: row.warehouseName,
    lines: [line(0, 4, 2), line(1, 1, 1)],
    goodsFen: 229_500,
    discountFen: 2000,
    freightFen: 0,
    payableFen: 227_500,
    refundedFen: 0,
    recipient: { name: '王*', phone: '138****1234', region: '广东省 广州市 天河区', detail: '天河路***' },
    remark: '请在周末送货',
    placedAt: row.placedAt,
    expiresAt: null,
    paidAt: at(400),
    shippedAt: null,
    deliveredAt: null,
    receivedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
    autoReceiveAt: at(-9000),
    returnWindowEndsAt: null,
    actions: [],
    memberId: id('mem', 1),
    memberNo: row.memberNo,
    memberName: row.memberName,
    staffNotes: [{ note: '买家来电确认车型，尺寸无误。', staffName: '何田', at: at(300) }],
    history: [
      { status: 'awaiting_payment', at: at(420) },
      { status: 'paid', at: at(400) },
      { status: 'partly_shipped', at: at(120) },
    ],
    beneficiaries: [
      { orderLineId: id('line', 0), level: 1, promoterNo: 101, rateBp: 500 },
      { orderLineId: id('line', 0), level: 2, promoterNo: 7, rateBp: 200 },
      { orderLineId: id('line', 1), level: 1, promoterNo: 101, rateBp: 500 },
    ],
  };
};
const afterStates = ['applied', 'returning', 'refunding', 'refunded', 'applied', 'rejected', 'approved'];
export const afterSales = Array.from({ length: 24 }, (_, index) => ({
  afterSaleId: id('after', index),
  afterSaleNo: `5${orderNo(index).slice(1)}`,
  orderId: id('order', index),
  orderNo: orderNo(index),
  orderLineId: id('line', index),
  title: pick(goods, index),
  label: pick(sizes, index),
  pictureUrl: '/none.svg',
  kind: index % 2 === 0 ? 'return_and_refund' : 'refund_only',
  quantity: 1,
  refundFen: 45_400 + index * 100,
  reason: pick(['wrong_size', 'no_longer_wanted', 'damaged', 'late'], index),
  description: '收到的尺寸与车型不符，未安装。',
  status: pick(afterStates, index),
  rejectReason: null,
  returnAddress: index % 7 === 1 ? '广州市天河区千星仓售后部' : null,
  returnCarrierCode: index % 7 === 1 ? 'SF' : null,
  returnWaybillNo: index % 7 === 1 ? 'SF1234567890123' : null,
  history: [{ status: 'applied', by: 'buyer', note: '尺寸不符', at: at(60 + index * 90) }],
  actions:
    pick(afterStates, index) === 'applied' ? ['approve', 'reject'] : pick(afterStates, index) === 'returning' ? ['confirm_return'] : [],
  createdAt: at(60 + index * 90),
  memberNo: 100 + index,
  memberName: pick(people, index),
}));
export const toShip = orders
  .filter((order) => order.status === 'paid' || order.status === 'partly_shipped')
  .map((order, index) => ({
    orderId: order.orderId,
    orderNo: order.orderNo,
    warehouseName: order.warehouseName,
    recipientMasked: `${pick(['王', '李', '陈'], index)}* 138****${1000 + index}`,
    region: pick(['广东省 广州市', '浙江省 杭州市', '四川省 成都市'], index),
    paidAt: order.paidAt ?? order.placedAt,
    lines: [
      {
        orderLineId: id('line', index),
        title: pick(goods, index),
        label: pick(sizes, index),
        quantity: 4,
        shippedQuantity: 0,
        heldQuantity: index % 5 === 3 ? 1 : 0,
        toShipQuantity: index % 5 === 3 ? 3 : 4,
      },
    ],
  }));
const parcelStates = ['in_transit', 'delivered', 'shipped', 'out_for_delivery', 'problem', 'picked_up'];
export const shipments = Array.from({ length: 40 }, (_, index) => ({
  shipmentId: id('ship', index),
  orderId: orders[index].orderId,
  orderNo: orderNo(index),
  carrierCode: 'SF',
  carrierNameZh: '顺丰速运',
  carrierNameEn: 'SF Express',
  waybillNo: `SF${1_234_567_890_123 + index}`,
  status: pick(parcelStates, index),
  lines: [{ orderLineId: id('line', 0), title: pick(goods, index), label: pick(sizes, index), quantity: 2 }],
  shippedAt: at(600 + index * 80),
  deliveredAt: index % 6 === 1 ? at(60) : null,
  shippingInfo: pick(['uploaded', 'waiting', 'uploaded', 'rejected'], index),
  subscription: 'subscribed',
  events: [
    { at: at(60 + index), status: pick(parcelStates, index), text: '快件到达【广州天河集散中心】', place: '广州市' },
    { at: at(500 + index), status: 'picked_up', text: '顺丰速运 已收取快件', place: '杭州市' },
  ],
}));
export const exceptions = ['stuck', 'not_shipped_in_time', 'no_tracking', 'shipping_info_failed', 'returned'].map((kind, index) => ({
  exceptionId: id('exc', index),
  kind,
  orderId: orders[index].orderId,
  orderNo: orderNo(index),
  shipmentId: id('ship', index),
  waybillNo: index === 1 ? null : `SF${1_234_567_890_123 + index}`,
  detail: pick(['72 小时没有新的轨迹', '付款后 48 小时未发货', '发出 24 小时仍无轨迹'], index),
  openedAt: at(200 + index * 400),
  resolvedAt: index > 3 ? at(10) : null,
  resolution: index > 3 ? '已重新派送' : null,
}));
const payStates = ['succeeded', 'succeeded', 'pending', 'unknown', 'closed', 'failed'];
export const payments = orders.slice(0, 60).map((order, index) => ({
  paymentId: id('pay', index),
  paymentNo: `1${orderNo(index).slice(1)}`,
  tradeId: id('trade', index),
  tradeNo: order.tradeNo,
  channel: pick(['h5', 'mini_program', 'jsapi'], index),
  status: pick(payStates, index),
  amountFen: order.payableFen,
  refundedFen: order.refundedFen,
  providerTransactionId: index % 6 < 2 ? `42000${String(18_446_744_073 + index)}20261122` : null,
  paidAt: index % 6 < 2 ? order.placedAt : null,
  createdAt: order.placedAt,
}));
export const paymentDetail = (paymentId) => ({
  ...(payments.find((payment) => payment.paymentId === paymentId) ?? payments[0]),
  notices: [
    { noticeId: id('note', 1), kind: 'TRANSACTION.SUCCESS', receivedAt: at(400), processedAt: at(400), result: '已入账' },
    { noticeId: id('note', 2), kind: 'TRANSACTION.SUCCESS', receivedAt: at(399), processedAt: at(399), result: '重复通知' },
  ],
  attempts: [
    { operation: 'prepay', outcome: 'ok', code: null, message: null, at: at(410) },
    { operation: 'query', outcome: 'unknown', code: 'timeout', message: '5 秒内没有答复', at: at(405) },
    { operation: 'query', outcome: 'ok', code: 'SUCCESS', message: null, at: at(400) },
  ],
});
export const refunds = Array.from({ length: 16 }, (_, index) => ({
  refundId: id('ref', index),
  refundNo: `6${orderNo(index).slice(1)}`,
  refundKey: `afterSale:${id('after', index)}`,
  paymentId: payments[index].paymentId,
  paymentNo: payments[index].paymentNo,
  amountFen: 45_400 + index * 300,
  status: pick(['succeeded', 'processing', 'failed', 'succeeded', 'unknown'], index),
  reason: '售后退款',
  problem: index % 5 === 2 ? 'NOT_ENOUGH' : null,
  createdAt: at(90 + index * 200),
  succeededAt: index % 5 === 0 ? at(60) : null,
}));
export const transfers = Array.from({ length: 12 }, (_, index) => ({
  transferId: id('tra', index),
  transferNo: `7${orderNo(index).slice(1)}`,
  payoutKey: `withdrawal:${id('wit', index)}`,
  rail: index % 3 === 2 ? 'profit_sharing' : 'transfer',
  amountFen: 20_000 + index * 5100,
  status: pick(['succeeded', 'awaiting_confirmation', 'processing', 'unknown'], index),
  problem: null,
  createdAt: at(60 + index * 300),
  finishedAt: index % 4 === 0 ? at(30) : null,
}));
export const reconciliations = Array.from({ length: 14 }, (_, index) => ({
  reconciliationId: id('rec', index),
  day: new Date(now - (index + 1) * 86_400_000).toISOString().slice(0, 10),
  status: index === 2 ? 'discrepant' : 'matched',
  payments: 412 - index,
  paymentsFen: 9_182_233 - index * 12_345,
  refunds: 9,
  refundsFen: 182_200,
  transfers: 12,
  transfersFen: 622_000,
  feesFen: 55_093,
  discrepancies: index === 2 ? 2 : 0,
  problem: null,
  createdAt: at(index * 1440),
  finishedAt: at(index * 1440 - 2),
}));
export const discrepancies = [
  ['amount_differs', 45_900, 45_400, null],
  ['missing_here', null, 12_800, '已补录'],
].map(([kind, oursFen, theirsFen, resolution], index) => ({
  discrepancyId: id('dis', index),
  kind,
  billKind: 'trade',
  number: payments[index].paymentNo,
  oursFen,
  theirsFen,
  resolution,
  resolvedAt: resolution ? at(100) : null,
}));
const balances = (index) => ({
  estimatedFen: 12_200 + index * 10,
  pendingFen: 35_100 + index * 210,
  availableFen: index === 4 ? -1200 : 82_600 - index * 500,
  reservedFen: 5000,
  paidFen: 126_000 + index,
  taxWithheldFen: 820,
});
export const promoters = Array.from({ length: 12 }, (_, index) => ({
  promoterId: id('prom', index),
  promoterNo: 100 + index,
  nickname: pick(people, index),
  status: pick(['active', 'active', 'active', 'paused', 'none'], index),
  referralCode: `QX${7000 + index}`,
  referrerNo: index === 0 ? null : 100 + Math.floor((index - 1) / 2),
  depth: Math.floor(Math.log2(index + 1)),
  directCustomers: 12 - index,
  balances: balances(index),
  enrolledAt: at(40_000 - index * 900),
}));
export const promoterDetail = (promoterId) => ({
  ...(promoters.find((promoter) => promoter.promoterId === promoterId) ?? promoters[0]),
  upline: [
    { promoterNo: 101, nickname: '阿梅', layer: 1 },
    { promoterNo: 100, nickname: '山野小王', layer: 2 },
  ],
  layers: Array.from({ length: 6 }, (_, index) => ({
    layer: index + 1,
    members: [12, 31, 58, 40, 17, 3][index],
    netSalesFen: [1_250_000, 2_880_000, 4_100_000, 2_230_000, 610_000, 80_000][index],
  })),
  standing: [
    { kind: 'status', status: 'active', text: 'enrolled', staffName: null, at: at(40_000) },
    { kind: 'status', status: 'paused', text: '身份复核', staffName: '陈莉', at: at(3000) },
    { kind: 'appeal', status: 'paused', text: '已提交身份证明，请复核', staffName: null, at: at(2000) },
  ],
});
export const applications = Array.from({ length: 5 }, (_, index) => ({
  memberId: id('app', index),
  memberNo: 10_200 + index,
  nickname: pick(people, index),
  status: pick(['requested', 'requested', 'approved', 'refused'], index),
  note: pick(['有三家门店', '', '车友会会长'], index),
  reason: pick([null, null, '资料齐全', '请补充门店照片'], index),
  staffName: pick([null, null, '陈莉', '陈莉'], index),
  requestedAt: at(900 - index),
  decidedAt: pick([null, null, at(300), at(200)], index),
}));
export const commissions = Array.from({ length: 40 }, (_, index) => ({
  commissionId: id('com', index),
  orderId: orders[index].orderId,
  orderNo: orderNo(index),
  orderLineId: id('line', index),
  title: `${pick(goods, index)} ${pick(sizes, index)}`,
  level: 1 + (index % 3),
  status: pick(['pending', 'available', 'estimated', 'paid', 'reversed'], index),
  dueFen: index % 5 === 4 ? 0 : 2295 + index * 7,
  originalFen: 2295 + index * 7,
  reversedFen: index % 5 === 4 ? 2295 + index * 7 : 0,
  availableFrom: at(-9000),
  createdAt: at(index * 60),
  promoterNo: 100 + (index % 12),
  promoterName: pick(people, index),
  rateBp: [500, 200, 100][index % 3],
  baseFen: 45_900,
}));
export const commissionDetail = (commissionId) => ({
  ...(commissions.find((row) => row.commissionId === commissionId) ?? commissions[0]),
  planVersionId: id('plan', 1),
  planNameZh: '三级推广计划',
  planNameEn: 'Three-level plan',
  refundedBaseFen: 0,
  remainingBaseFen: 45_900,
  formulaZh: '¥459.00 × 5% = ¥22.95，向下取整到分',
  formulaEn: '¥459.00 × 5% = ¥22.95, rounded down to the fen',
  rounding: 'floor',
  chain: [
    { level: 0, name: '小满', isYou: false },
    { level: 1, name: '阿梅', isYou: false },
    { level: 2, name: '山野小王', isYou: false },
  ],
  timeline: [
    { at: at(400), kind: 'estimated', amountFen: 2295, zh: '订单已支付，预估佣金', en: 'Order paid: estimated' },
    { at: at(100), kind: 'pending', amountFen: 2295, zh: '已收货，等待售后期结束', en: 'Received: waiting for the return window' },
  ],
  ledger: [
    {
      transactionId: id('led', 1),
      key: `earn:${id('line', 0)}:1`,
      postedAt: at(400),
      entries: [
        { account: 'platform:commission-expense', amountFen: -2295 },
        { account: 'promoter:101:pending', amountFen: 2295 },
      ],
    },
  ],
});
const withStates = ['reviewing', 'reviewing', 'awaiting_confirmation', 'paid', 'sending', 'rejected'];
export const withdrawals = Array.from({ length: 14 }, (_, index) => ({
  withdrawalId: id('wit', index),
  withdrawalNo: `8${orderNo(index).slice(1)}`,
  rail: 'transfer',
  status: pick(withStates, index),
  amountFen: index === 0 ? 620_000 : 30_000 + index * 900,
  taxFen: index === 0 ? 84_000 : 0,
  netFen: index === 0 ? 536_000 : 30_000 + index * 900,
  problem: null,
  approvals: index === 0 ? 1 : index % 6 > 1 ? 1 : 0,
  approvalsNeeded: index === 0 ? 2 : 1,
  history: [{ status: 'reviewing', at: at(200 + index * 100) }],
  actions: [],
  createdAt: at(200 + index * 100),
  paidAt: index % 6 === 3 ? at(20) : null,
  promoterNo: 100 + index,
  promoterName: pick(people, index),
  approvedBy: index === 0 ? ['周敏'] : index % 6 > 1 ? ['周敏'] : [],
}));
export const plans = [
  ['three-level', '三级推广计划', 'Three-level plan', [500, 200, 100], 'published'],
  ['direct-sale', '单级推广计划', 'Direct-sale plan', [500], 'draft'],
].map(([code, nameZh, nameEn, rates, status], index) => ({
  planId: id('pl', index),
  planVersionId: id('plan', index),
  version: 1,
  code,
  nameZh,
  nameEn,
  status,
  levels: rates.map((rateBp, at) => ({ level: at + 1, rateBp })),
  document: { base: 'cash_paid', qualification: { anyOf: ['orders', 'lesson'] }, binding: { touch: 'last', lockDays: 30 } },
  publishedAt: status === 'published' ? at(40_000) : null,
  scope: `plan:${code}@1`,
  blocked: rates.length > 1,
  standing: rates.length > 1 ? 'stopped' : 'clear',
  graceUntil: null,
  judgedPackId: 'cn-2026.11',
}));
export const imports = [
  ['previewed', 100],
  ['completed', 100],
  ['failed', 42],
].map(([status, progressPercent], index) => ({
  importId: id('imp', index),
  status,
  counts: {
    total: 156,
    new: index === 0 ? 12 : 150,
    changed: index === 0 ? 7 : 0,
    unchanged: index === 0 ? 132 : 0,
    refused: 5,
    applied: index === 1 ? 150 : 0,
    failed: 0,
  },
  progressPercent,
  cursor: null,
  problem: index === 2 ? { code: 'catalog.shopUnavailable', messageZh: '小店接口没有答复', messageEn: 'The shop did not answer' } : null,
  createdAt: at(5 + index * 3000),
  finishedAt: index === 0 ? null : at(index * 2990),
}));
export const importItems = Array.from({ length: 40 }, (_, index) => {
  const change = pick(['new', 'changed', 'unchanged', 'refused'], index);
  return {
    itemId: id('item', index),
    externalProductId: String(10_000_000 + index),
    title: `${pick(goods, index)} ${pick(sizes, index)}`,
    pictureUrl: '/none.svg',
    change,
    status: 'waiting',
    skuCount: 1 + (index % 4),
    differences:
      change === 'changed'
        ? [
            { field: 'priceFen', before: '¥459.00', after: '¥439.00' },
            { field: 'stock', before: '12', after: '40' },
          ]
        : [],
    reasons: change === 'refused' ? [{ code: 'catalog.priceMissing', zh: '有规格没有价格', en: 'A SKU has no price' }] : [],
  };
});
export const drifts = Array.from({ length: 6 }, (_, index) => ({
  reportId: id('drf', index),
  status: 'completed',
  checkedSkus: 428,
  createdAt: at(index * 1440),
  finishedAt: at(index * 1440 - 1),
  drifts:
    index === 1
      ? [
          {
            skuId: id('sku', 1),
            skuCode: 'QX-1001-1',
            title: '全地形轮胎',
            field: 'price',
            oursText: '¥459.00',
            theirsText: '¥439.00',
            repaired: true,
          },
          {
            skuId: id('sku', 2),
            skuCode: 'QX-1001-2',
            title: '全地形轮胎',
            field: 'stock',
            oursText: '12',
            theirsText: '40',
            repaired: false,
          },
        ]
      : [],
}));
export const members = Array.from({ length: 12 }, (_, index) => ({
  memberId: id('mem', index),
  memberNo: 100 + index,
  nickname: pick(people, index),
  phoneMasked: `138****${1000 + index}`,
  wechatBound: index % 2 === 0,
  status: 'active',
  createdAt: at(60_000 - index * 1000),
}));
export const audit = Array.from({ length: 40 }, (_, index) => ({
  auditId: id('aud', index),
  staffId: staff[index % 3].staffId,
  staffName: staff[index % 3].displayName,
  action: pick(['order.note', 'withdrawal.approve', 'member.reveal', 'shipment.create', 'product.listing'], index),
  subjectKind: pick(['order', 'withdrawal', 'member'], index),
  subjectId: id('order', index),
  reason: index % 5 === 2 ? '联系收货事宜' : null,
  facts: { outcome: 200, route: 'POST /staff/v1/…', note: '买家来电' },
  ip: '10.2.3.4',
  requestId: `req-${index}f3k2m`,
  recordedAt: at(index * 11),
}));
export const deadLetters = [0, 1].map((index) => ({
  deliveryId: 501 + index,
  reaction: 'promotion.earnCommission',
  topic: 'order.paid',
  aggregateId: id('order', index),
  attempts: 8,
  problem: 'Error: plan version not found',
  occurredAt: at(300 + index * 20),
}));
export const settings = {
  version: '0.1.0',
  environment: 'sandbox',
  database: 'sqlite 3.51.3',
  now: at(0),
  events: { unrelayed: 0, oldestUnrelayedMs: 0, pending: 3, deadLetters: 2 },
  configuration: {
    server: { host: '127.0.0.1', port: 7300 },
    database: { kind: 'sqlite', file: 'data/qianxing.db' },
    auth: { secret: '********', accessTokenMinutes: 15 },
    wechatPay: { baseUrl: 'http://127.0.0.1:7400', mchId: '1900000109', apiV3Key: '********' },
    shop: { zone: 'Asia/Shanghai', languages: ['zh', 'en'] },
  },
};
export const carriers = [
  ['SF', '顺丰速运', 'SF Express'],
  ['ZTO', '中通快递', 'ZTO'],
  ['YTO', '圆通速递', 'YTO'],
  ['JD', '京东物流', 'JD Logistics'],
  ['DBL', '德邦快递', 'Deppon'],
].map(([carrierCode, nameZh, nameEn]) => ({ carrierCode, nameZh, nameEn }));

const shift = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
export function dashboard(from, to) {
  const last = to ?? '2026-11-22';
  const first = from ?? shift(last, -29);
  const length = Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
  const offset = Math.round(Date.parse(first) / 86_400_000) % 97;
  const days = Array.from({ length }, (_, index) => ({
    day: shift(first, index),
    placedOrders: wave(index + offset, 190, 30),
    paidOrders: wave(index + offset, 165, 28),
    paidFen: wave(index + offset, 10_900_000, 1_900_000),
    refundedFen: wave(index * 2 + offset, 420_000, 160_000),
    buyers: wave(index + offset, 120, 20),
  }));
  const sum = (key) => days.reduce((total, day) => total + day[key], 0);
  const current = {
    paidFen: sum('paidFen'),
    refundedFen: sum('refundedFen'),
    netFen: sum('paidFen') - sum('refundedFen'),
    placedOrders: sum('placedOrders'),
    paidOrders: sum('paidOrders'),
    buyers: sum('buyers'),
    averageOrderFen: Math.round(sum('paidFen') / sum('paidOrders')),
  };
  const previous = {
    ...current,
    paidFen: Math.round(current.paidFen * 0.89),
    refundedFen: Math.round(current.refundedFen * 0.93),
    placedOrders: Math.round(current.placedOrders * 0.93),
    paidOrders: Math.round(current.paidOrders * 0.925),
    buyers: Math.round(current.buyers * 0.946),
  };
  return {
    from: first,
    to: last,
    asOf: at(0),
    current,
    previous,
    days,
    topProducts: products.slice(0, 6).map((product, index) => ({
      productId: product.productId,
      title: product.title,
      quantity: [860, 640, 520, 300, 210, 160][index],
      paidFen: 45_900 * [860, 640, 520, 300, 210, 160][index],
    })),
    ordersByStatus: { awaiting_payment: 18, paid: 46, partly_shipped: 7, shipped: 212, received: 96, completed: 1840, cancelled: 61 },
    work: { toShip: 46, afterSales: 8, withdrawals: 3, applications: 2, shippingExceptions: 4, unknownPayments: 1, deadLetters: 2 },
    promotion: { promoters: 1204, pendingFen: 3_820_110, availableFen: 18_240_600, paidFen: 96_120_000 },
  };
}
export function csvResult(csv, dryRun) {
  const rows = csv
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
  const errors = rows.flatMap((line, index) =>
    /^\d+,[A-Z]+,[A-Za-z0-9-]{6,}/.test(line)
      ? []
      : [
          {
            row: index + 2,
            field: 'waybillNo',
            code: 'fulfilment.waybillInvalid',
            zh: '运单号格式不正确',
            en: 'The waybill number is malformed',
          },
        ],
  );
  return { rows: rows.length, accepted: rows.length - errors.length, shipped: dryRun ? 0 : rows.length - errors.length, errors };
}
export const stock = products.slice(0, 40).map((product, index) => ({
  skuId: id('sku', index),
  title: product.title,
  label: pick(sizes, index),
  warehouseName: pick(warehouses, index),
  onHand: product.available + 3,
  reserved: 3,
  sold: product.soldCount,
  available: product.available,
}));
export const categories = [
  ['tyres', null, '轮胎', 'Tyres'],
  ['service', null, '服务', 'Service'],
  ['oil', null, '机油', 'Oil'],
].map(([categoryCode, parentCode, nameZh, nameEn]) => ({
  categoryCode,
  parentCode,
  nameZh,
  nameEn,
  pictureUrl: '/none.svg',
  productCount: 20,
}));
