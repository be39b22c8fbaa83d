import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, importGoods, type Order, pay, place, reachOrder, receive, refund, ship, type Trade, withdraw } from '../world/shop';
import { copiedWorld, type World } from '../world/world';
import { FAILPOINTS } from './failpoints';
import { type Before, basket, expectExactly, lookBefore, NOTHING, unitsOf } from './loop';
import { type Supervised, supervise } from './supervisor';

describe('the server is killed between any two steps', () => {
  let world: World;
  let server: Supervised;
  let before: Before;

  beforeEach(async () => {
    world = await copiedWorld();
  });
  afterEach(async () => {
    await server.stop();
    await world.close();
  });

  /** Serves with failpoints armed one after another. */
  async function serve(failpoints: readonly string[]): Promise<void> {
    server = await supervise(world, failpoints);
    before = await lookBefore(world, server);
  }
  const ordersOf = () => everything<Order>(server.call, world.cast.buyer, '/api/v1/orders');
  const buy = async (): Promise<{ trade: Trade; orders: Order[] }> => {
    const trade = await place(server.call, world.cast.buyer, basket(world));
    return { trade, orders: await pay(server.call, world.place.sandboxUrl, world.cast.buyer, trade) };
  };

  it('of importing: every product once', async () => {
    const { admin } = world.cast;
    await serve(FAILPOINTS.import);
    const products = async () =>
      (await everything<{ productCode: string }>(server.call, admin, '/staff/v1/products')).map(({ productCode }) => productCode);
    const known = await products();

    await importGoods(server.call, admin, 4);

    expect(server.deaths).toEqual(FAILPOINTS.import);
    const now = await products();
    expect(now).toHaveLength(known.length + 4);
    expect(new Set(now).size).toBe(now.length);
    await expectExactly(world, server, before, NOTHING);
  });

  it('of placing and cancelling: the order is absent or whole, and its goods come back once', async () => {
    const { buyer } = world.cast;
    await serve([...FAILPOINTS.place, ...FAILPOINTS.cancel]);

    const kept = await place(server.call, buyer, basket(world));
    const given = await place(server.call, buyer, basket(world));
    await server.call(buyer, 'POST', `/api/v1/trades/${given.tradeId}/cancel`, {});

    expect(server.deaths).toEqual([...FAILPOINTS.place, ...FAILPOINTS.cancel]);
    const orders = await ordersOf();
    expect(orders.map(({ orderId }) => orderId).sort()).toEqual([...kept.orders, ...given.orders].map(({ orderId }) => orderId).sort());
    const taken = unitsOf(orders.filter(({ tradeId }) => tradeId === kept.tradeId));
    await expectExactly(world, server, before, { ...NOTHING, taken });
  });

  it('of paying: paid once, commission once', async () => {
    const { promoter } = world.cast;
    await serve(FAILPOINTS.pay);

    const bought = [await buy()];
    // Some deaths lie behind the buyer's answer: another purchase brings the server there.
    while (server.left.length > 0 && bought.length < 10) bought.push(await buy());

    expect(server.deaths).toEqual(FAILPOINTS.pay);
    const orders = bought.flatMap((purchase) => purchase.orders);
    expect((await ordersOf()).map(({ status }) => status)).toEqual(orders.map(() => 'paid'));
    const lines = orders.flatMap((order) => order.lines.map(({ orderLineId }) => orderLineId)).sort();
    const commissions = await everything<{ orderLineId: string }>(server.call, promoter, '/api/v1/promoter/commissions');
    const earning = commissions.map(({ orderLineId }) => orderLineId).filter((orderLineId) => lines.includes(orderLineId));
    expect(earning.sort()).toEqual(lines);
    const paidFen = bought.map(({ trade }) => trade.payableFen);
    await expectExactly(world, server, before, { ...NOTHING, paidFen, taken: unitsOf(orders) });
  });

  it('of shipping and refunding: one parcel, one refund, claw-back to the fen', async () => {
    const { buyer, admin, promoter } = world.cast;
    await serve([...FAILPOINTS.ship, ...FAILPOINTS.refund]);
    const { trade, orders } = await buy();
    const [first, second] = orders;
    if (first === undefined || second === undefined) throw new Error('the basket makes two orders');

    await ship(server.call, admin, first, 'YT8800000001');
    await receive(server.call, buyer, (await reachOrder(server.call, buyer, first.orderId, 'shipped')).orderId);
    const line = first.lines[0]?.orderLineId ?? '';
    const sent = await refund(server.call, buyer, admin, line, 1);

    expect(server.deaths).toEqual([...FAILPOINTS.ship, ...FAILPOINTS.refund]);
    const { items: parcels } = await server.call<{ items: unknown[] }>(buyer, 'GET', `/api/v1/orders/${first.orderId}/shipments`);
    expect(parcels).toHaveLength(1);
    const after = await reachOrder(server.call, buyer, first.orderId, 'received');
    expect(after.refundedFen).toBe(sent.refundFen);
    const commissions = await everything<{ orderLineId: string; dueFen: number }>(server.call, promoter, '/api/v1/promoter/commissions');
    // The promoter stands two levels above the buyer: 2 % of what remains, rounded down.
    const remainingFen = (first.lines[0]?.payableFen ?? 0) - sent.refundFen;
    expect(commissions.filter(({ orderLineId }) => orderLineId === line).map(({ dueFen }) => dueFen)).toEqual([
      Math.floor(remainingFen / 50),
    ]);
    const taken = unitsOf(orders);
    await expectExactly(world, server, before, { ...NOTHING, paidFen: [trade.payableFen], refundsFen: [sent.refundFen], taken });
  });

  it('of withdrawing: the money is in one place, and leaves once', async () => {
    const { promoter, finance } = world.cast;
    await serve(FAILPOINTS.withdraw);
    const balance = async () =>
      (await server.call<{ availableFen: number }>(promoter, 'GET', '/api/v1/promoter/withdrawal-terms')).availableFen;
    const availableFen = await balance();

    const { netFen } = await withdraw(server.call, world.place.sandboxUrl, promoter, finance, 200);

    expect(server.deaths).toEqual(FAILPOINTS.withdraw);
    expect(await balance()).toBe(availableFen - 200);
    expect(await everything(server.call, promoter, '/api/v1/promoter/withdrawals')).toHaveLength(1);
    await expectExactly(world, server, before, { ...NOTHING, transfersFen: [netFen] });
  });
});
