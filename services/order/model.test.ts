/**
 * Model-based test: random sequences of everything that can happen to orders, against a plain model that knows only quantities. After every
 * step the statuses and the stock must be the model's, and at the end every check of the service must find nothing.
 */
import { orderDelivered, parcelShipped } from '@qianxing/fulfilment/contract';
import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { DAY_MS } from '@qianxing/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderContract, refundRequested } from './contract';
import type { AfterSaleStatus } from './model';
import { ADDRESS, openShop, policy, type Shop, SKUS, successOf } from './order-for-tests';
import {
  claimsOf,
  hasOpenClaim,
  type Model,
  noteShipping,
  OPEN,
  ordersOf,
  pick,
  statusOf,
  stockOf,
  type Trade,
  units,
} from './plain-model-for-tests';

abstract class Step implements fc.AsyncCommand<Model, Shop> {
  constructor(
    readonly choice: number,
    readonly amount: number,
  ) {}
  check(): boolean {
    return true;
  }
  abstract act(model: Model, shop: Shop): Promise<void>;
  async run(model: Model, shop: Shop): Promise<void> {
    await this.act(model, shop);
    for (const order of ordersOf(model)) expect((await shop.order(order.orderId)).status).toBe(statusOf(model, order));
    for (const [skuId, stock] of model.stock) expect(await shop.stockOf(skuId)).toEqual(stock);
  }
  toString(): string {
    return `${this.constructor.name}(${this.choice}, ${this.amount})`;
  }
}

class Place extends Step {
  async act(model: Model, shop: Shop) {
    const skuIds = [[SKUS.valve], [SKUS.wheel, SKUS.valve], [SKUS.valve, SKUS.far]][this.choice % 3] ?? [];
    const items = skuIds.map((skuId, index) => ({ skuId, quantity: 1 + ((this.amount + index) % 4) }));
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    const body = { items, addressId: ADDRESS, expectedPayableFen: quote.payableFen };
    const answer = await shop.call(orderContract.placeTrade, shop.buyer(), { body });
    const enough = items.every(({ skuId, quantity }) => stockOf(model, skuId).onHand - stockOf(model, skuId).reserved >= quantity);
    expect(answer.ok).toBe(enough);
    if (!answer.ok) return;
    for (const { skuId, quantity } of items) stockOf(model, skuId).reserved += quantity;
    const trade: Trade = {
      tradeId: answer.value.tradeId,
      payableFen: quote.payableFen,
      placedAt: shop.clock.now(),
      orders: [],
      status: 'awaiting_payment',
    };
    for (const { orderId } of answer.value.orders) {
      const { freightFen } = await shop.order(orderId);
      const lines = (await shop.lines(orderId)).map(({ orderLineId, skuId, quantity, payableFen }) => {
        return { orderLineId, skuId, quantity, payableFen, shipped: 0, withdrawn: 0 };
      });
      trade.orders.push({ orderId, trade, lines, freightFen, receiveAt: null, deliveredAt: null, receivedAt: null, completed: false });
    }
    model.trades.push(trade);
  }
}

class Pay extends Step {
  async act(model: Model, shop: Shop) {
    const trade = pick(model.trades, this.choice);
    if (!trade) return;
    const right = this.amount % 5 !== 0;
    await shop.pay(trade.tradeId, right ? trade.payableFen : trade.payableFen + 1);
    if (!right || trade.status !== 'awaiting_payment') return;
    trade.status = 'paid';
    for (const line of trade.orders.flatMap((order) => order.lines)) {
      const stock = stockOf(model, line.skuId);
      stock.reserved -= line.quantity;
      stock.onHand -= line.quantity;
      stock.sold += line.quantity;
    }
  }
}

function cancelTrade(model: Model, trade: Trade): void {
  trade.status = 'cancelled';
  for (const line of trade.orders.flatMap((order) => order.lines)) stockOf(model, line.skuId).reserved -= line.quantity;
}

class Cancel extends Step {
  async act(model: Model, shop: Shop) {
    const trade = pick(model.trades, this.choice);
    if (!trade) return;
    const answer = await shop.call(orderContract.cancelTrade, shop.buyer(), { params: { tradeId: trade.tradeId }, body: {} });
    expect(answer.ok).toBe(trade.status !== 'paid');
    if (trade.status === 'awaiting_payment') cancelTrade(model, trade);
  }
}

class Wait extends Step {
  async act(model: Model, shop: Shop) {
    shop.clock.advance([policy.paymentWindowMs, DAY_MS, 4 * DAY_MS, 11 * DAY_MS][this.choice % 4] ?? 0);
    const now = shop.clock.now();
    for (const job of shop.service.jobs) while ((await job.run()) > 0);
    await shop.bus.drain();
    for (const trade of model.trades)
      if (trade.status === 'awaiting_payment' && trade.placedAt + policy.paymentWindowMs <= now) cancelTrade(model, trade);
    for (const order of ordersOf(model)) {
      if (hasOpenClaim(model, order)) continue;
      if (statusOf(model, order) === 'shipped' && order.receiveAt !== null && order.receiveAt <= now) order.receivedAt = now;
      if (statusOf(model, order) === 'received' && (order.receivedAt ?? now) + policy.returnWindowMs <= now) order.completed = true;
    }
  }
}

class Ship extends Step {
  async act(model: Model, shop: Shop) {
    const order = pick(
      ordersOf(model).filter((candidate) => ['paid', 'partly_shipped'].includes(statusOf(model, candidate))),
      this.choice,
    );
    const line = order?.lines.find((candidate) => candidate.shipped < candidate.quantity);
    if (!order || !line) return;
    const quantity = 1 + (this.amount % (line.quantity - line.shipped));
    const parcel = {
      shipmentId: newId(),
      orderId: order.orderId,
      carrierCode: 'sf',
      waybillNo: 'SF1',
      lines: [{ orderLineId: line.orderLineId, quantity }],
      shippedAt: shop.clock.now(),
    };
    await shop.publish(parcelShipped, order.orderId, parcel);
    await shop.publish(parcelShipped, order.orderId, parcel);
    line.shipped += quantity;
    noteShipping(model, order, shop.clock.now());
  }
}

class Deliver extends Step {
  async act(model: Model, shop: Shop) {
    const order = pick(
      ordersOf(model).filter((candidate) => statusOf(model, candidate) === 'shipped'),
      this.choice,
    );
    if (!order) return;
    const now = shop.clock.now();
    await shop.publish(orderDelivered, order.orderId, { orderId: order.orderId, deliveredAt: now });
    if (order.deliveredAt !== null) return;
    order.deliveredAt = now;
    order.receiveAt = Math.min(order.receiveAt ?? now, now + policy.autoReceiveAfterDeliveredMs);
  }
}

class Receive extends Step {
  async act(model: Model, shop: Shop) {
    const order = pick(ordersOf(model), this.choice);
    if (!order) return;
    const before = statusOf(model, order);
    const answer = await shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: order.orderId }, body: {} });
    const may = before === 'shipped' && !hasOpenClaim(model, order);
    expect(answer.ok).toBe(may || before === 'received' || before === 'completed');
    if (may) order.receivedAt = shop.clock.now();
  }
}

class Apply extends Step {
  async act(model: Model, shop: Shop) {
    const order = pick(ordersOf(model), this.choice);
    const line = order && pick(order.lines, this.amount);
    if (!order || !line) return;
    const returns = this.amount % 3 === 0;
    const quantity = 1 + (this.amount % 3);
    const body = { orderLineId: line.orderLineId, quantity, kind: returns ? 'return_and_refund' : 'refund_only', reason: 'other' };
    const answer = await shop.call(orderContract.applyAfterSale, shop.buyer(), { body });
    const live = claimsOf(model, line, [...OPEN, 'refunded']);
    const claimedUnshipped = live.reduce((sum, claim) => sum + claim.unshipped, 0);
    const windowOpen = order.receivedAt === null || order.receivedAt + policy.returnWindowMs > shop.clock.now();
    const may =
      ['paid', 'partly_shipped', 'shipped', 'received'].includes(statusOf(model, order)) &&
      windowOpen &&
      units(live) + quantity <= line.quantity &&
      (!returns || quantity <= line.shipped - (units(live) - claimedUnshipped));
    expect(answer.ok).toBe(may);
    if (!answer.ok) return;
    const left = Math.max(0, line.quantity - line.shipped - claimedUnshipped);
    const { afterSaleId, refundFen } = answer.value;
    const unshipped = returns ? 0 : Math.min(left, quantity);
    model.claims.push({ afterSaleId, order, line, quantity, returns, unshipped, refundFen, status: 'applied' });
  }
}

/** What staff and buyers do with an after-sale: allowed or not by its kind and status. */
class Handle extends Step {
  async act(model: Model, shop: Shop) {
    const claim = pick(model.claims, this.choice);
    if (!claim) return;
    const params = { afterSaleId: claim.afterSaleId };
    const parcel = { carrierCode: 'yto', waybillNo: 'YT123456' };
    const calls = {
      approve: () => shop.call(orderContract.approveAfterSale, shop.staff, { params, body: {} }),
      reject: () => shop.call(orderContract.rejectAfterSale, shop.staff, { params, body: { reason: 'x' } }),
      cancel: () => shop.call(orderContract.cancelAfterSale, shop.buyer(), { params, body: {} }),
      sendBack: () => shop.call(orderContract.sendBackAfterSale, shop.buyer(), { params, body: parcel }),
      confirm: () => shop.call(orderContract.confirmReturn, shop.staff, { params, body: {} }),
    };
    const next: Record<keyof typeof calls, AfterSaleStatus | undefined> = {
      approve: claim.status === 'applied' ? (claim.returns ? 'approved' : 'refunding') : undefined,
      reject: claim.status === 'applied' ? 'rejected' : undefined,
      cancel: claim.status === 'applied' || (claim.returns && claim.status === 'approved') ? 'closed' : undefined,
      sendBack: claim.returns && claim.status === 'approved' ? 'returning' : undefined,
      confirm: claim.returns && (claim.status === 'approved' || claim.status === 'returning') ? 'refunding' : undefined,
    };
    const verbs = ['approve', 'approve', 'confirm', 'sendBack', 'reject', 'cancel', 'approve'] as const;
    const verb = pick(verbs, this.amount) ?? 'approve';
    const answer = await calls[verb]();
    expect(answer.ok).toBe(next[verb] !== undefined);
    claim.status = next[verb] ?? claim.status;
    if (answer.ok) {
      expect(answer.value.status).toBe(claim.status);
      claim.refundFen = answer.value.refundFen;
    }
  }
}

class Refunded extends Step {
  async act(model: Model, shop: Shop) {
    const claim = pick(
      model.claims.filter((candidate) => candidate.status === 'refunding'),
      this.choice,
    );
    if (!claim) return;
    await shop.refunded(claim.afterSaleId, claim.refundFen);
    const { line } = claim;
    claim.unshipped = Math.min(claim.unshipped, Math.max(0, line.quantity - line.shipped - line.withdrawn));
    claim.status = 'refunded';
    line.withdrawn += claim.unshipped;
    const back = claim.returns ? claim.quantity : claim.unshipped;
    const stock = stockOf(model, line.skuId);
    stock.onHand += back;
    stock.sold -= back;
    noteShipping(model, claim.order, shop.clock.now());
  }
}

class SetStock extends Step {
  async act(model: Model, shop: Shop) {
    const skuId = pick([SKUS.valve, SKUS.wheel, SKUS.far], this.choice) ?? SKUS.valve;
    const available = this.amount % 12;
    await shop.stock(skuId, available);
    const stock = stockOf(model, skuId);
    stock.onHand = stock.reserved + available;
  }
}

const steps = [
  Place,
  Place,
  Pay,
  Pay,
  Pay,
  Cancel,
  Wait,
  Ship,
  Ship,
  Deliver,
  Receive,
  Apply,
  Apply,
  Handle,
  Handle,
  Handle,
  Refunded,
  Refunded,
  SetStock,
];
const commands = fc.commands(
  steps.map((Kind) => fc.tuple(fc.nat(200), fc.nat(200)).map(([choice, amount]) => new Kind(choice, amount))),
  { maxCommands: 60, size: 'max' },
);

async function play(shop: Shop, sequence: Iterable<fc.AsyncCommand<Model, Shop>>): Promise<string[]> {
  const setup = async () => {
    const model: Model = { trades: [], claims: [], stock: new Map() };
    for (const skuId of [SKUS.valve, SKUS.wheel, SKUS.far]) {
      await shop.stock(skuId, 15);
      model.stock.set(skuId, { onHand: 15, reserved: 0, sold: 0 });
    }
    return { model, real: shop };
  };
  let played: Model | undefined;
  await fc.asyncModelRun(async () => {
    const start = await setup();
    played = start.model;
    return start;
  }, sequence);
  if (!played) return [];
  const model: Model = played;
  await finish(shop, model);
  return [...ordersOf(model).map((order) => statusOf(model, order)), ...model.claims.map((claim) => claim.status)];
}

/** What must hold however the sequence went. */
async function finish(shop: Shop, model: Model): Promise<void> {
  expect(await shop.findings()).toEqual([]);
  expect(await shop.deadLetters()).toBe(0);
  const asked = new Map((await shop.told(refundRequested)).map((event) => [event.refundKey, event.amountFen]));
  for (const claim of model.claims) {
    const started = claim.status === 'refunding' || claim.status === 'refunded';
    expect(asked.get(`afterSale:${claim.afterSaleId}`) ?? 0).toBe(started ? claim.refundFen : 0);
  }
  for (const order of ordersOf(model)) {
    const row = await shop.order(order.orderId);
    const refunded = model.claims.filter((claim) => claim.order === order && claim.status === 'refunded');
    expect(row.refundedFen).toBe(refunded.reduce((sum, claim) => sum + claim.refundFen, 0));
    // All units back without any having been shipped: every fen is back.
    if (row.cancelReason === 'refunded' && order.lines.every((line) => line.shipped === 0)) expect(row.refundedFen).toBe(row.payableFen);
    expect(row.refundedFen).toBeLessThanOrEqual(row.payableFen);
  }
}

describe.each(testDatabases())('random lives of orders on $name', (kind) => {
  it('get somewhere: steps chosen by hand lead through the model to a completed and to a refunded order', async () => {
    const shop = await openShop(kind);
    const refunded = [new Place(0, 1), new Pay(0, 1), new Apply(0, 1), new Handle(0, 0), new Refunded(0, 0)];
    const received = [new Place(0, 1), new Pay(1, 1), new Ship(0, 1), new Deliver(0, 0), new Receive(1, 0)];
    const completed = [new Apply(1, 4), new Handle(1, 4), new Wait(3, 0)];
    const ends = await play(shop, [...refunded, ...received, ...completed]);
    await shop.close();
    expect(ends).toEqual(['cancelled', 'completed', 'refunded', 'rejected']);
  });

  it('follow the model and leave nothing for the checks to find', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const shop = await openShop(kind);
        try {
          await play(shop, sequence);
        } finally {
          await shop.close();
        }
      }),
      { numRuns: kind.name === 'SQLite' ? 30 : 10 },
    );
  });
});
