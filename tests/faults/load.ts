import { expect } from 'vitest';
import { type Caller, everything, type Order, pay, place, type Sku, type Trade } from '../world/shop';
import type { World } from '../world/world';
import { type Before, expectExactly, lookBefore, NOTHING, unitsOf } from './loop';
import { insistentCaller, type Supervised } from './supervisor';

/** Orders that clients were told of. */
interface Sold {
  readonly placed: readonly Trade[];
  readonly paid: readonly Trade[];
}

const CLIENTS = 8;
const ORDERS = 160;
const PAYS_EVERY = 5;

/**
 * Clients that buy one unit each time, as fast as they are served, `orders` times in all; every fifth order is paid too. `at` is called
 * once with every number of orders that were acknowledged, while the others go on.
 */
async function buyUnderLoad(world: World, call: Caller, orders: number, at: (acknowledged: number) => void): Promise<Sold> {
  const { buyer, skus } = world.cast;
  const plenty = skus.filter(({ available }) => available > orders);
  const goods: readonly Sku[] = plenty.length > 0 ? plenty : skus;
  const placed: Trade[] = [];
  const paid: Trade[] = [];
  let begun = 0;
  const client = async () => {
    while (begun < orders) {
      const number = begun;
      begun += 1;
      const sku = goods[number % goods.length];
      if (sku === undefined) throw new Error('no goods');
      const trade = await place(call, buyer, [{ skuId: sku.skuId, quantity: 1 }]);
      placed.push(trade);
      at(placed.length);
      if (number % PAYS_EVERY !== 0) continue;
      await pay(call, world.place.sandboxUrl, buyer, trade);
      paid.push(trade);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { placed, paid };
}

/** Kills at the given numbers of acknowledged orders while clients go on buying, then looks for every one of them. */
export async function expectNothingLost(
  world: World,
  server: Supervised,
  kills: Readonly<Record<number, () => Promise<unknown>>>,
): Promise<void> {
  const before: Before = await lookBefore(world, server);
  const known = await everything<Order>(server.call, world.cast.buyer, '/api/v1/orders');
  let cuts = 0;
  const onCut = () => {
    cuts += 1;
  };
  const call = insistentCaller(world, { onCut });
  const under: Promise<unknown>[] = [];
  const cutsAtKill: number[] = [];

  const { placed, paid } = await buyUnderLoad(world, call, ORDERS, (acknowledged) => {
    const kill = kills[acknowledged];
    if (kill === undefined) return;
    cutsAtKill.push(cuts);
    under.push(kill());
  });
  await Promise.all(under);

  // Every kill hit requests that were under way, or the test has shown nothing.
  expect(cutsAtKill).toHaveLength(Object.keys(kills).length);
  expect(cuts).toBeGreaterThan(cutsAtKill.at(-1) ?? 0);
  const earlier = new Set(known.map(({ orderId }) => orderId));
  const orders = (await everything<Order>(call, world.cast.buyer, '/api/v1/orders')).filter(({ orderId }) => !earlier.has(orderId));
  expect(placed).toHaveLength(ORDERS);
  expect(orders.map(({ orderId }) => orderId).sort()).toEqual(placed.flatMap((trade) => trade.orders.map(({ orderId }) => orderId)).sort());
  const paidIds = new Set(paid.map(({ tradeId }) => tradeId));
  for (const { tradeId, status } of orders) expect(status).toBe(paidIds.has(tradeId) ? 'paid' : 'awaiting_payment');
  const paidFen = paid.map(({ payableFen }) => payableFen);
  await expectExactly(world, server, before, { ...NOTHING, paidFen, taken: unitsOf(orders) });
}
