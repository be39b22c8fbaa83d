import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { orderContract } from './contract';
import { ADDRESS, openShop, type Shop, SKUS, shopOn } from './order-for-tests';
import { reserve, StockConflict, type StockGuard, totalsBySku } from './stock/store';
import type { OrderTables } from './tables';

const STOCK = 40;
const REQUESTS = 150;

/** What stock would be without the working copy, the row lock and the guard of the update. */
const unguarded: StockGuard = {
  lockAvailable: async (_transaction, skuIds) => new Map(skuIds.map((skuId) => [skuId, Number.MAX_SAFE_INTEGER])),
  reserve: async (transaction, lines) => {
    for (const { skuId, quantity } of totalsBySku(lines)) {
      await transaction
        .withTables<OrderTables>()
        .updateTable('order_stock')
        .set((eb) => ({ reserved: eb('reserved', '+', quantity) }))
        .where('skuId', '=', skuId)
        .execute();
    }
  },
};

/** Takes the last defence away too: the CHECK constraint of the table. */
async function withoutCheck({ database }: Shop): Promise<void> {
  const statement =
    database.dialect === 'sqlite'
      ? sql`PRAGMA ignore_check_constraints = ON`
      : sql`ALTER TABLE order_stock DROP CONSTRAINT order_stock_reserved`;
  await database.transaction((transaction) => statement.execute(transaction));
}

type Buy = Pick<Shop, 'call' | 'buyer'>;

function rush(shops: readonly Buy[]): Promise<string[]> {
  return Promise.all(
    Array.from({ length: REQUESTS }, async (_, index) => {
      const shop = shops[index % shops.length]!;
      const body = { items: [{ skuId: SKUS.valve, quantity: 1 }], addressId: ADDRESS, expectedPayableFen: 1_999 };
      const answer = await shop.call(orderContract.placeTrade, shop.buyer(newId()), { body });
      return answer.ok ? 'placed' : answer.problem.code;
    }),
  );
}

const count = (answers: readonly string[], answer: string): number => answers.filter((given) => given === answer).length;

describe.each(testDatabases())('many buyers and little stock on $name', (kind) => {
  let shop: Shop;
  const open = async (stock?: StockGuard) => {
    shop = await openShop(kind, stock ? { stock, ownDatabase: true } : {});
    await shop.stock(SKUS.valve, STOCK);
  };
  afterEach(() => shop.close());

  it('given a rush, then exactly the stock is sold and everybody else is told it is gone', async () => {
    await open();
    const answers = await rush([shop]);
    expect(count(answers, 'placed')).toBe(STOCK);
    expect(count(answers, 'order.outOfStock')).toBe(REQUESTS - STOCK);
    expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: STOCK, reserved: STOCK, sold: 0 });
    expect(await shop.findings()).toEqual([]);
  });

  it('given the same rush without guards, then more than the stock is sold: the test above would fail', async () => {
    await open(unguarded);
    await withoutCheck(shop);
    const answers = await rush([shop]);
    expect(count(answers, 'placed')).toBe(REQUESTS);
    expect((await shop.findings()).map((finding) => finding.check)).toEqual(['order.stockIsNotOversold']);
  });

  it('given no guards but the CHECK constraint, then the database still refuses to oversell', async () => {
    await open(unguarded);
    const answers = await Promise.allSettled([rush([shop])]);
    expect(answers[0]?.status).toBe('rejected');
    const stock = await shop.stockOf(SKUS.valve);
    expect(stock?.reserved).toBeLessThanOrEqual(STOCK);
    expect(await shop.findings()).toEqual([]);
  });

  it('given two processes, then together they sell no more than the stock', async () => {
    await open();
    const second = await shop.database.openAgain();
    const other = shopOn(second);
    const answers = await rush([shop, other]);
    const placed = count(answers, 'placed');
    expect(placed + count(answers, 'order.outOfStock') + count(answers, 'request.busy')).toBe(REQUESTS);
    expect(placed).toBeLessThanOrEqual(STOCK);
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: placed });
    if (count(answers, 'request.busy') === 0) expect(placed).toBe(STOCK);
    expect(await shop.findings()).toEqual([]);
    await other.close();
  });

  it('given transactions that reserve without having looked, then the guard of the update alone stops them at the stock', async () => {
    await open();
    const take = () => shop.database.transaction((transaction) => reserve(transaction, [{ skuId: SKUS.valve, quantity: 3 }], 1));
    const ends = await Promise.allSettled(Array.from({ length: 20 }, take));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(13);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(StockConflict);
    expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 39 });
  });
});
