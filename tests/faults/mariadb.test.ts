import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mariadbPath, type PrivateMariadb, startMariadb } from '../../scripts/mariadb.mjs';
import type { Member } from '../world/people';
import { freePort } from '../world/processes';
import { everything, type Order, pay, place, reachOrder, receive, refund, ship, withdraw } from '../world/shop';
import { mariadbWorld, type World } from '../world/world';
import { createDatabase } from './databases';
import { FAILPOINTS } from './failpoints';
import { expectNothingLost } from './load';
import { basket, expectExactly, lookBefore, NOTHING, unitsOf } from './loop';
import { insistentCaller, type Supervised, supervise } from './supervisor';

describe.skipIf(mariadbPath() === undefined)('on MariaDB', () => {
  let mariadb: PrivateMariadb;
  let world: World;
  let servers: Supervised[] = [];

  beforeAll(async () => {
    mariadb = await startMariadb();
    world = await mariadbWorld(await createDatabase(mariadb.url));
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
  });
  afterAll(async () => {
    await world?.close();
    await mariadb?.stop();
  });

  it('two servers share one database: one of them is killed and comes back, and everything happens once', async () => {
    const port = await freePort();
    const first = await supervise(world, []);
    servers.push(first);
    const second = await supervise(world, [], port);
    servers.push(second);
    const { buyer, second: other, promoter, admin, finance } = world.cast;
    const call = insistentCaller(world, { others: [`http://127.0.0.1:${port}`] });
    const before = await lookBefore(world, { call });
    const { sandboxUrl } = world.place;

    const loop = async (member: Member, waybillNo: string) => {
      const trade = await place(call, member, basket(world));
      const orders = await pay(call, sandboxUrl, member, trade);
      const [sent] = orders;
      if (sent === undefined) throw new Error('no order');
      await ship(call, admin, sent, waybillNo);
      await reachOrder(call, member, sent.orderId, 'shipped');
      await receive(call, member, sent.orderId);
      const { refundFen } = await refund(call, member, admin, sent.lines[0]?.orderLineId ?? '', 1);
      // What was refunded had been received: it does not come back on the shelf.
      return { paidFen: trade.payableFen, refundFen, orders };
    };
    const [loops, { netFen }] = await Promise.all([
      Promise.all([loop(buyer, 'YT8100000001'), loop(other, 'YT8100000002'), loop(promoter, 'YT8100000003')]),
      withdraw(call, sandboxUrl, promoter, finance, 200),
      first.kill(),
    ]);

    await expectExactly(world, { call, stop: async () => void (await Promise.all([first.stop(), second.stop()])) }, before, {
      ...NOTHING,
      paidFen: loops.map(({ paidFen }) => paidFen),
      refundsFen: loops.map(({ refundFen }) => refundFen),
      transfersFen: [netFen],
      taken: unitsOf(loops.flatMap(({ orders }) => orders)),
    });
  });

  it('a server killed while placing, paying and handing over events loses nothing', async () => {
    const failpoints = [...FAILPOINTS.place, 'payment.afterNotice', 'payment.beforeSettleCommit', 'events.beforeDeliveryCommit'];
    const server = await supervise(world, failpoints);
    servers.push(server);
    const { buyer } = world.cast;
    const before = await lookBefore(world, server);
    const known = await everything<Order>(server.call, buyer, '/api/v1/orders');

    const trade = await place(server.call, buyer, basket(world));
    const orders = await pay(server.call, world.place.sandboxUrl, buyer, trade);

    expect(server.deaths).toEqual(failpoints);
    expect(await everything<Order>(server.call, buyer, '/api/v1/orders')).toHaveLength(known.length + orders.length);
    await expectExactly(world, server, before, { ...NOTHING, paidFen: [trade.payableFen], taken: unitsOf(orders) });
  });

  it('keeps every acknowledged order when the server, the database and both at once are killed under load', async () => {
    const server = await supervise(world, []);
    servers.push(server);
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
