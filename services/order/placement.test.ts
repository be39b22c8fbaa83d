import { newId } from '@qianxing/ids';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orderContract, orderPlaced } from './contract';
import { ADDRESS, codeOf, MEMBER, OTHER_MEMBER, openShop, policy, REMOTE_ADDRESS, type Shop, SKUS, successOf } from './order-for-tests';
import { type Placement, placeBatch } from './placement';
import { priceTrade } from './rules';

describe.each(testDatabases())('placing a trade on $name', (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
  });
  afterEach(() => shop.close());

  const place = (items: { skuId: string; quantity: number }[], expectedPayableFen: number, key = newId(), memberId = MEMBER) =>
    shop.call(orderContract.placeTrade, shop.buyer(memberId), { key, body: { items, addressId: ADDRESS, expectedPayableFen } });

  const nothingPlaced = async () => {
    expect(await shop.tables.selectFrom('order_trades').selectAll().execute()).toEqual([]);
    expect(await shop.tables.selectFrom('order_lines').selectAll().execute()).toEqual([]);
    expect(await shop.told(orderPlaced)).toEqual([]);
  };

  it('given a quote, when the trade is placed at that price, then it is split by warehouse and stock is reserved', async () => {
    await shop.stock(SKUS.tyre, 10);
    await shop.stock(SKUS.far, 10);
    const items = [
      { skuId: SKUS.tyre, quantity: 4 },
      { skuId: SKUS.far, quantity: 1 },
    ];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    expect(quote).toMatchObject({ goodsFen: 167_600, discountFen: 5_000, freightFen: 1_600, payableFen: 164_200 });

    const trade = successOf(await place(items, quote.payableFen));

    expect(trade).toMatchObject({ status: 'awaiting_payment', payableFen: 164_200 });
    expect(trade.orders.map((order) => order.payableFen)).toEqual(quote.groups.map((group) => group.payableFen));
    expect(await shop.stockOf(SKUS.tyre)).toEqual({ onHand: 10, reserved: 4, sold: 0 });
    expect(await shop.stockOf(SKUS.far)).toEqual({ onHand: 10, reserved: 1, sold: 0 });
    const orders = await shop.ordersOf(trade.tradeId);
    expect(orders[0]).toMatchObject({ recipientName: '王小明', recipientRegion: '上海市 上海市 浦东新区', status: 'awaiting_payment' });
    const [line] = await shop.lines(orders[0]!.orderId);
    expect(JSON.parse(line!.beneficiaries ?? '')).toMatchObject({ levels: [{ level: 1, promoterNo: 77, rateBp: 500 }] });
    expect(successOf(await shop.call(orderContract.trade, shop.buyer(), { params: { tradeId: trade.tradeId } }))).toEqual(trade);
    const told = await shop.told(orderPlaced);
    expect(told.map((event) => event.lines.map((entry) => entry.paidFen))).toEqual([[154_839], [7_761]]);
    expect(await shop.findings()).toEqual([]);
  });

  it('given a registration that promotion has not heard of, when its member buys, then nothing is placed and the same key works later', async () => {
    await shop.stock(SKUS.tyre, 4);
    const items = [{ skuId: SKUS.tyre, quantity: 4 }];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    const key = newId();
    shop.unbound.add(MEMBER);
    expect(codeOf(await place(items, quote.payableFen, key))).toBe('request.busy');
    await nothingPlaced();
    shop.unbound.delete(MEMBER);
    const trade = successOf(await place(items, quote.payableFen, key));
    const [line] = await shop.lines((await shop.ordersOf(trade.tradeId))[0]!.orderId);
    expect(line!.beneficiaries).not.toBeNull();
  });

  it('given a surcharge for the province, when the trade is placed, then freight is the quote’s', async () => {
    await shop.stock(SKUS.tyre, 1);
    const items = [{ skuId: SKUS.tyre, quantity: 1 }];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: REMOTE_ADDRESS } }));
    expect(quote.freightFen).toBe(1_000 + 8 * 300 + 2_000);
    const body = { items, addressId: REMOTE_ADDRESS, expectedPayableFen: quote.payableFen };
    expect(successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body })).payableFen).toBe(quote.payableFen);
  });

  it('given a price that rose, when the old total is sent, then it is refused with the new one and nothing is placed', async () => {
    await shop.stock(SKUS.valve, 5);
    shop.catalogue.set(SKUS.valve, { ...shop.catalogue.get(SKUS.valve)!, priceFen: 1_099 });
    const refused = await place([{ skuId: SKUS.valve, quantity: 1 }], 1_999);
    expect(refused).toMatchObject({
      ok: false,
      problem: { code: 'order.priceChanged', path: '/expectedPayableFen', details: { payableFen: 2_099 }, params: { payable: '20.99' } },
    });
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 0 });
    await nothingPlaced();
  });

  it.each([
    ['a delisted SKU', () => [{ skuId: SKUS.delisted, quantity: 1 }], 'order.skuNotFound', '/items/0/skuId'],
    [
      'an unknown SKU',
      () => [
        { skuId: SKUS.valve, quantity: 1 },
        { skuId: newId(), quantity: 1 },
      ],
      'order.skuNotFound',
      '/items/1/skuId',
    ],
    [
      'a SKU twice',
      () => [
        { skuId: SKUS.valve, quantity: 1 },
        { skuId: SKUS.valve, quantity: 1 },
      ],
      'order.duplicateSku',
      '/items/1/skuId',
    ],
  ])('given %s, then it is refused and the field is named', async (_name, items, code, path) => {
    await shop.stock(SKUS.valve, 5);
    expect(await place(items(), 1)).toMatchObject({ ok: false, problem: { code, path } });
    await nothingPlaced();
  });

  it('given an address of nobody, then it is refused', async () => {
    const body = { items: [{ skuId: SKUS.valve, quantity: 1 }], addressId: newId(), expectedPayableFen: 1 };
    expect(codeOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }))).toBe('order.addressNotFound');
    expect(codeOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items: body.items, addressId: newId() } }))).toBe(
      'order.addressNotFound',
    );
  });

  it('given one SKU short, when two are ordered, then neither is reserved and the shortage is told', async () => {
    await shop.stock(SKUS.valve, 5);
    await shop.stock(SKUS.tyre, 1);
    const items = [
      { skuId: SKUS.valve, quantity: 1 },
      { skuId: SKUS.tyre, quantity: 2 },
    ];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    const refused = await place(items, quote.payableFen);
    expect(refused).toMatchObject({
      ok: false,
      problem: { code: 'order.outOfStock', details: { skuId: SKUS.tyre, available: 1 } },
    });
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 0 });
    await nothingPlaced();
  });

  it('given a key used before, when it comes again, then the same trade answers; with another body it is a conflict', async () => {
    await shop.stock(SKUS.valve, 5);
    const key = newId();
    const first = successOf(await place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key));
    shop.clock.advance(5_000);
    expect(successOf(await place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key))).toEqual(first);
    expect(codeOf(await place([{ skuId: SKUS.valve, quantity: 2 }], 2_998, key))).toBe('request.idempotencyKeyReused');
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 1 });
    // The key belongs to the member: somebody else may use the same one.
    expect(successOf(await place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key, OTHER_MEMBER)).tradeId).not.toBe(first.tradeId);
    expect(await shop.told(orderPlaced)).toHaveLength(2);
  });

  it('given one key sent ten times at once, then one trade exists and everybody gets it', async () => {
    await shop.stock(SKUS.valve, 50);
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key)));
    expect(new Set(answers.map((answer) => successOf(answer).tradeId)).size).toBe(1);
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 1 });
    expect(await shop.tables.selectFrom('order_trades').selectAll().execute()).toHaveLength(1);
  });

  it('given a mixed batch, when it commits, then each request has its own answer and the first come are served', async () => {
    await shop.stock(SKUS.valve, 3);
    await shop.stock(SKUS.wheel, 1);
    const wish = (skuId: string, quantity: number, requestKey = newId(), memberId = MEMBER): Placement => ({
      memberId,
      requestKey,
      requestHash: `${skuId} ${quantity}`,
      priced: priceTrade([{ skuId, quantity }], shop.catalogue, policy, undefined),
      address: {
        recipient: '王小明',
        phone: '13800138000',
        provinceCode: '31',
        provinceName: '上海市',
        cityName: '上海市',
        countyName: '浦东新区',
        detail: '世纪大道 1 号',
      },
      remark: null,
      beneficiaries: null,
      now: shop.clock.now(),
      expiresAt: shop.clock.now() + 1,
    });
    const same = newId();
    const batch = [
      wish(SKUS.valve, 2, same),
      wish(SKUS.valve, 2),
      wish(SKUS.wheel, 1),
      wish(SKUS.valve, 2, same),
      wish(SKUS.valve, 1, same),
      wish(SKUS.wheel, 1, newId(), OTHER_MEMBER),
      wish(SKUS.valve, 1),
    ];
    const answers = await shop.database.transaction((transaction) => placeBatch(transaction, shop.bus, batch));
    expect(answers.map((answer) => (answer.ok ? 'placed' : answer.problem.code))).toEqual([
      'placed',
      'order.outOfStock',
      'placed',
      'placed',
      'request.idempotencyKeyReused',
      'order.outOfStock',
      'placed',
    ]);
    expect(successOf(answers[3]!).trade.tradeId).toBe(successOf(answers[0]!).trade.tradeId);
    expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 3, reserved: 3, sold: 0 });
    expect(await shop.stockOf(SKUS.wheel)).toEqual({ onHand: 1, reserved: 1, sold: 0 });
    expect(await shop.findings()).toEqual([]);
  });

  it('given a batch that fails before its commit, then nothing of it remains and the same keys may be used again', async () => {
    await shop.stock(SKUS.valve, 5);
    const keys = [newId(), newId()];
    const disarm = armFailpoint('order.beforePlaceCommit', () => {
      throw new Error('killed');
    });
    const broken = await Promise.allSettled(keys.map((key) => place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key)));
    disarm();
    expect(broken.map((answer) => answer.status)).toEqual(['rejected', 'rejected']);
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 0 });
    await nothingPlaced();
    for (const key of keys) successOf(await place([{ skuId: SKUS.valve, quantity: 1 }], 1_999, key));
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 2 });
  });
});
