import { type Caller, until } from '../harness/callers';
import { memberCaller, staffCaller } from '../harness/people';
import { DAY_MS, type World } from '../harness/world';

/** The journey over HTTP: link, registration, purchase, parcels, return, commission, withdrawal. */
const BUYER_PHONE = '13911110001';
/** 王芳 of the demonstration, brought by 陈立: two levels earn. */
const PROMOTER_PHONE = '13800000002';
const GRANDPROMOTER_PHONE = '13800000001';

export interface OrderLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly payableFen: number;
  readonly refundedQuantity: number;
  readonly refundedFen: number;
}
export interface Order {
  readonly orderId: string;
  readonly orderNo: string;
  readonly status: string;
  readonly merchantName: string;
  readonly payableFen: number;
  readonly refundedFen: number;
  readonly lines: readonly OrderLine[];
}

export interface Travellers {
  readonly buyer: Caller;
  readonly promoter: Caller;
  readonly grandpromoter: Caller;
}

/** Everybody signs in; the buyer comes by the promoter's link. */
export async function gather(world: World): Promise<Travellers> {
  const promoter = await memberCaller(world, PROMOTER_PHONE);
  const { referralCode } = await promoter.get<{ referralCode: string }>('/api/v1/promoter');
  const { referralToken } = await world.server.send<{ referralToken: string }>('POST', '/api/v1/referrals/visits', { code: referralCode });
  const buyer = await memberCaller(world, BUYER_PHONE, referralToken);
  await buyer.send('POST', '/api/v1/addresses', {
    recipient: '许文',
    phone: BUYER_PHONE,
    countyCode: '330106',
    detail: '文三路 90 号',
    isDefault: true,
  });
  return { promoter, buyer, grandpromoter: await memberCaller(world, GRANDPROMOTER_PHONE) };
}

interface ProductView {
  readonly merchant: { readonly merchantId: string };
  readonly skus: readonly { readonly skuId: string; readonly available: number }[];
}

/** One SKU each of two merchants, dear and well stocked. Worlds made from one template give the same answer. */
export async function skusOfTwoMerchants(world: World): Promise<[string, string]> {
  const { items } = await world.server.get<{ items: { productId: string }[] }>(
    '/api/v1/products?sort=price_down&inStockOnly=true&limit=50',
  );
  const chosen = new Map<string, string>();
  for (const { productId } of items) {
    const product = await world.server.get<ProductView>(`/api/v1/products/${productId}`);
    const sku = product.skus.find(({ available }) => available >= 10);
    if (sku !== undefined && !chosen.has(product.merchant.merchantId)) chosen.set(product.merchant.merchantId, sku.skuId);
    const [first, second] = [...chosen.values()];
    if (first !== undefined && second !== undefined) return [first, second];
  }
  throw new Error('the demonstration has no goods of two merchants in stock');
}

/** Places one trade of both SKUs and pays it at the sandbox. Answers its two orders, paid. */
export async function buy(world: World, buyer: Caller, skuIds: readonly [string, string]): Promise<Order[]> {
  const [address] = (await buyer.get<{ items: { addressId: string }[] }>('/api/v1/addresses')).items;
  const items = [
    { skuId: skuIds[0], quantity: 3 },
    { skuId: skuIds[1], quantity: 1 },
  ];
  const request = { items, addressId: address?.addressId };
  const { payableFen } = await buyer.send<{ payableFen: number }>('POST', '/api/v1/quotes', request);
  const trade = await buyer.send<{ tradeId: string; orders: { orderId: string }[] }>('POST', '/api/v1/trades', {
    ...request,
    expectedPayableFen: payableFen,
  });
  const { paymentNo } = await buyer.send<{ paymentNo: string }>('POST', '/api/v1/payments', { tradeId: trade.tradeId, channel: 'h5' });
  await world.sandbox.send('POST', '/sandbox/pay', { outTradeNo: paymentNo });
  const paid = trade.orders.map(({ orderId }) => reach(buyer, orderId, 'paid'));
  return (await Promise.all(paid)).sort((a, b) => b.payableFen - a.payableFen);
}

/** The order as soon as it has this status. */
function reach(buyer: Caller, orderId: string, status: string): Promise<Order> {
  return until(`order ${orderId} to be ${status}`, async () => {
    const order = await buyer.get<Order>(`/api/v1/orders/${orderId}`);
    return order.status === status ? order : undefined;
  });
}

/** Ships one order by the form and one by a table, and lets the carrier deliver both. */
export async function shipAndDeliver(world: World, orders: readonly Order[], beforeMove: (move: string) => Promise<void>): Promise<void> {
  for (const { orderNo } of orders) await waitsForShipping(world, orderNo);
  const [byForm, byTable] = orders;
  await world.admin.send('POST', '/staff/v1/shipments', {
    orderId: byForm?.orderId,
    carrierCode: 'yuantong',
    waybillNo: 'YT9000000001',
    lines: byForm?.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
  });
  const csv = `orderNo,carrierCode,waybillNo\n${byTable?.orderNo},yuantong,YT9000000002`;
  await world.admin.send('POST', '/staff/v1/shipments/import', { csv, dryRun: false });
  for (const waybillNo of ['YT9000000001', 'YT9000000002']) {
    await subscribed(world, waybillNo);
    for (const move of ['pickedUp', 'inTransit', 'outForDelivery', 'delivered']) {
      await beforeMove(move);
      await world.sandbox.send('POST', `/sandbox/parcels/${waybillNo}/move`, { move });
    }
  }
  await world.quiet();
}

const waitsForShipping = (world: World, orderNo: string) =>
  until(`order ${orderNo} to wait for shipping`, async () => {
    const { items } = await world.admin.get<{ items: unknown[] }>(`/staff/v1/to-ship?text=${orderNo}`);
    return items.length > 0 ? true : undefined;
  });

export const subscribed = (world: World, waybillNo: string) =>
  until(`parcel ${waybillNo} to be known to the carrier`, async () => {
    const { parcels } = await world.sandbox.get<{ parcels: { number: string }[] }>('/sandbox/parcels');
    return parcels.some((parcel) => parcel.number === waybillNo) ? true : undefined;
  });

/** The buyer confirms the first order, sends one piece of it back and gets the money; the clock confirms the second. */
export async function receiveAndReturnOne(world: World, buyer: Caller, orders: readonly Order[]): Promise<void> {
  const [first, second] = orders;
  if (first === undefined || second === undefined) throw new Error('two orders are needed');
  await reach(buyer, first.orderId, 'shipped');
  await buyer.send('POST', `/api/v1/orders/${first.orderId}/receive`, {});
  const { afterSaleId } = await buyer.send<{ afterSaleId: string }>('POST', '/api/v1/after-sales', {
    orderLineId: first.lines[0]?.orderLineId,
    quantity: 1,
    kind: 'return_and_refund',
    reason: 'wrong_size',
    description: '尺寸买错了',
  });
  await world.admin.send('POST', `/staff/v1/after-sales/${afterSaleId}/approve`, {});
  await buyer.send('POST', `/api/v1/after-sales/${afterSaleId}/return-shipment`, { carrierCode: 'yuantong', waybillNo: 'YT9000000003' });
  await world.admin.send('POST', `/staff/v1/after-sales/${afterSaleId}/confirm-return`, {});
  await until('the refund to be sent', async () => {
    const { refunds } = await world.sandbox.get<{ refunds: { outTradeNo: string; createdAtMs: number }[] }>('/sandbox/refunds');
    const now = await world.now();
    return refunds.some(({ createdAtMs }) => now - createdAtMs < DAY_MS / 2) ? true : undefined;
  });
  await world.passTime(DAY_MS);
  await until('the money to be back', async () => {
    const { status } = await buyer.get<{ status: string }>(`/api/v1/after-sales/${afterSaleId}`);
    return status === 'refunded' ? true : undefined;
  });
  await world.passTime(7 * DAY_MS);
  await reach(buyer, second.orderId, 'received');
  await world.passTime(8 * DAY_MS);
  await reach(buyer, first.orderId, 'completed');
  await reach(buyer, second.orderId, 'completed');
}

interface Withdrawal {
  readonly withdrawalId: string;
  readonly status: string;
  readonly approvalsNeeded: number;
}

/** Binds WeChat, withdraws everything available; staff approve, the promoter confirms. */
export async function withdrawAll(world: World, promoter: Caller, phone = PROMOTER_PHONE): Promise<void> {
  const { url } = await promoter.get<{ url: string }>('/api/v1/login/wechat-h5/authorize-url?returnTo=/');
  const asked = new URL(url).searchParams;
  const appid = asked.get('appid');
  const { code } = await world.sandbox.send<{ code: string }>('POST', '/sandbox/wechat/codes', { kind: 'oauth', phone, appid });
  await promoter.send('POST', '/api/v1/me/wechat-h5', { code, state: asked.get('state') });
  const { availableFen: amountFen } = await promoter.get<{ availableFen: number }>('/api/v1/promoter/withdrawal-terms');
  const wanted = await promoter.send<Withdrawal>('POST', '/api/v1/promoter/withdrawals', { amountFen, rail: 'transfer' });
  for (const reviewer of ['finance1', 'finance2'].slice(0, wanted.approvalsNeeded)) {
    const staff = await staffCaller(world, reviewer);
    await staff.send('POST', `/staff/v1/withdrawals/${wanted.withdrawalId}/approve`, {});
  }
  const confirmation = await until('the transfer to wait for the promoter', async () => {
    const { status } = await promoter.get<Withdrawal>(`/api/v1/promoter/withdrawals/${wanted.withdrawalId}`);
    if (status !== 'awaiting_confirmation') return undefined;
    return promoter.get<{ packageInfo: string }>(`/api/v1/promoter/withdrawals/${wanted.withdrawalId}/confirmation`);
  });
  await world.sandbox.send('POST', '/sandbox/transfers/confirm', { packageInfo: confirmation.packageInfo });
  await world.passTime(DAY_MS);
  await until('the withdrawal to be paid', async () => {
    const { status } = await promoter.get<Withdrawal>(`/api/v1/promoter/withdrawals/${wanted.withdrawalId}`);
    return status === 'paid' ? true : undefined;
  });
}
