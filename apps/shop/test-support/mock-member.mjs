// The member's half of the stand-in: one signed-in promoter with orders in several states.
import { readFileSync } from 'node:fs';

/** A log and its proofs, as the tests of `src/promotion/proofs` make them. */
const proofs = JSON.parse(readFileSync(new URL('./proofs.json', import.meta.url), 'utf8'));

const day = (offset, hour = 10) => new Date(Date.UTC(2026, 10, 22 + offset, hour - 8)).toISOString();

const regions = {
  version: '2026',
  provinces: [
    {
      code: '440000',
      name: '广东省',
      cities: [
        {
          code: '440100',
          name: '广州市',
          counties: [
            { code: '440106', name: '天河区' },
            { code: '440104', name: '越秀区' },
          ],
        },
        { code: '440300', name: '深圳市', counties: [{ code: '440305', name: '南山区' }] },
      ],
    },
    { code: '110000', name: '北京市', cities: [{ code: '110100', name: '北京市', counties: [{ code: '110105', name: '朝阳区' }] }] },
  ],
};

const poster =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 750 1200" width="750" height="1200"><rect width="750" height="1200" fill="#fff"/><rect width="750" height="750" fill="#f4e6d8"/><circle cx="375" cy="375" r="240" fill="#2b2f36"/><circle cx="375" cy="375" r="110" fill="#c9cdd4"/><text x="48" y="860" font-size="44" font-family="sans-serif" fill="#16181d">静行 舒适型轿车轮胎</text><text x="48" y="940" font-size="56" font-family="sans-serif" fill="#d93036">¥329.00</text><rect x="498" y="900" width="204" height="204" fill="#16181d"/><text x="48" y="1140" font-size="24" font-family="sans-serif" fill="#656b77">广告 · 千里行青岛轮胎旗舰仓店</text></svg>';

export function createMemberRoutes({ products, id, problem }) {
  const member = {
    memberId: id('a', 1),
    memberNo: 10001,
    nickname: '老周',
    avatarUrl: null,
    phoneMasked: '138****0001',
    wechatBound: true,
    language: 'zh',
    personalisedRecommendation: true,
    consentsNeeded: [],
    createdAt: day(-90),
  };
  const session = {
    accessToken: 'mock-access',
    accessTokenExpiresAt: day(1),
    refreshToken: 'mock-refresh',
    refreshTokenExpiresAt: day(30),
  };
  const addresses = [
    {
      addressId: id('d', 1),
      recipient: '周明',
      phone: '13800000001',
      provinceCode: '440000',
      cityCode: '440100',
      countyCode: '440106',
      provinceName: '广东省',
      cityName: '广州市',
      countyName: '天河区',
      detail: '体育西路 101 号 8 栋 1203',
      isDefault: true,
    },
  ];
  const skus = new Map(products.flatMap((product) => product.skus.map((sku) => [sku.skuId, { sku, product }])));
  const cart = new Map([...skus.keys()].slice(0, 3).map((skuId, index) => [skuId, { quantity: index + 1, selected: index !== 2 }]));

  const cartView = () => {
    const items = [...cart].map(([skuId, { quantity, selected }]) => {
      const { sku, product } = skus.get(skuId);
      const obstacle = sku.available === 0 ? 'out_of_stock' : sku.available < quantity ? 'too_many' : null;
      return {
        skuId,
        productId: product.productId,
        title: product.title,
        label: sku.label,
        pictureUrl: product.pictureUrls[0],
        merchantName: product.merchant.name,
        unitPriceFen: sku.priceFen,
        quantity,
        selected,
        available: sku.available,
        obstacle,
      };
    });
    const chosen = items.filter(({ selected, obstacle }) => selected && obstacle === null);
    return {
      items,
      selectedCount: chosen.reduce((sum, { quantity }) => sum + quantity, 0),
      selectedTotalFen: chosen.reduce((sum, item) => sum + item.unitPriceFen * item.quantity, 0),
    };
  };
  const pricedLine = ({ skuId, quantity }) => {
    const { sku, product } = skus.get(skuId);
    return {
      skuId,
      title: product.title,
      label: sku.label,
      pictureUrl: product.pictureUrls[0],
      unitPriceFen: sku.priceFen,
      quantity,
      goodsFen: sku.priceFen * quantity,
      discountFen: 0,
      payableFen: sku.priceFen * quantity,
    };
  };
  const quoteView = (items) => {
    const byMerchant = new Map();
    for (const item of items) {
      const { product } = skus.get(item.skuId);
      byMerchant.set(product.merchant.merchantId, {
        merchant: product.merchant,
        lines: [...(byMerchant.get(product.merchant.merchantId)?.lines ?? []), pricedLine(item)],
      });
    }
    const groups = [...byMerchant.values()].map(({ merchant, lines }) => {
      const goodsFen = lines.reduce((sum, line) => sum + line.goodsFen, 0);
      return {
        merchantId: merchant.merchantId,
        merchantName: merchant.name,
        warehouseId: merchant.merchantId,
        warehouseName: `${merchant.provinceName}仓`,
        lines,
        goodsFen,
        discountFen: 0,
        freightFen: goodsFen > 50000 ? 0 : 1200,
        payableFen: goodsFen + (goodsFen > 50000 ? 0 : 1200),
      };
    });
    const sum = (field) => groups.reduce((total, group) => total + group[field], 0);
    return {
      groups,
      goodsFen: sum('goodsFen'),
      discountFen: 0,
      freightFen: sum('freightFen'),
      payableFen: sum('payableFen'),
      discounts: [],
    };
  };

  const orderOf = (number, status, actions) => {
    const list = [...skus.keys()];
    const lines = [list[number], list[number + 4]].map((skuId, index) => ({
      ...pricedLine({ skuId, quantity: index + 2 }),
      orderLineId: id(`n${number}x`, index),
      productId: skus.get(skuId).product.productId,
      shippedQuantity: ['shipped', 'received', 'completed'].includes(status) ? index + 2 : 0,
      refundedQuantity: 0,
      refundedFen: 0,
      afterSaleQuantity: actions.includes('after_sale') ? index + 2 : 0,
    }));
    const goodsFen = lines.reduce((sum, line) => sum + line.goodsFen, 0);
    const paid = status !== 'awaiting_payment' && status !== 'cancelled';
    const shipped = ['shipped', 'received', 'completed'].includes(status);
    return {
      orderId: id('r', number),
      orderNo: `26112200${1000 + number}`,
      tradeId: id('t', number),
      status,
      merchantId: id('m', 0),
      merchantName: '千里行青岛轮胎旗舰仓店',
      warehouseName: '青岛胶州轮胎仓',
      lines,
      goodsFen,
      discountFen: 0,
      freightFen: 0,
      payableFen: goodsFen,
      refundedFen: 0,
      recipient: { name: '周明', phone: '13800000001', region: '广东省 广州市 天河区', detail: '体育西路 101 号 8 栋 1203' },
      remark: number === 1 ? '请工作日送货' : null,
      placedAt: day(-3),
      expiresAt: status === 'awaiting_payment' ? day(0, 23) : null,
      paidAt: paid ? day(-3, 11) : null,
      shippedAt: shipped ? day(-2) : null,
      deliveredAt: null,
      receivedAt: ['received', 'completed'].includes(status) ? day(-1) : null,
      completedAt: status === 'completed' ? day(0) : null,
      cancelledAt: status === 'cancelled' ? day(-2) : null,
      cancelReason: status === 'cancelled' ? 'expired' : null,
      autoReceiveAt: status === 'shipped' ? day(8) : null,
      returnWindowEndsAt: status === 'received' ? day(6) : null,
      actions,
    };
  };
  const orders = [
    orderOf(0, 'awaiting_payment', ['pay', 'cancel']),
    orderOf(1, 'shipped', ['receive', 'after_sale']),
    orderOf(2, 'received', ['after_sale']),
    orderOf(3, 'cancelled', []),
  ];
  const shipment = {
    shipmentId: id('h', 1),
    orderId: orders[1].orderId,
    carrierCode: 'shunfeng',
    carrierNameZh: '顺丰速运',
    carrierNameEn: 'SF Express',
    waybillNo: 'SF1029384756',
    status: 'in_transit',
    lines: orders[1].lines.map(({ orderLineId, title, label, quantity }) => ({ orderLineId, title, label, quantity })),
    events: [
      { at: day(-2, 11), status: 'picked_up', text: '已揽收', place: '青岛市' },
      { at: day(-2, 20), status: 'in_transit', text: '快件已发往广州转运中心', place: '青岛市' },
      { at: day(-1, 9), status: 'in_transit', text: '到达广州转运中心', place: '广州市' },
      { at: day(-1, 15), status: 'in_transit', text: '正发往天河营业部', place: '广州市' },
    ],
    shippedAt: day(-2),
    deliveredAt: null,
  };
  const afterSale = {
    afterSaleId: id('f', 1),
    afterSaleNo: 'AS26112200001',
    orderId: orders[2].orderId,
    orderNo: orders[2].orderNo,
    orderLineId: orders[2].lines[0].orderLineId,
    title: orders[2].lines[0].title,
    label: orders[2].lines[0].label,
    pictureUrl: orders[2].lines[0].pictureUrl,
    kind: 'return_and_refund',
    quantity: 1,
    refundFen: orders[2].lines[0].unitPriceFen,
    reason: 'wrong_size',
    description: '规格买错了',
    status: 'approved',
    rejectReason: null,
    returnAddress: '山东省青岛市胶州市云溪路 8 号 轮胎仓 收 0532-88880000',
    returnCarrierCode: null,
    returnWaybillNo: null,
    history: [
      { status: 'applied', by: 'buyer', note: null, at: day(-1) },
      { status: 'approved', by: 'staff', note: '同意退货，请寄回', at: day(0) },
    ],
    actions: ['cancel', 'send_back'],
    createdAt: day(-1),
  };

  const balances = {
    estimatedFen: 12850,
    pendingFen: 8645,
    availableFen: 323610,
    reservedFen: 5000,
    paidFen: 168900,
    taxWithheldFen: 1320,
  };
  const promoter = {
    promoterId: id('g', 1),
    promoterNo: 10001,
    status: 'active',
    referralCode: 'a1b2c3d4',
    referralUrl: 'http://127.0.0.1:7300/r/a1b2c3d4',
    qualification: {
      met: true,
      conditions: [{ kind: 'paid_orders', current: 1, needed: 1, met: true, zh: '完成 1 笔已付款订单', en: 'One paid order' }],
    },
    referrer: { nickname: '北**', boundAt: day(-80), evidence: 'poster' },
    balances,
    plan: {
      planVersionId: id('k', 1),
      nameZh: '三级推广方案',
      nameEn: 'Three levels',
      levels: [
        { level: 1, rateBp: 500 },
        { level: 2, rateBp: 200 },
        { level: 3, rateBp: 100 },
      ],
    },
    directCustomers: 3,
    application: null,
    stop: null,
  };
  const commission = (number, status, dueFen, level) => ({
    commissionId: id('c', number),
    orderNo: `26112200${2000 + number}`,
    orderLineId: id('n', number),
    title: products[number].title,
    level,
    status,
    dueFen,
    originalFen: dueFen + (status === 'pending' ? 500 : 0),
    reversedFen: status === 'pending' ? 500 : 0,
    availableFrom: status === 'estimated' ? null : day(5),
    createdAt: day(-number),
  });
  const commissions = [
    commission(0, 'estimated', 3290, 1),
    commission(1, 'pending', 1645, 1),
    commission(2, 'available', 658, 2),
    commission(3, 'paid', 329, 3),
    commission(4, 'reversed', 0, 1),
  ];
  const explanation = (one) => ({
    ...one,
    planVersionId: id('k', 1),
    planNameZh: '三级推广方案',
    planNameEn: 'Three levels',
    rateBp: 500,
    baseFen: 65800,
    refundedBaseFen: 32900,
    remainingBaseFen: 32900,
    formulaZh: '（658.00 − 329.00）元 × 5% = 16.45 元',
    formulaEn: '(658.00 − 329.00) yuan × 5% = 16.45 yuan',
    rounding: 'floor',
    chain: [
      { level: 0, name: '陈**', isYou: false },
      { level: 1, name: '老周', isYou: true },
      { level: 2, name: '北**', isYou: false },
    ],
    timeline: [
      { at: day(-3), kind: 'estimated', amountFen: 3290, zh: '订单付款，预估佣金', en: 'Order paid' },
      { at: day(-1), kind: 'clawed_back', amountFen: -1645, zh: '退款扣回', en: 'Refund' },
      { at: day(0), kind: 'pending', amountFen: 1645, zh: '确认收货，进入售后期', en: 'Received' },
    ],
    ledger: [
      {
        transactionId: id('l', 1),
        key: 'earn:n0000000001:1',
        postedAt: day(-1),
        entries: [
          { account: 'commission.expense', amountFen: -1645 },
          { account: 'promoter:10001:pending', amountFen: 1645 },
        ],
      },
    ],
  });
  const withdrawal = (number, status, actions) => ({
    withdrawalId: id('w', number),
    withdrawalNo: `WD2611220000${number}`,
    rail: 'transfer',
    status,
    amountFen: 10000 + number * 500,
    taxFen: 120,
    netFen: 9880 + number * 500,
    problem: null,
    approvals: 1,
    approvalsNeeded: 1,
    history: [
      { status: 'reviewing', at: day(-1) },
      { status, at: day(0) },
    ],
    actions,
    createdAt: day(-1),
    paidAt: status === 'paid' ? day(0) : null,
  });
  const withdrawals = [
    withdrawal(1, 'awaiting_confirmation', ['confirm']),
    withdrawal(2, 'reviewing', ['cancel']),
    withdrawal(3, 'paid', []),
  ];
  const page = (items) => ({ items, nextCursor: null });
  const trade = {
    tradeId: id('t', 0),
    tradeNo: 'T261122000001',
    status: 'awaiting_payment',
    payableFen: 98700,
    orders: [
      { orderId: orders[0].orderId, orderNo: orders[0].orderNo, merchantName: '千里行青岛轮胎旗舰仓店', payableFen: 65800 },
      { orderId: orders[1].orderId, orderNo: orders[1].orderNo, merchantName: '千里行佛山车品店', payableFen: 32900 },
    ],
    placedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 29 * 60_000).toISOString(),
  };

  const routes = {
    'GET /api/v1/me': () => member,
    'PATCH /api/v1/me': ({ body }) => Object.assign(member, body),
    'DELETE /api/v1/sessions/current': () => ({}),
    'GET /api/v1/me/export': () => ({ member, addresses }),
    'GET /api/v1/addresses': () => ({ items: addresses }),
    'POST /api/v1/addresses': ({ body }) => {
      const address = { ...addresses[0], ...body, addressId: id('d', addresses.length + 1) };
      addresses.push(address);
      return address;
    },
    'GET /api/v1/cart': cartView,
    'POST /api/v1/cart/items': ({ body }) => {
      cart.set(body.skuId, { quantity: (cart.get(body.skuId)?.quantity ?? 0) + body.quantity, selected: true });
      return cartView();
    },
    'PUT /api/v1/cart/items/:id': ({ path, body }) => {
      cart.set(path.id, { ...cart.get(path.id), ...body });
      return cartView();
    },
    'POST /api/v1/cart/removals': ({ body }) => {
      for (const skuId of body.skuIds) cart.delete(skuId);
      return cartView();
    },
    'POST /api/v1/quotes': ({ body }) => quoteView(body.items),
    'POST /api/v1/trades': () => trade,
    'GET /api/v1/trades/:id': () => trade,
    'POST /api/v1/trades/:id/cancel': () => ({ ...trade, status: 'cancelled' }),
    'POST /api/v1/payments': ({ body }) => ({
      paymentId: id('y', 1),
      paymentNo: 'P1',
      tradeId: body.tradeId,
      channel: body.channel,
      status: 'pending',
      amountFen: trade.payableFen,
      handover:
        body.channel === 'h5'
          ? { kind: 'redirect', url: body.returnUrl }
          : { kind: 'jsapi', appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=p', signType: 'RSA', paySign: 's' },
      paidAt: null,
      expiresAt: trade.expiresAt,
    }),
    'GET /api/v1/payments/:id': () => {
      trade.status = 'paid';
      return {
        paymentId: id('y', 1),
        paymentNo: 'P1',
        tradeId: trade.tradeId,
        channel: 'h5',
        status: 'succeeded',
        amountFen: trade.payableFen,
        handover: null,
        paidAt: day(0),
        expiresAt: trade.expiresAt,
      };
    },
    'GET /api/v1/orders': ({ query }) =>
      page(orders.filter(({ status }) => query.get('status') === null || status === query.get('status'))),
    'GET /api/v1/orders/:id': ({ path }) => orders.find(({ orderId }) => orderId === path.id),
    'POST /api/v1/orders/:id/receive': ({ path }) =>
      Object.assign(
        orders.find(({ orderId }) => orderId === path.id),
        { status: 'received', receivedAt: day(0), actions: ['after_sale'] },
      ),
    'GET /api/v1/orders/:id/shipments': ({ path }) => ({ items: path.id === orders[1].orderId ? [shipment] : [] }),
    'GET /api/v1/carriers': () => ({
      items: [
        { carrierCode: 'shunfeng', nameZh: '顺丰速运', nameEn: 'SF Express' },
        { carrierCode: 'debangkuaidi', nameZh: '德邦快递', nameEn: 'Deppon' },
      ],
    }),
    'GET /api/v1/after-sales': ({ query }) =>
      page([afterSale].filter(({ orderId }) => query.get('orderId') === null || orderId === query.get('orderId'))),
    'GET /api/v1/after-sales/:id': () => afterSale,
    'POST /api/v1/after-sales': () => afterSale,
    'GET /api/v1/promoter': () => promoter,
    'GET /api/v1/promoter/layers': () => ({
      layers: [3, 9, 27, 64, 118].map((members, index) => ({
        layer: index + 1,
        members,
        buyers: Math.floor(members / 2),
        orders: members,
        netSalesFen: members * 32900,
      })),
    }),
    'GET /api/v1/promoter/customers': () =>
      page(
        ['陈**', '林**', '周**'].map((nickname, index) => ({
          memberNo: 10002 + index,
          nickname,
          boundAt: day(-index),
          orders: index,
          paidFen: index * 65800,
        })),
      ),
    'GET /api/v1/promoter/commissions': ({ query }) =>
      page(commissions.filter(({ status }) => query.get('status') === null || status === query.get('status'))),
    'GET /api/v1/promoter/commissions/:id': ({ path }) => explanation(commissions.find(({ commissionId }) => commissionId === path.id)),
    'GET /api/v1/transparency-log': () => proofs.transparencyLog,
    'GET /api/v1/promoter/records': () => proofs.records,
    'GET /api/v1/promoter/statement': () =>
      page([
        {
          entryId: 'e3',
          postedAt: day(0),
          kind: 'withdraw',
          zh: '提现申请',
          en: 'Withdrawal',
          bucket: 'available',
          amountFen: -10000,
          balanceAfterFen: 23610,
          commissionId: null,
          withdrawalId: id('w', 1),
        },
        {
          entryId: 'e2',
          postedAt: day(-1),
          kind: 'settle',
          zh: '佣金可提现',
          en: 'Commission available',
          bucket: 'available',
          amountFen: 658,
          balanceAfterFen: 33610,
          commissionId: id('c', 2),
          withdrawalId: null,
        },
      ]),
    'GET /api/v1/promoter/withdrawal-terms': ({ query }) => ({
      availableFen: balances.availableFen,
      minimumFen: 100,
      maximumFen: 2000000,
      realNameFromFen: 200000,
      taxFen: Math.floor(Number(query.get('amountFen') ?? 0) * 0.012),
      netFen: Number(query.get('amountFen') ?? 0) - Math.floor(Number(query.get('amountFen') ?? 0) * 0.012),
      rails: ['transfer', 'profit_sharing'],
      wechatBound: true,
    }),
    'POST /api/v1/promoter/withdrawals': () => withdrawals[1],
    'GET /api/v1/promoter/withdrawals': () => page(withdrawals),
    'GET /api/v1/promoter/withdrawals/:id': ({ path }) => withdrawals.find(({ withdrawalId }) => withdrawalId === path.id),
    'GET /api/v1/promoter/withdrawals/:id/confirmation': () => ({
      packageInfo: 'mock-package',
      appId: 'wx1',
      merchantId: '1900000001',
      confirmUrl: null,
    }),
    'GET /api/v1/promoter/poster': () => ({ picture: poster }),
  };
  /** Every route above is a member's. */
  const guarded = Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [
      route,
      (call) =>
        call.headers.authorization === `Bearer ${session.accessToken}`
          ? answer(call)
          : problem(401, 'request.unauthenticated', '请先登录', 'Please sign in'),
    ]),
  );
  return {
    ...guarded,
    'POST /api/v1/login/codes': () => ({ resendAfterMs: 60_000, expiresInMs: 300_000 }),
    'GET /api/v1/agreements': () => ({
      items: ['terms', 'privacy', 'promoter_agreement'].map((kind) => ({
        kind,
        version: '2026-11',
        titleZh: '协议',
        titleEn: 'Agreement',
        textZh: '一、正文。\n二、正文。',
        textEn: '1. Text.\n2. Text.',
      })),
    }),
    'POST /api/v1/consents': ({ body }) => {
      member.consentsNeeded = member.consentsNeeded.filter((kind) => kind !== body.kind);
      return { ...body, recordedAt: day(0) };
    },
    'POST /api/v1/login/phone': () => ({ session, member, created: false }),
    'POST /api/v1/login/wechat-mini-program': () => ({ session, member, created: false }),
    'POST /api/v1/sessions/refresh': () => session,
    'GET /api/v1/regions': () => regions,
    'POST /api/v1/referrals/visits': ({ body }) => ({ referralToken: `visit-${body.code}`, referrerNickname: '老周', expiresAt: day(30) }),
  };
}
