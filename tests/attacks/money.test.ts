import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, bodyOf, demand, until } from '../world/http';
import { everything, type Order, type Payment, pay, place, type Trade } from '../world/shop';
import { type AttackedShop, openAttackedShop, problemOf, traces } from './attacked-shop';

const AT_ONCE = 20;

describe('money and goods', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  const post = (
    path: string,
    body: unknown,
    options: { key?: string; raw?: string; who?: 'attacker' | 'victim' | 'promoter' } = {},
  ): Promise<Answer> =>
    ask(shop.place.serverUrl, {
      method: 'POST',
      path,
      token: shop[options.who ?? 'attacker'].tokens.accessToken,
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.raw === undefined ? { body } : { raw: options.raw }),
    });
  const ordersOf = () => everything<Order>(shop.call, shop.attacker, '/api/v1/orders');
  const basket = (quantity: unknown = 1) => [{ skuId: shop.skus[0]!.skuId, quantity }];
  const quoted = async (): Promise<number> => {
    const answer = await post('/api/v1/quotes', { items: basket(), addressId: shop.attacker.addressId });
    return bodyOf<{ payableFen: number }>(answer).payableFen;
  };
  const trade = (expectedPayableFen: number) => ({ items: basket(), addressId: shop.attacker.addressId, expectedPayableFen });

  it('cost what the server says: no client names a price', async () => {
    const before = await traces(shop);
    const payableFen = await quoted();
    for (const expected of [payableFen - 1, 1, 0, -payableFen, payableFen * 2]) {
      const answer = await post('/api/v1/trades', trade(expected));
      expect(answer.status, answer.text).toBe(409);
      expect(problemOf(answer.text).code).toBe('order.priceChanged');
      expect(answer.text).toContain(`"payableFen":${payableFen}`);
    }
    for (const field of ['priceFen', 'unitPriceFen', 'discountFen', 'freightFen', 'payableFen', 'couponId', 'memberId', 'status'])
      for (const body of [
        { ...trade(payableFen), [field]: 1 },
        { ...trade(payableFen), items: [{ ...basket()[0], [field]: 1 }] },
      ])
        expect((await post('/api/v1/trades', body)).status, field).toBe(422);
    expect(await traces(shop)).toEqual(before);
  });

  it('are counted in whole units from 1 to 999', async () => {
    const before = await traces(shop);
    const { addressId } = shop.attacker;
    for (const quantity of [
      '0',
      '-1',
      '0.5',
      '1e9',
      '1000',
      '99999999999999999999',
      '1e999',
      '"2"',
      '"1e2"',
      'null',
      '[1]',
      '{}',
      'true',
      'NaN',
    ])
      for (const path of ['/api/v1/quotes', '/api/v1/trades']) {
        const expected = path.endsWith('trades') ? ',"expectedPayableFen":1000' : '';
        const raw = `{"items":[{"skuId":"${shop.skus[0]!.skuId}","quantity":${quantity}}],"addressId":"${addressId}"${expected}}`;
        expect([400, 422], `${path} ${quantity}`).toContain((await post(path, undefined, { raw })).status);
      }
    const both = [...basket(10), { ...basket(1)[0], quantity: 1 }];
    expect((await post('/api/v1/trades', { ...trade(1), items: both })).status).toBe(422);
    expect(await traces(shop)).toEqual(before);
  });

  it('are what is on sale: unknown and delisted goods cannot be ordered', async () => {
    const product = (await everything<{ productId: string; status: string }>(shop.call, shop.staff.operator, '/staff/v1/products')).at(-1)!;
    const sold = await demand<{ skus: { skuId: string }[] }>(shop.place.serverUrl, { path: `/api/v1/products/${product.productId}` });
    await shop.call(shop.staff.operator, 'POST', '/staff/v1/products/listing', { productIds: [product.productId], status: 'delisted' });
    const before = await traces(shop);
    for (const skuId of [sold.skus[0]!.skuId, '01hzzzzzzzzzzzzzzzzzzzzzzz']) {
      const answer = await post('/api/v1/trades', { ...trade(1_000), items: [{ skuId, quantity: 1 }] });
      expect([answer.status, problemOf(answer.text).code]).toEqual([422, 'order.skuNotFound']);
    }
    expect(await traces(shop)).toEqual(before);
  });

  it('move once for a double click, and not at all for another body under the same key', async () => {
    const payableFen = await quoted();
    const known = await ordersOf();
    const key = randomUUID();
    const clicks = await Promise.all(Array.from({ length: AT_ONCE }, () => post('/api/v1/trades', trade(payableFen), { key })));
    const answered = clicks.filter(({ status }) => status === 201);
    expect(answered.length).toBeGreaterThan(0);
    for (const { status } of clicks) expect([201, 409, 429]).toContain(status);
    expect(new Set(answered.map((answer) => bodyOf<Trade>(answer).tradeId)).size).toBe(1);
    expect(await ordersOf()).toHaveLength(known.length + 1);

    const other = await post('/api/v1/trades', { ...trade(payableFen), remark: '另一份' }, { key });
    expect([other.status, problemOf(other.text).code]).toEqual([409, 'request.idempotencyKeyReused']);
    const again = await post('/api/v1/trades', trade(payableFen), { key });
    expect(bodyOf<Trade>(again).tradeId).toBe(bodyOf<Trade>(answered[0]!).tradeId);
    // The key is the attacker's own: the victim's request with it is another one.
    const { addressId } = shop.victim;
    const victims = await post('/api/v1/trades', { ...trade(await quoted()), addressId }, { key, who: 'victim' });
    expect(victims.status, victims.text).toBe(201);
    expect(bodyOf<Trade>(victims).tradeId).not.toBe(bodyOf<Trade>(again).tradeId);
    expect((await post('/api/v1/trades', trade(payableFen), { key: 'x' })).status).toBe(400);
    expect(await ordersOf()).toHaveLength(known.length + 1);
  });

  it('go back once, however many ask at once, and never more than was paid', async () => {
    const [order] = await pay(
      shop.call,
      shop.place.sandboxUrl,
      shop.attacker,
      await place(shop.call, shop.attacker, [{ skuId: shop.skus[0]!.skuId, quantity: 3 }]),
    );
    const { orderLineId } = order!.lines[0]!;
    const ask2 = (quantity: number) => post('/api/v1/after-sales', { orderLineId, quantity, kind: 'refund_only', reason: 'other' });
    for (const quantity of [4, 999]) expect([409, 422]).toContain((await ask2(quantity)).status);
    const asked = await Promise.all(Array.from({ length: AT_ONCE }, () => ask2(1)));
    const accepted = asked.filter(({ status }) => status === 201);
    expect(accepted.length).toBeLessThanOrEqual(3);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { status } of asked) expect([201, 409, 422]).toContain(status);
    const { afterSaleId } = bodyOf<{ afterSaleId: string }>(accepted[0]!);
    const path = `/staff/v1/after-sales/${afterSaleId}/approve`;
    const token = shop.staff.customer_service.tokens.accessToken;
    const approvals = await Promise.all(
      Array.from({ length: 5 }, () => ask(shop.place.serverUrl, { method: 'POST', path, token, body: {} })),
    );
    for (const { status } of approvals) expect([200, 409]).toContain(status);
    const done = await until('the refund', async () => {
      const now = await shop.call<Order>(shop.attacker, 'GET', `/api/v1/orders/${order!.orderId}`);
      return now.refundedFen > 0 ? now : undefined;
    });
    expect(done.lines[0]!.refundedQuantity).toBe(1);
    const { refunds } = await demand<{ refunds: { outTradeNo: string; amountFen: number }[] }>(shop.place.sandboxUrl, {
      path: '/sandbox/refunds',
    });
    const payments = await everything<{ tradeId: string; paymentNo: string }>(shop.call, shop.staff.finance, '/staff/v1/payments');
    const { paymentNo } = payments.find(({ tradeId }) => tradeId === order!.tradeId)!;
    expect(refunds.filter(({ outTradeNo }) => outTradeNo === paymentNo).map(({ amountFen }) => amountFen)).toEqual([done.refundedFen]);
  });

  it('leave as commission once: amounts, limits and a race for the whole balance', async () => {
    const terms = () => shop.call<{ availableFen: number; minimumFen: number }>(shop.promoter, 'GET', '/api/v1/promoter/withdrawal-terms');
    const { availableFen, minimumFen } = await terms();
    const withdraw = (raw: string) => post('/api/v1/promoter/withdrawals', undefined, { raw, who: 'promoter' });
    const amounts = ['-100', '0', '0.5', '100.5', '1e13', '"100"', 'null', 'NaN', String(minimumFen - 1), String(availableFen + 1)];
    for (const amount of amounts)
      expect([400, 409, 422], amount).toContain((await withdraw(`{"amountFen":${amount},"rail":"transfer"}`)).status);
    for (const rail of ['"cash"', 'null', '["transfer"]']) expect((await withdraw(`{"amountFen":100,"rail":${rail}}`)).status).toBe(422);
    expect((await withdraw(`{"amountFen":100,"rail":"transfer","openId":"other"}`)).status).toBe(422);
    expect((await terms()).availableFen).toBe(availableFen);

    const all = JSON.stringify({ amountFen: availableFen, rail: 'transfer' });
    const race = await Promise.all(Array.from({ length: AT_ONCE }, () => withdraw(all)));
    expect(race.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of race) expect([201, 409, 422, 429]).toContain(status);
    expect((await terms()).availableFen).toBe(0);
  });

  it('are not moved by forged, spoilt or foreign notices, and arrive all the same', async () => {
    const faults = [
      'noticeWrongKey',
      'noticeTampered',
      'noticeTimestampChanged',
      'noticeFuture',
      'noticeUnknownSerial',
      'noticeWrongCipherKey',
      'noticeMissingHeaders',
      'noticeInvalidUtf8',
      'noticeOversized',
      'mchidMismatch',
    ];
    const believed = ['amountMismatch', 'currencyMismatch', 'appidMismatch', 'openidMismatch', 'tenCopies', 'duplicateOtherId'];
    // Together: a notice that was refused is made up for by asking, some seconds later.
    const suffer = async (fault: string) => {
      const bought = await place(shop.call, shop.attacker, [{ skuId: shop.skus[1]!.skuId, quantity: 1 }]);
      const { paymentNo } = await shop.call<Payment>(shop.attacker, 'POST', '/api/v1/payments', { tradeId: bought.tradeId, channel: 'h5' });
      const body = { party: 'wechat-pay', operation: 'transaction.notice', fault, times: 1, objectKey: paymentNo };
      await demand(shop.place.sandboxUrl, { method: 'POST', path: '/faults', body });
      await pay(shop.call, shop.place.sandboxUrl, shop.attacker, bought);
      const payment = await demand<{ status: string; amountFen: number }>(shop.place.serverUrl, {
        path: `/api/v1/payments/${(await paymentOf(bought.tradeId)).paymentId}`,
        token: shop.attacker.tokens.accessToken,
      });
      expect(payment, fault).toMatchObject({ status: 'succeeded', amountFen: bought.payableFen });
      if (!faults.includes(fault)) return;
      const { notices } = await demand<{ notices: { attempts: { httpStatus: number | null }[] }[] }>(shop.place.sandboxUrl, {
        path: `/sandbox/notices?objectKey=${paymentNo}`,
      });
      expect(notices[0]?.attempts[0]?.httpStatus ?? 0, fault).toBeGreaterThanOrEqual(400);
    };
    await Promise.all([...faults, ...believed].map(suffer));
  }, 120_000);

  const paymentOf = async (tradeId: string) => {
    const payments = await everything<{ tradeId: string; paymentId: string; paymentNo: string }>(
      shop.call,
      shop.staff.finance,
      '/staff/v1/payments',
    );
    return payments.find((payment) => payment.tradeId === tradeId)!;
  };

  it('are not moved by a true notice that is sent again, nor by anything a stranger posts to a hook', async () => {
    const bought = await place(shop.call, shop.attacker, [{ skuId: shop.skus[1]!.skuId, quantity: 1 }]);
    await pay(shop.call, shop.place.sandboxUrl, shop.attacker, bought);
    const { paymentNo } = await paymentOf(bought.tradeId);
    const { notices } = await demand<{ notices: { noticeId: string }[] }>(shop.place.sandboxUrl, {
      path: `/sandbox/notices?objectKey=${paymentNo}`,
    });
    await demand(shop.place.sandboxUrl, { method: 'POST', path: '/sandbox/settle' });
    const before = await traces(shop);
    await demand(shop.place.sandboxUrl, { method: 'POST', path: `/sandbox/notices/${notices[0]!.noticeId}/replay` });
    const hooks = ['payment', 'refund', 'transfer', 'profit-sharing'].map((kind) => `/hooks/wechat-pay/${kind}`);
    for (const path of [...hooks, '/hooks/channels-shop', '/hooks/kuaidi100', `/hooks/kuaidi100?shipment=${'0'.repeat(26)}`])
      for (const raw of ['', '{}', '<xml/>', JSON.stringify({ id: '1', event_type: 'TRANSACTION.SUCCESS', resource: {} })]) {
        const answer = await ask(shop.place.serverUrl, { method: 'POST', path, raw });
        expect(answer.status, `${path} ${raw}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${path} ${raw}`).toBeLessThan(500);
      }
    for (const path of ['/paySuccess', '/mock/pay', '/notify', '/api/v1/payments/notify', '/sandbox/pay'])
      for (const method of ['GET', 'POST'] as const)
        expect([401, 404, 405], path).toContain(
          (await ask(shop.place.serverUrl, { method, path, ...(method === 'POST' ? { body: {} } : {}) })).status,
        );
    expect(await traces(shop)).toEqual(before);
  });
});
