import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { field, openScreens, part, type Screens, shot } from './harness/browser';
import { type Caller, until } from './harness/callers';
import { memberCaller } from './harness/people';
import { readQr } from './harness/picture';
import { signInMember, signInStaff, visit, yuan } from './harness/sign-in';
import { DAY_MS, demoData, startWorld, type World } from './harness/world';
import { expectAgreement } from './journey/agreement';
import { type Order, skusOfTwoMerchants, subscribed } from './journey/purchase';
import { agree, figure, findProduct, putIntoCart, signInFromMine, writeAddress } from './journey/shop-pages';

/** 王芳 of the demonstration promotes, 陈立 brought her; the buyer is new. */
const PROMOTER = '13800000002';
const GRANDPROMOTER = '13800000001';
const BUYER = '13922220001';
/** Rates of the demonstration's plan. */
const RATES_BP = { direct: 500, second: 200 };
const due = (rateBp: number, baseFen: number): number => Math.floor((rateBp * baseFen) / 10_000);

interface Commission {
  readonly commissionId: string;
  readonly orderNo: string;
  readonly level: number;
  readonly status: string;
  readonly dueFen: number;
  readonly originalFen: number;
  readonly reversedFen: number;
}
interface Product {
  readonly title: string;
  readonly skus: readonly { readonly skuId: string; readonly specifications: readonly { readonly value: string }[] }[];
}
interface Notice {
  readonly operation: string;
  readonly attempts: readonly { readonly atMs: number; readonly accepted: boolean }[];
}

describe('the closed loop, from a poster to a paid commission', () => {
  let world: World;
  let screens: Screens;
  let promoter: Page;
  let buyer: Page;
  let link: string;
  let orders: Order[];
  const members = new Map<string, Caller>();

  beforeAll(async () => {
    [world, screens] = await Promise.all([startWorld({ template: await demoData() }), openScreens()]);
    [promoter, buyer] = await Promise.all([screens.phone(), screens.phone()]);
  });
  afterAll(async () => {
    await screens?.close();
    await world?.stop();
  });
  afterEach(() => expect(screens.takeProblems()).toEqual([]));

  /** The same person over HTTP, beside the page; signs in once, as codes are sent once a minute. */
  const member = async (phone: string): Promise<Caller> => {
    const known = members.get(phone);
    if (known !== undefined) return known;
    await world.passTime(60_000);
    const caller = await memberCaller(world, phone);
    members.set(phone, caller);
    return caller;
  };
  const commissions = async (phone: string) => {
    const { get } = await member(phone);
    const { items } = await get<{ items: Commission[] }>('/api/v1/promoter/commissions?limit=50');
    return items.filter(({ orderNo }) => orders.some((order) => order.orderNo === orderNo)).sort((a, b) => b.originalFen - a.originalFen);
  };
  const earned = async (phone: string) => (await commissions(phone)).map(({ status, dueFen }) => [status, dueFen]);
  const balance = async (bucket: 'available' | 'pending' | 'estimated') => {
    await visit(promoter, world, 'promotion/home/index');
    await part(promoter, 'go-poster').waitFor();
    return figure(promoter, `balance-${bucket}`, 'data-fen');
  };
  const orderPage = async (order: Order) => {
    await visit(buyer, world, `trade/order/index?orderId=${order.orderId}`);
    await part(buyer, 'order-status').waitFor();
    return part(buyer, 'order-status').getAttribute('data-status');
  };
  const order = (index: number): Order => {
    const found = orders[index];
    if (found === undefined) throw new Error('there is no such order yet');
    return found;
  };

  it('1 given a poster, when somebody scans it, browses and registers later, then the two belong together', async () => {
    await signInFromMine(promoter, world, PROMOTER);
    await part(promoter, 'mine-promotion').click();
    await part(promoter, 'go-poster').click();
    await part(promoter, 'poster-image').locator('img').waitFor({ state: 'attached' });
    await shot(promoter, '1-poster');
    link = await readQr(part(promoter, 'poster-image').locator('img'));
    expect(link.startsWith(`${world.serverUrl}/r/`)).toBe(true);

    await buyer.goto(link);
    await part(buyer, 'product-card').first().click();
    await part(buyer, 'product-title').waitFor();
    await shot(buyer, '1-browsing-before-registration');
    await buyer.reload();
    await visit(buyer, world, 'pages/category/index');
    await visit(buyer, world, 'pages/mine/index');
    await part(buyer, 'mine-sign-in').click();
    expect(await part(buyer, 'login-referrer').textContent()).toContain('王');
    await shot(buyer, '1-register-with-referrer');
    await signInMember(buyer, world, BUYER);
    await part(buyer, 'mine-member').waitFor();

    const { referrer } = await (await member(BUYER)).get<{ referrer: { nickname: string; evidence: string } }>('/api/v1/promoter');
    expect(referrer.nickname).toContain('王');
    await visit(promoter, world, 'promotion/customers/index');
    await part(promoter, 'customer-row').first().waitFor();
    expect(await part(promoter, 'customer-row').count()).toBe(3);
    await shot(promoter, '1-customers');
  });

  it('2 given goods of two merchants, when the buyer pays once, then both orders are paid with the notice', async () => {
    const [first, second] = await skusOfTwoMerchants(world);
    const before = await balance('estimated');
    for (const [skuId, quantity] of [
      [first, 6],
      [second, 2],
    ] as const) {
      const product = await productOf(skuId);
      await findProduct(buyer, world, product.title);
      await putIntoCart(buyer, product.skus.find((sku) => sku.skuId === skuId)?.specifications.map(({ value }) => value) ?? [], quantity);
    }
    await part(buyer, 'open-cart').click();
    await part(buyer, 'cart-item').nth(1).waitFor();
    await shot(buyer, '2-cart');
    await part(buyer, 'cart-checkout').click();
    await part(buyer, 'checkout-group').nth(1).waitFor();
    await part(buyer, 'checkout-address').click();
    await writeAddress(buyer, '许文', BUYER);
    await part(buyer, 'checkout-address').filter({ hasText: '许文' }).waitFor();
    await shot(buyer, '2-checkout', true);
    await part(buyer, 'checkout-submit').click();
    await part(buyer, 'pay-now').click();

    await buyer.getByRole('button', { name: '立即支付' }).waitFor();
    await shot(buyer, '2-cashier');
    const { get } = await member(BUYER);
    const waiting = (await get<{ items: Order[] }>('/api/v1/orders')).items;
    expect(waiting.map(({ status }) => status)).toEqual(['awaiting_payment', 'awaiting_payment']);
    const bases = waiting.map(({ lines }) => lines[0]!.payableFen).sort((a, b) => b - a);
    const expected = (status: string, rateBp: number) => bases.map((base) => [status, due(rateBp, base)]);
    await world.quiet();
    orders = waiting;
    expect(await earned(PROMOTER)).toEqual(expected('estimated', RATES_BP.direct));
    expect((await balance('estimated')) - before).toBe(bases.reduce((sum, base) => sum + due(RATES_BP.direct, base), 0));
    await shot(promoter, '2-estimated');
    await buyer.getByRole('button', { name: '立即支付' }).click();
    orders = await until(
      'both orders to be paid',
      async () => {
        const { items } = await get<{ items: Order[] }>('/api/v1/orders');
        return items.every(({ status }) => status === 'paid') ? items : undefined;
      },
      60_000,
      20,
    );
    const paidSeenAt = await world.now();
    orders.sort((a, b) => b.payableFen - a.payableFen);
    await part(buyer, 'pay-state-succeeded').waitFor();
    await shot(buyer, '2-paid');

    const { tradeNo } = await world.admin.get<{ tradeNo: string }>(`/staff/v1/orders/${order(0).orderId}`);
    const { items: payments } = await world.admin.get<{ items: { paymentId: string; paymentNo: string; amountFen: number }[] }>(
      `/staff/v1/payments?text=${tradeNo}`,
    );
    expect(payments).toHaveLength(1);
    expect(payments[0]!.amountFen).toBe(order(0).payableFen + order(1).payableFen);
    const { notices } = await world.sandbox.get<{ notices: Notice[] }>(`/sandbox/notices?objectKey=${payments[0]!.paymentNo}`);
    expect(notices.map(({ operation, attempts }) => [operation, attempts.map(({ accepted }) => accepted)])).toEqual([
      ['transaction.notice', [true]],
    ]);
    console.info(`both orders were seen paid ${paidSeenAt - notices[0]!.attempts[0]!.atMs} ms after the notice was sent`);
    expect(order(0).merchantName).not.toBe(order(1).merchantName);

    await world.quiet();
    expect(await earned(PROMOTER)).toEqual(expected('pending', RATES_BP.direct));
    expect(await earned(GRANDPROMOTER)).toEqual(expected('pending', RATES_BP.second));
    expect(await balance('estimated')).toBe(before);
  });

  async function productOf(skuId: string): Promise<Product> {
    const { items } = await world.server.get<{ items: { productId: string }[] }>(
      '/api/v1/products?sort=price_down&inStockOnly=true&limit=50',
    );
    for (const { productId } of items) {
      const product = await world.server.get<Product>(`/api/v1/products/${productId}`);
      if (product.skus.some((sku) => sku.skuId === skuId)) return product;
    }
    throw new Error(`no product has ${skuId}`);
  }

  it('3 given paid orders, when staff ship two parcels and the carrier delivers, then one is confirmed by the buyer and one by the clock', async () => {
    const desk = await screens.desktop();
    await signInStaff(desk, world, 'warehouse');
    await desk.goto(`${world.serverUrl}/admin/to-ship?text=${order(0).orderNo}`);
    await part(desk, 'ship-open').click();
    await field(desk, 'ship-waybill').fill('YT9100000001');
    await shot(desk, '3-ship-dialog');
    await part(desk, 'ship-submit').click();
    await part(desk, 'empty').waitFor();

    await desk.goto(`${world.serverUrl}/admin/bulk-shipping`);
    await field(desk, 'csv-input').fill(
      `orderNo,carrierCode,waybillNo\n${order(1).orderNo},yuantong,YT9100000002\n20000101000000000000,yuantong,YT9100000003`,
    );
    await part(desk, 'csv-dry-run').click();
    await part(desk, 'csv-error-row').waitFor();
    expect(await part(desk, 'csv-accepted').textContent()).toBe('1');
    await shot(desk, '3-table-with-row-errors');
    await part(desk, 'csv-submit').click();
    await part(desk, 'csv-shipped').waitFor();
    expect(await part(desk, 'csv-shipped').textContent()).toBe('1');

    const carrier = await screens.desktop();
    for (const waybillNo of ['YT9100000001', 'YT9100000002']) {
      await subscribed(world, waybillNo);
      for (const move of ['pickedUp', 'inTransit', 'outForDelivery', 'delivered']) {
        await carrier.goto(`${world.sandboxUrl}/desk/carrier?number=${waybillNo}`);
        const reloaded = carrier.waitForEvent('load');
        await carrier.locator(`button[data-body*="${move}"]`).first().click();
        await reloaded;
      }
    }
    await shot(carrier, '3-carrier-desk');
    await world.quiet();
    for (const one of orders) {
      await orderPage(one);
      expect(await part(buyer, 'parcel').getAttribute('data-status')).toBe('delivered');
    }
    await orderPage(order(0));
    await shot(buyer, '3-tracking', true);
    await part(buyer, 'order-receive').click();
    await agree(buyer);
    await until('the order to be received', async () => ((await orderPage(order(0))) === 'received' ? true : undefined));
    expect(await orderPage(order(1))).toBe('shipped');
  });

  it('4 given a received order, when its commission is looked at, then it is pending and explained line by line', async () => {
    await world.quiet();
    const [first] = await commissions(PROMOTER);
    const base = order(0).lines[0]!.payableFen;
    await visit(promoter, world, 'promotion/commissions/index');
    const row = promoter.locator(`[data-commission="${first!.commissionId}"]:visible`);
    expect(await row.getAttribute('data-status')).toBe('pending');
    expect(await row.getAttribute('data-due')).toBe(String(due(RATES_BP.direct, base)));
    await shot(promoter, '4-commissions');
    await row.click();
    await part(promoter, 'commission-formula').waitFor();
    const formula = (await part(promoter, 'commission-formula').textContent())!;
    for (const term of [(base / 100).toFixed(2), '5%', (due(RATES_BP.direct, base) / 100).toFixed(2)])
      expect(formula.replaceAll(' ', '')).toContain(term);
    expect(await part(promoter, 'commission-ledger').textContent()).toContain(yuan(due(RATES_BP.direct, base)));
    await shot(promoter, '4-why-this-amount', true);
  });

  it('5 given a received line, when one piece of it goes back, then the refund arrives and commission is clawed back to the fen', async () => {
    const before = await commissions(PROMOTER);
    const above = await commissions(GRANDPROMOTER);
    await orderPage(order(0));
    await part(buyer, 'order-after-sale').click();
    if ((await part(buyer, 'after-sale-line').getAttribute('aria-checked')) !== 'true') await part(buyer, 'after-sale-line').click();
    await part(buyer, 'kind-return_and_refund').click();
    await field(buyer, 'quantity').fill('1');
    await field(buyer, 'quantity').blur();
    await part(buyer, 'reason-wrong_size').click();
    await shot(buyer, '5-apply', true);
    await part(buyer, 'after-sale-submit').click();
    await part(buyer, 'after-sale-status').waitFor();

    const desk = await screens.desktop();
    await signInStaff(desk, world, 'service');
    await desk.goto(`${world.serverUrl}/admin/after-sales?text=${order(0).orderNo}`);
    await part(desk, 'after-sale-row').click();
    await part(desk, 'after-sale-approve').click();
    await shot(desk, '5-after-sales-desk');
    await part(desk, 'approve-confirm').click();
    await part(desk, 'after-sale-approve').waitFor({ state: 'detached' });

    await buyer.reload();
    await part(buyer, 'return-carrier').click();
    await part(buyer, 'carrier-yuantong').click();
    await field(buyer, 'return-waybill').fill('YT9100000009');
    await shot(buyer, '5-send-back');
    await part(buyer, 'return-submit').click();
    await part(buyer, 'return-submit').waitFor({ state: 'detached' });
    await desk.reload();
    await part(desk, 'after-sale-confirm-return').click();
    await part(desk, 'confirm-return-confirm').click();

    const { get } = await member(BUYER);
    const line = await until('the refund to arrive', async () => {
      const { lines } = await get<Order>(`/api/v1/orders/${order(0).orderId}`);
      return lines[0]!.refundedQuantity === 1 ? lines[0]! : undefined;
    });
    await world.quiet();
    await until('the page to say so', async () => {
      await buyer.reload();
      await part(buyer, 'after-sale-status').waitFor();
      return (await part(buyer, 'after-sale-status').getAttribute('data-status')) === 'refunded' ? true : undefined;
    });
    await shot(buyer, '5-refunded');
    const { refunds } = await world.sandbox.get<{ refunds: { amountFen: number; status: string }[] }>('/sandbox/refunds');
    expect(refunds.at(-1)).toMatchObject({ amountFen: line.refundedFen, status: 'SUCCESS' });

    const remaining = line.payableFen - line.refundedFen;
    for (const [phone, rateBp, was] of [
      [PROMOTER, RATES_BP.direct, before],
      [GRANDPROMOTER, RATES_BP.second, above],
    ] as const) {
      const [touched, untouched] = await commissions(phone);
      expect(touched).toMatchObject({
        originalFen: was[0]!.dueFen,
        dueFen: due(rateBp, remaining),
        reversedFen: was[0]!.dueFen - due(rateBp, remaining),
      });
      expect(untouched).toEqual(was[1]);
    }
    await visit(promoter, world, `promotion/commission/index?commissionId=${before[0]!.commissionId}`);
    await part(promoter, 'commission-formula')
      .filter({ hasText: (due(RATES_BP.direct, remaining) / 100).toFixed(2) })
      .waitFor();
    await shot(promoter, '5-clawed-back', true);
  });

  it('4 given the rest of the way, when the clock passes receipt and return window, then commission becomes available', async () => {
    const before = await balance('available');
    await world.passTime(7 * DAY_MS + 3_600_000);
    await becomes(['completed', 'received']);
    expect(await orderPage(order(1))).toBe('received');
    await shot(buyer, '3-confirmed-by-the-clock');
    expect((await commissions(PROMOTER)).map(({ status }) => status)).toEqual(['available', 'pending']);
    await world.passTime(7 * DAY_MS + 3_600_000);
    await becomes(['completed', 'completed']);
    const rows = await commissions(PROMOTER);
    expect(rows.map(({ status }) => status)).toEqual(['available', 'available']);
    expect(await balance('available')).toBe(before + rows.reduce((sum, { dueFen }) => sum + dueFen, 0));
    await shot(promoter, '4-available');
    for (const one of orders) expect(await orderPage(one)).toBe('completed');
  });

  /** Sweeps look every few seconds: waits until the orders have these statuses and their events were heard. */
  async function becomes(statuses: readonly string[]): Promise<void> {
    const { get } = await member(BUYER);
    await until(`the orders to be ${statuses.join(' and ')}`, async () => {
      const now = await Promise.all(orders.map(({ orderId }) => get<Order>(`/api/v1/orders/${orderId}`)));
      return now.every(({ status }, index) => status === statuses[index]) ? true : undefined;
    });
    await world.quiet();
  }

  it('6 given available commission, when it is withdrawn, approved by two and confirmed, then bill, ledger and statement agree', async () => {
    const amountFen = await balance('available');
    await part(promoter, 'go-withdraw').click();
    await part(promoter, 'bind-wechat').click();
    await promoter.getByRole('button', { name: PROMOTER }).click();
    await part(promoter, 'withdraw-all').click();
    await part(promoter, 'bind-wechat').waitFor({ state: 'detached' });
    await shot(promoter, '6-withdraw');
    await part(promoter, 'withdraw-submit').click();
    await part(promoter, 'withdrawal-status').waitFor();
    await shot(promoter, '6-under-review');

    for (const [index, reviewer] of ['finance1', 'finance2'].entries()) {
      const desk = await screens.desktop();
      await signInStaff(desk, world, reviewer);
      await desk.goto(`${world.serverUrl}/admin/withdrawals?status=reviewing`);
      await part(desk, 'withdrawal-row')
        .filter({ hasText: yuan(amountFen) })
        .click();
      await part(desk, 'withdrawal-approve').click();
      await part(desk, 'withdrawal-approve-confirm').click();
      if (index === 0) {
        await part(desk, 'withdrawal-own').waitFor();
        expect(await part(desk, 'withdrawal-approve').isDisabled()).toBe(true);
        await shot(desk, '6-second-person-needed');
      } else await part(desk, 'withdrawal-approve').waitFor({ state: 'detached' });
    }
    await part(promoter, 'withdraw-confirm').click({ timeout: 60_000 });
    await promoter.getByRole('button', { name: '确认收款' }).waitFor();
    await shot(promoter, '6-confirm-in-wechat');
    await promoter.getByRole('button', { name: '确认收款' }).click();
    await promoter.waitForURL(/promotion\/withdrawals/);
    await until('the withdrawal to be shown as paid', async () => {
      await promoter.reload();
      await part(promoter, 'withdrawal-row').first().waitFor();
      return (await part(promoter, 'withdrawal-row').first().getAttribute('data-status')) === 'paid' ? true : undefined;
    });
    await shot(promoter, '6-paid');
    expect(await balance('available')).toBe(0);
    await expectAgreement({ world, screens, promoter, statementOf: await member(PROMOTER) }, amountFen);
  });
});
