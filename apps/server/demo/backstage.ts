import { totpCode } from '@qianxing/auth';
import type { Clock } from '@qianxing/time';
import { type Caller, openCaller, signedInCaller, until } from './client';
import { demoStaff } from './people';
import { type BoughtOrder, type Item, orderOf, type Place, type Shopper } from './shoppers';

/** Staff as they sign in: password, then the authenticator's code. */
export async function staffCaller(place: Place, clock: Clock, username: string): Promise<Caller> {
  const seed = demoStaff.find((candidate) => candidate.username === username);
  if (!seed?.totpSecret) throw new Error(`no demo staff ${username}`);
  const { password, totpSecret } = seed;
  const signIn = async () => {
    const server = openCaller(place.serverUrl);
    const challenge = await server.send<{ challengeToken: string }>('POST', '/staff/v1/login', { username, password });
    const body = { challengeToken: challenge.challengeToken, totpCode: totpCode(totpSecret, clock.now()) };
    return (await server.send<{ session: { accessToken: string; refreshToken: string } }>('POST', '/staff/v1/login/totp', body)).session;
  };
  return signedInCaller(place.serverUrl, '/staff/v1/sessions/refresh', signIn, await signIn());
}

interface ImportView {
  readonly importId: string;
  readonly status: string;
  readonly progressPercent: number;
  readonly counts: { readonly new: number; readonly refused: number; readonly applied: number };
}

/** The import as staff do it: start, look at the preview, apply. */
export async function importGoods(staff: Caller, onProgress: (text: string) => void): Promise<ImportView> {
  const started = await staff.send<ImportView>('POST', '/staff/v1/channels-imports', {});
  const view = () => staff.get<ImportView>(`/staff/v1/channels-imports/${started.importId}`);
  const reach = (status: string) =>
    until(
      `the import to be ${status}`,
      async () => {
        const now = await view();
        if (now.status === 'failed' || now.status === 'cancelled') throw new Error(`the import ${now.status}`);
        onProgress(`${now.status} ${now.progressPercent}%`);
        return now.status === status ? now : undefined;
      },
      3_000,
    );
  await reach('previewed');
  await staff.send('POST', `/staff/v1/channels-imports/${started.importId}/apply`, {});
  return reach('completed');
}

interface Card {
  readonly productId: string;
}

interface ProductView {
  readonly merchant: { readonly merchantId: string };
  readonly skus: readonly { readonly skuId: string; readonly available: number; readonly priceFen: number }[];
}

/** SKUs in stock, grouped by merchant, cheapest products first: what the demo's people buy. */
export async function goodsByMerchant(serverUrl: string): Promise<Item['skuId'][][]> {
  const server = openCaller(serverUrl);
  const merchants = new Map<string, string[]>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: Card[]; nextCursor: string | null } = await server.get(
      `/api/v1/products?sort=price_up&inStockOnly=true&limit=50${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    for (const card of page.items) {
      const product = await server.get<ProductView>(`/api/v1/products/${card.productId}`);
      const skus = product.skus.filter((sku) => sku.available > 20 && sku.priceFen > 3_000).map((sku) => sku.skuId);
      merchants.set(product.merchant.merchantId, [...(merchants.get(product.merchant.merchantId) ?? []), ...skus.slice(0, 1)]);
    }
    cursor = page.nextCursor;
  }
  return [...merchants.values()].filter((skus) => skus.length > 0);
}

let waybills = 0;

/** Ships everything (or one unit) of an order and answers the waybill number. */
export async function shipOrder(staff: Caller, order: BoughtOrder, onlyOne = false): Promise<string> {
  waybills += 1;
  const waybillNo = `YT${String(7_700_000_000 + waybills)}`;
  const lines = order.lines.map((line) => ({ orderLineId: line.orderLineId, quantity: onlyOne ? 1 : line.quantity }));
  await until(`order ${order.orderNo} to wait for shipping`, async () => {
    const queue = await staff.get<{ items: { orderId: string }[] }>(`/staff/v1/to-ship?text=${order.orderNo}`);
    return queue.items.length > 0 ? true : undefined;
  });
  await staff.send('POST', '/staff/v1/shipments', {
    orderId: order.orderId,
    carrierCode: 'yuantong',
    waybillNo,
    lines: onlyOne ? lines.slice(0, 1) : lines,
  });
  return waybillNo;
}

/** Moves a parcel at the carrier's desk as soon as it is subscribed. */
export async function moveParcel(place: Place, waybillNo: string, ...moves: readonly string[]): Promise<void> {
  const sandbox = openCaller(place.sandboxUrl);
  await until(`parcel ${waybillNo} to be subscribed`, async () => {
    const { parcels } = await sandbox.get<{ parcels: { number: string }[] }>('/sandbox/parcels');
    return parcels.some((parcel) => parcel.number === waybillNo) ? true : undefined;
  });
  for (const move of moves) await sandbox.send('POST', `/sandbox/parcels/${waybillNo}/move`, { move });
}

/** Moves both clocks and waits until the server follows. */
export async function passTime(place: Place, clock: Clock, byMs: number): Promise<void> {
  const target = clock.now() + byMs;
  await openCaller(place.sandboxUrl).send('POST', '/clock/advance', { byMs, settle: true });
  await until('the server to follow the clock', async () => (clock.now() >= target ? true : undefined));
}

/** Waits until an order has reached a status. */
export async function reach(shopper: Shopper, orderId: string, ...statuses: readonly string[]): Promise<BoughtOrder> {
  return until(`order ${orderId} to be ${statuses.join(' or ')}`, async () => {
    const order = await orderOf(shopper, orderId);
    return statuses.includes(order.status) ? order : undefined;
  });
}
