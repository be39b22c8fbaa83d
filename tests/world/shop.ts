import { randomUUID } from 'node:crypto';
import { type Answer, acceptedBody, ask, demand, until } from './http';
import type { Member, Person, Place } from './people';

/** Steps of the closed loop as a client makes them. Each takes the caller that sends requests, so that a test can make it insistent. */
export type Caller = <T>(person: Person, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<T>;

export interface Sku {
  readonly skuId: string;
  readonly priceFen: number;
  readonly merchantId: string;
  readonly available: number;
}

export interface Line {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly payableFen: number;
  readonly refundedFen: number;
  readonly refundedQuantity: number;
}

export interface Order {
  readonly orderId: string;
  readonly orderNo: string;
  readonly tradeId: string;
  readonly status: string;
  readonly payableFen: number;
  readonly refundedFen: number;
  readonly lines: readonly Line[];
}

export interface Trade {
  readonly tradeId: string;
  readonly status: string;
  readonly payableFen: number;
  readonly orders: readonly { readonly orderId: string; readonly orderNo: string }[];
}

export interface Payment {
  readonly paymentId: string;
  readonly paymentNo: string;
  readonly status: string;
  readonly amountFen: number;
}

export interface AfterSale {
  readonly afterSaleId: string;
  readonly status: string;
  readonly refundFen: number;
}

export interface Withdrawal {
  readonly withdrawalId: string;
  readonly status: string;
  readonly amountFen: number;
  readonly netFen: number;
}

export interface Item {
  readonly skuId: string;
  readonly quantity: number;
}

/** A caller that expects every request to succeed, and sends it again with the same key while the server says that it is busy. */
export const plainCaller =
  ({ serverUrl }: Place): Caller =>
  async <T>(person: Person, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const request = { method, path, key: randomUUID(), token: person.tokens.accessToken, ...(body === undefined ? {} : { body }) };
    const answer = await until(`an answer to ${method} ${path}`, async () => {
      const got = await ask(serverUrl, request);
      return got.status === 503 ? undefined : got;
    });
    return acceptedBody<T>(answer, request);
  };

export async function place(call: Caller, buyer: Member, items: readonly Item[]): Promise<Trade> {
  const { addressId } = buyer;
  const quote = await call<{ payableFen: number }>(buyer, 'POST', '/api/v1/quotes', { items, addressId });
  return call<Trade>(buyer, 'POST', '/api/v1/trades', { items, addressId, expectedPayableFen: quote.payableFen });
}

/** The sandbox's cashier: the buyer's money leaves. */
const payAtCashier = (sandboxUrl: string, paymentNo: string): Promise<Answer> =>
  ask(sandboxUrl, { method: 'POST', path: '/sandbox/pay', body: { outTradeNo: paymentNo } });

export async function pay(call: Caller, sandboxUrl: string, buyer: Member, trade: Trade): Promise<Order[]> {
  const payment = await call<Payment>(buyer, 'POST', '/api/v1/payments', { tradeId: trade.tradeId, channel: 'h5' });
  const paid = await payAtCashier(sandboxUrl, payment.paymentNo);
  if (paid.status !== 200) throw new Error(`the cashier answered ${paid.status}: ${paid.text}`);
  return Promise.all(trade.orders.map(({ orderId }) => reachOrder(call, buyer, orderId, 'paid')));
}

/** Waits until an order has one of the statuses. */
export const reachOrder = (call: Caller, buyer: Member, orderId: string, ...statuses: readonly string[]): Promise<Order> =>
  until(`order ${orderId} to be ${statuses.join(' or ')}`, async () => {
    const order = await call<Order>(buyer, 'GET', `/api/v1/orders/${orderId}`);
    return statuses.includes(order.status) ? order : undefined;
  });

/** Ships all of an order in one parcel. */
export async function ship(call: Caller, staff: Person, order: Order, waybillNo: string): Promise<void> {
  await until(`order ${order.orderNo} to wait for shipping`, async () => {
    const { items } = await call<{ items: unknown[] }>(staff, 'GET', `/staff/v1/to-ship?text=${order.orderNo}`);
    return items.length > 0 ? true : undefined;
  });
  const lines = order.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
  await call(staff, 'POST', '/staff/v1/shipments', { orderId: order.orderId, carrierCode: 'yuantong', waybillNo, lines });
}

export const receive = (call: Caller, buyer: Member, orderId: string): Promise<Order> =>
  call<Order>(buyer, 'POST', `/api/v1/orders/${orderId}/receive`, {});

/** Applies for a refund of some units of a line, has it approved and waits for the money. */
export async function refund(call: Caller, buyer: Member, staff: Person, orderLineId: string, quantity: number): Promise<AfterSale> {
  const body = { orderLineId, quantity, kind: 'refund_only', reason: 'wrong_size' };
  const { afterSaleId } = await call<AfterSale>(buyer, 'POST', '/api/v1/after-sales', body);
  const sent = await call<AfterSale>(staff, 'POST', `/staff/v1/after-sales/${afterSaleId}/approve`, {});
  if (!['approved', 'refunding', 'refunded'].includes(sent.status)) throw new Error(`after-sale ${afterSaleId} is ${sent.status}`);
  return until(`after-sale ${afterSaleId} to be refunded`, async () => {
    const now = await call<AfterSale>(buyer, 'GET', `/api/v1/after-sales/${afterSaleId}`);
    return now.status === 'refunded' ? now : undefined;
  });
}

const unless = (code: string) => (error: unknown) => {
  if (!(error instanceof Error && error.message.includes(code))) throw error;
};

/** A withdrawal from request to money: reviewed by staff, confirmed by the promoter in WeChat. */
export async function withdraw(call: Caller, sandboxUrl: string, promoter: Member, staff: Person, amountFen: number): Promise<Withdrawal> {
  const { withdrawalId } = await call<Withdrawal>(promoter, 'POST', '/api/v1/promoter/withdrawals', { amountFen, rail: 'transfer' });
  // A reviewer whose answer was lost and who approves again is told that it is no longer under review; what follows shows that it is approved.
  await call(staff, 'POST', `/staff/v1/withdrawals/${withdrawalId}/approve`, {}).catch(unless('promotion.notReviewable'));
  const reach = (status: string) =>
    until(`withdrawal ${withdrawalId} to be ${status}`, async () => {
      const now = await call<Withdrawal>(promoter, 'GET', `/api/v1/promoter/withdrawals/${withdrawalId}`);
      return now.status === status ? now : undefined;
    });
  await reach('awaiting_confirmation');
  const { packageInfo } = await call<{ packageInfo: string }>(promoter, 'GET', `/api/v1/promoter/withdrawals/${withdrawalId}/confirmation`);
  await demand(sandboxUrl, { method: 'POST', path: '/sandbox/transfers/confirm', body: { packageInfo } });
  return reach('paid');
}

interface Import {
  readonly importId: string;
  readonly status: string;
}

interface ImportItem {
  readonly itemId: string;
  readonly change: string;
}

/** Everything on all pages of a list. */
export async function everything<T>(call: Caller, person: Person, path: string): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: { items: T[]; nextCursor: string | null } = await call(person, 'GET', path + query);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

/** The import as staff do it: fetch, look at the preview, apply some of the new products and leave the rest out. */
export async function importGoods(call: Caller, staff: Person, products: number): Promise<void> {
  const { importId } = await call<Import>(staff, 'POST', '/staff/v1/channels-imports', {});
  const reach = (status: string) =>
    until(
      `the import to be ${status}`,
      async () => {
        const now = await call<Import>(staff, 'GET', `/staff/v1/channels-imports/${importId}`);
        if (['failed', 'cancelled'].includes(now.status)) throw new Error(`the import ${now.status}`);
        return now.status === status ? true : undefined;
      },
      3_000,
    );
  await reach('previewed');
  const items = await everything<ImportItem>(call, staff, `/staff/v1/channels-imports/${importId}/items`);
  const fresh = items.filter(({ change }) => change === 'new').map(({ itemId }) => itemId);
  // Evenly over the list, so that every merchant has some.
  const step = Math.max(1, Math.floor(fresh.length / products));
  const wanted = new Set(fresh.filter((_, index) => index % step === 0).slice(0, products));
  const excludedItemIds = items.map(({ itemId }) => itemId).filter((itemId) => !wanted.has(itemId));
  await call(staff, 'POST', `/staff/v1/channels-imports/${importId}/apply`, { excludedItemIds });
  await reach('completed');
}

/** Every SKU of the cheapest products that are in stock. */
export async function goods(serverUrl: string): Promise<Sku[]> {
  const { items } = await demand<{ items: { productId: string }[] }>(serverUrl, {
    path: '/api/v1/products?sort=price_up&inStockOnly=true&limit=50',
  });
  const all: Sku[] = [];
  for (const { productId } of items) {
    const { merchant, skus } = await demand<{
      merchant: { merchantId: string };
      skus: { skuId: string; priceFen: number; available: number }[];
    }>(serverUrl, { path: `/api/v1/products/${productId}` });
    all.push(...skus.map(({ skuId, priceFen, available }) => ({ skuId, priceFen, available, merchantId: merchant.merchantId })));
  }
  return all;
}
