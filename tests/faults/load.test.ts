import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mariadbPath, type PrivateMariadb, startMariadb } from '../../scripts/mariadb.mjs';
import { everything, type Order } from '../world/shop';
import { copiedWorld, mariadbWorld, type World } from '../world/world';
import { createDatabase } from './databases';
import { buyUnderLoad } from './load';
import { type Before, expectExactly, lookBefore, NOTHING, unitsOf } from './loop';
import { insistentCaller, type Supervised, supervise } from './supervisor';

const ORDERS = 160;

describe('killed under load, SQLite', () => {
  let world: World;
  let server: Supervised;

  beforeEach(async () => {
    world = await copiedWorld();
    server = await supervise(world, []);
  });
  afterEach(async () => {
    await server.stop();
    await world.close();
  });

  it('keeps every acknowledged order, each once', async () => {
    await expectNothingLost(world, server, { 50: () => server.kill(), 110: () => server.kill() });
  });
});

describe.skipIf(mariadbPath() === undefined)('killed under load, MariaDB', () => {
  let mariadb: PrivateMariadb;
  let world: World;
  let server: Supervised;

  beforeAll(async () => {
    mariadb = await startMariadb();
    world = await mariadbWorld(await createDatabase(mariadb.url));
    server = await supervise(world, []);
  });
  afterAll(async () => {
    await server?.stop();
    await world?.close();
    await mariadb?.stop();
  });

  it('keeps every acknowledged order when the server, the database and both at once are killed', async () => {
    const database = async () => {
      await mariadb.kill();
      await mariadb.restart();
    };
    await expectNothingLost(world, server, {
      40: () => server.kill(),
      80: database,
      120: () => Promise.all([database(), server.kill()]),
    });
  });
});

/** Kills at the given numbers of acknowledged orders while clients go on buying, then looks for every one of them. */
async function expectNothingLost(world: World, server: Supervised, kills: Readonly<Record<number, () => Promise<unknown>>>): Promise<void> {
  const before: Before = await lookBefore(world, server);
  let cuts = 0;
  const call = insistentCaller(world, () => {
    cuts += 1;
  });
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
  const orders = await everything<Order>(call, world.cast.buyer, '/api/v1/orders');
  expect(placed).toHaveLength(ORDERS);
  expect(orders.map(({ orderId }) => orderId).sort()).toEqual(placed.flatMap((trade) => trade.orders.map(({ orderId }) => orderId)).sort());
  const paidIds = new Set(paid.map(({ tradeId }) => tradeId));
  for (const { tradeId, status } of orders) expect(status).toBe(paidIds.has(tradeId) ? 'paid' : 'awaiting_payment');
  const paidFen = paid.map(({ payableFen }) => payableFen);
  await expectExactly(world, server, before, { ...NOTHING, paidFen, taken: unitsOf(orders) });
}
