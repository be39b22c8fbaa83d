import { createHash } from 'node:crypto';
import { type Database, migrate } from '@qianxing/database';
import type { Result } from '@qianxing/errors';
import { createEventBus, eventMigrations, type Topic } from '@qianxing/events';
import type { Actor, RouteContract } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { paymentSucceeded, refundSucceeded } from '@qianxing/payment/contract';
import type { CheckFinding } from '@qianxing/service';
import { emptiedDatabases, type TestDatabase, type TestDatabaseKind, virtualClock } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { FormatRegistry, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll } from 'vitest';
import { createOrderService, type OrderNeeds, type OrderPolicy } from './index';
import type { DeliveryAddress, OrderableSku } from './needs';
import type { StockGuard } from './stock/store';
import type { LineRow, OrderRow, OrderTables, StockRow, TradeRow } from './tables';

const databases = emptiedDatabases();
afterAll(() => databases.closeAll());

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)));

export const policy: OrderPolicy = {
  paymentWindowMs: 30 * MINUTE_MS,
  autoReceiveAfterShippedMs: 10 * DAY_MS,
  autoReceiveAfterDeliveredMs: 7 * DAY_MS,
  returnWindowMs: 7 * DAY_MS,
  spendDiscounts: [{ code: 'S1000', thresholdFen: 100_000, amountFen: 5_000, labelZh: '满1000减50', labelEn: '50 off 1,000' }],
  freight: {
    freeFromFen: 50_000,
    firstGrams: 1_000,
    firstFen: 1_000,
    nextGrams: 1_000,
    nextFen: 300,
    remoteProvinceCodes: ['65'],
    remoteFen: 2_000,
  },
};

/** SKUs of the tests: one merchant with two warehouses, one delisted. */
export const SKUS = { tyre: newId(1), wheel: newId(2), valve: newId(3), far: newId(4), delisted: newId(5) } as const;
export const MEMBER = newId(100);
export const OTHER_MEMBER = newId(101);
export const ADDRESS = newId(200);
export const REMOTE_ADDRESS = newId(201);

const merchantId = newId(300);
const warehouses = { near: newId(400), far: newId(401) };

export function sku(skuId: string, change: Partial<OrderableSku> = {}): OrderableSku {
  return {
    skuId,
    productId: skuId,
    title: '轮胎',
    label: '205/55R16',
    pictureUrl: '/p.png',
    priceFen: 39_900,
    weightGrams: 9_000,
    merchantId,
    merchantName: '千星轮胎',
    warehouseId: warehouses.near,
    warehouseName: '上海仓',
    warehouseProvinceCode: '31',
    listed: true,
    ...change,
  };
}

function address(change: Partial<DeliveryAddress> = {}): DeliveryAddress {
  return {
    recipient: '王小明',
    phone: '13800138000',
    provinceCode: '31',
    provinceName: '上海市',
    cityName: '上海市',
    countyName: '浦东新区',
    detail: '世纪大道 1 号',
    ...change,
  };
}

export interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly key?: string;
}

/** One order room on a database of its own, with plain objects in the place of its neighbours. */
export async function openShop(kind: TestDatabaseKind, options: ShopOptions = {}) {
  const prepare = async (empty: TestDatabase): Promise<void> => {
    await migrate(empty, [...eventMigrations, ...shopOn(empty).service.migrations]);
  };
  if (!options.ownDatabase) return shopOn(await databases.open(kind, prepare), options);
  const database = await kind.open();
  await prepare(database);
  return shopOn(database, options);
}

interface ShopOptions {
  readonly policy?: Partial<OrderPolicy>;
  /** Stock without guards, to show that a race test notices. */
  readonly stock?: StockGuard;
  /** For tests that change the schema. */
  readonly ownDatabase?: boolean;
}

/** One process on the data of a shop. */
export function shopOn<D extends Database>(database: D, options: ShopOptions = {}) {
  const clock = virtualClock();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const catalogue = new Map<string, OrderableSku>([
    [SKUS.tyre, sku(SKUS.tyre)],
    [SKUS.wheel, sku(SKUS.wheel, { title: '轮毂', priceFen: 10_001, weightGrams: 1_500 })],
    [SKUS.valve, sku(SKUS.valve, { title: '气门嘴', priceFen: 999, weightGrams: 20 })],
    [
      SKUS.far,
      sku(SKUS.far, { title: '千斤顶', priceFen: 8_000, weightGrams: 2_500, warehouseId: warehouses.far, warehouseName: '成都仓' }),
    ],
    [SKUS.delisted, sku(SKUS.delisted, { listed: false })],
  ]);
  const addresses = new Map([
    [ADDRESS, address()],
    [REMOTE_ADDRESS, address({ provinceCode: '65', provinceName: '新疆' })],
  ]);
  const unbound = new Set<string>();
  const needs: OrderNeeds = {
    skuFacts: async (skuIds) => new Map(skuIds.flatMap((id) => (catalogue.has(id) ? [[id, catalogue.get(id) as OrderableSku]] : []))),
    address: async (_memberId, addressId) => addresses.get(addressId),
    members: async (ids) => new Map(ids.map((id) => [id, { memberNo: id === MEMBER ? 1 : 2, nickname: `会员${id === MEMBER ? 1 : 2}` }])),
    memberIdByNo: async (memberNo) => (memberNo === 1 ? MEMBER : memberNo === 2 ? OTHER_MEMBER : undefined),
    isBindingPending: async (memberId) => unbound.has(memberId),
    beneficiaries: async (memberId) =>
      unbound.has(memberId)
        ? null
        : { planVersionId: newId(500), levels: [{ level: 1, promoterId: newId(501), promoterNo: 77, rateBp: 500 }] },
  };
  const bus = createEventBus({
    database,
    clock,
    log,
    deliverTwice: true,
    reactions: () => service.reactions,
  });
  const platform = { database, clock, log, events: bus };
  const service = createOrderService(
    platform,
    needs,
    { policy: { ...policy, ...options.policy }, returnAddress: '上海市退货仓' },
    options.stock,
  );
  const tables = database.query.withTables<OrderTables>();

  async function call<C extends RouteContract>(
    contract: C,
    actor: Actor,
    input: CallInput = {},
  ): Promise<Result<C['response'] extends TSchema ? Static<C['response']> : never>> {
    const route = service.routes.find((candidate) => candidate.contract === contract);
    if (!route) throw new Error(`no route for ${contract.path}`);
    if (contract.body && !Value.Check(contract.body, input.body)) throw new Error(`the body does not fit ${contract.path}`);
    const handle = route.handle as (call: unknown) => Promise<Result<never>>;
    const answer = await handle({
      params: input.params ?? {},
      query: input.query ?? {},
      body: input.body,
      actor,
      now: clock.now(),
      language: 'zh',
      requestId: 'r',
      ip: '127.0.0.1',
      headers: {},
      idempotencyKey: input.key ?? newId(),
      requestHash: createHash('sha256')
        .update(JSON.stringify(input.body ?? null))
        .digest('hex'),
      rawBody: Buffer.alloc(0),
    });
    if (answer.ok && contract.response && !Value.Check(contract.response, answer.value)) {
      throw new Error(`the answer does not fit ${contract.path}: ${JSON.stringify([...Value.Errors(contract.response, answer.value)][0])}`);
    }
    return answer;
  }

  async function publish<T extends string, P>(topic: Topic<T, P>, aggregateId: string, payload: P): Promise<void> {
    await database.transaction((transaction) => bus.emit(transaction, topic, { aggregateId, occurredAt: clock.now(), payload }));
    await bus.drain();
  }

  return {
    database,
    clock,
    catalogue,
    unbound,
    service,
    bus,
    tables,
    call,
    publish,
    buyer: (memberId: string = MEMBER): Actor => ({ kind: 'member', memberId, sessionId: 's' }),
    staff: { kind: 'staff', staffId: 'x', username: '小李', permissions: [], sessionId: 's' } satisfies Actor,
    stock: async (skuId: string, available: number): Promise<void> => service.api.setAvailable(skuId, warehouses.near, available, 'test'),
    stockOf: async (skuId: string): Promise<Pick<StockRow, 'onHand' | 'reserved' | 'sold'> | undefined> =>
      tables.selectFrom('order_stock').select(['onHand', 'reserved', 'sold']).where('skuId', '=', skuId).executeTakeFirst(),
    trade: (tradeId: string): Promise<TradeRow> =>
      tables.selectFrom('order_trades').selectAll().where('tradeId', '=', tradeId).executeTakeFirstOrThrow(),
    order: (orderId: string): Promise<OrderRow> =>
      tables.selectFrom('order_orders').selectAll().where('orderId', '=', orderId).executeTakeFirstOrThrow(),
    ordersOf: (tradeId: string): Promise<OrderRow[]> =>
      tables.selectFrom('order_orders').selectAll().where('tradeId', '=', tradeId).orderBy('orderId').execute(),
    lines: (orderId: string): Promise<LineRow[]> =>
      tables.selectFrom('order_lines').selectAll().where('orderId', '=', orderId).orderBy('position').execute(),
    /** Money of `amountFen` arrives for the trade, as the payment service tells it. */
    pay: async (tradeId: string, amountFen: number, paymentId: string = newId()): Promise<string> => {
      await publish(paymentSucceeded, tradeId, { paymentId, tradeId, amountFen, providerTransactionId: 'T', paidAt: clock.now() });
      return paymentId;
    },
    /** The refund of an after-sale has reached the buyer. */
    refunded: (afterSaleId: string, amountFen: number): Promise<void> =>
      publish(refundSucceeded, afterSaleId, {
        refundId: newId(),
        refundKey: `afterSale:${afterSaleId}`,
        paymentId: newId(),
        amountFen,
        succeededAt: clock.now(),
      }),
    runJob: async (name: string): Promise<number> => {
      const job = service.jobs.find((candidate) => candidate.name === name);
      if (!job) throw new Error(`no job ${name}`);
      const moved = await job.run();
      await bus.drain();
      return moved;
    },
    /** Payloads of every event of a topic, in the order of writing. */
    told: async <T extends string, P>(topic: Topic<T, P>): Promise<P[]> => {
      const rows = await database.query
        .withTables<{ platform_events: { sequence: number; topic: string; payload: string } }>()
        .selectFrom('platform_events')
        .select('payload')
        .where('topic', '=', topic.topic)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => JSON.parse(row.payload) as P);
    },
    findings: async (): Promise<CheckFinding[]> => {
      const found: CheckFinding[] = [];
      for (const check of service.checks) found.push(...(await check.run()));
      return found;
    },
    deadLetters: async (): Promise<number> => (await bus.lag()).deadLetters,
    close: async (): Promise<void> => {
      await service.close?.();
      await database.close();
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The value of a result that must be a success. */
export function successOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problem)}`);
  return result.value;
}

/** The code of a result that must be a failure. */
export function codeOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('not refused');
  return result.problem.code;
}
