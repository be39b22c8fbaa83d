import { createHash } from 'node:crypto';
import { type Database, migrate } from '@qianxing/database';
import type { Result } from '@qianxing/errors';
import { createEventBus, eventMigrations, type Topic } from '@qianxing/events';
import type { Actor, RawAnswer, RouteContract } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import type { Kuaidi100, Tracking } from '@qianxing/kuaidi100';
import { afterSaleHold, lineRefunded, orderPaid } from '@qianxing/order/contract';
import { emptiedDatabases, type TestDatabase, type TestDatabaseKind, virtualClock } from '@qianxing/testing';
import { FormatRegistry, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll } from 'vitest';
import type { ShippingGuard } from './context';
import { fulfilmentContract } from './contract';
import { createFulfilmentService, type ShippingInfo, type ShippingInfoOutcome } from './index';
import type { FulfilmentTables, ShipmentRow } from './tables';

const databases = emptiedDatabases();
afterAll(() => databases.closeAll());

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)));

export const MEMBER = newId(100);
const RECIPIENT = { name: '王小明', phone: '13800138000', region: '上海市 浦东新区', detail: '世纪大道 1 号' };

type Subscribed = Awaited<ReturnType<Kuaidi100['subscribe']>>;

/** One fulfilment room with pretended parties outside. */
export async function openFulfilment(kind: TestDatabaseKind, guard?: Partial<ShippingGuard>) {
  const prepare = async (empty: TestDatabase): Promise<void> => {
    await migrate(empty, [...eventMigrations, ...fulfilmentOn(empty).service.migrations]);
  };
  return fulfilmentOn(await databases.open(kind, prepare), guard);
}

export function fulfilmentOn(database: Database, guard?: Partial<ShippingGuard>) {
  const clock = virtualClock();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const outside = {
    /** Answers in turn; `ok` when there is none left. */
    subscriptions: [] as Subscribed[],
    uploads: [] as ShippingInfoOutcome[],
    journeys: new Map<string, Tracking>(),
    /** Happens while a subscription is asked for. */
    duringSubscribe: async (): Promise<void> => undefined,
    duringUpload: async (): Promise<void> => undefined,
    subscribed: [] as string[],
    uploaded: [] as ShippingInfo[],
    asked: [] as string[],
  };
  const kuaidi100: Kuaidi100 = {
    subscribe: async ({ trackingNumber }) => {
      outside.subscribed.push(trackingNumber);
      await outside.duringSubscribe();
      return outside.subscriptions.shift() ?? { kind: 'ok', value: { alreadySubscribed: false } };
    },
    track: async ({ trackingNumber }) => {
      outside.asked.push(trackingNumber);
      const value = outside.journeys.get(trackingNumber);
      return value ? { kind: 'ok', value } : { kind: 'rejected', code: '500', message: 'nothing known', retryable: true };
    },
  };
  const bus = createEventBus({ database, clock, log, deliverTwice: true, reactions: () => service.reactions });
  const service = createFulfilmentService(
    { database, clock, log, events: bus },
    {
      kuaidi100,
      uploadShippingInfo: async (info) => {
        outside.uploaded.push(info);
        await outside.duringUpload();
        return outside.uploads.shift() ?? { kind: 'ok' };
      },
    },
    { callbackBaseUrl: 'https://shop.example' },
    guard,
  );
  const tables = database.query.withTables<FulfilmentTables>();

  async function call<C extends RouteContract>(
    contract: C,
    actor: Actor,
    input: { params?: object; query?: object; body?: unknown; rawBody?: Buffer } = {},
  ): Promise<Result<C['response'] extends TSchema ? Static<C['response']> : RawAnswer>> {
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
      idempotencyKey: newId(),
      rawBody: input.rawBody ?? Buffer.alloc(0),
    });
    if (answer.ok && contract.response && !Value.Check(contract.response, answer.value))
      throw new Error(`the answer does not fit ${contract.path}: ${JSON.stringify([...Value.Errors(contract.response, answer.value)][0])}`);
    return answer;
  }

  async function publish<T extends string, P>(topic: Topic<T, P>, aggregateId: string, payload: P): Promise<void> {
    await database.transaction((transaction) => bus.emit(transaction, topic, { aggregateId, occurredAt: clock.now(), payload }));
    await bus.drain();
  }

  let orders = 0;
  const staff: Actor = { kind: 'staff', staffId: 'x', username: '小李', permissions: [], sessionId: 's' };

  return {
    database,
    clock,
    outside,
    service,
    tables,
    call,
    publish,
    staff,
    buyer: (memberId: string = MEMBER): Actor => ({ kind: 'member', memberId, sessionId: 's' }),
    /** An order is paid: two tyres and one valve unless told. Answers its ids. */
    async paid(
      input: { memberId?: string; quantities?: readonly number[]; paymentId?: string; orderId?: string; lines?: readonly string[] } = {},
    ) {
      const orderId = input.orderId ?? newId(clock.now());
      const lines = (input.quantities ?? [2, 1]).map((quantity, index) => ({
        orderLineId: input.lines?.[index] ?? newId(clock.now()),
        skuId: newId(),
        productId: newId(),
        title: index === 0 ? '轮胎' : '气门嘴',
        label: index === 0 ? '205/55R16' : '标准',
        quantity,
        paidFen: 1_000,
        beneficiaries: null,
      }));
      orders += 1;
      const orderNo = `2611${String(orders).padStart(16, '0')}`;
      await publish(orderPaid, orderId, {
        tradeId: newId(),
        orderId,
        orderNo,
        memberId: input.memberId ?? MEMBER,
        merchantId: newId(),
        warehouseId: newId(),
        warehouseName: '上海仓',
        lines,
        paymentId: input.paymentId ?? newId(),
        paidAt: clock.now(),
        payableFen: 2_000,
        freightFen: 0,
        recipient: RECIPIENT,
      });
      return { orderId, orderNo, lines: lines.map((line) => line.orderLineId) };
    },
    hold: (afterSaleId: string, orderId: string, orderLineId: string, quantity: number, released = false) =>
      publish(afterSaleHold, orderId, { afterSaleId, orderId, orderLineId, quantity, released }),
    refund: (afterSaleId: string, orderId: string, orderLineId: string, lineRefundedQuantity: number) =>
      publish(lineRefunded, orderId, {
        ...{ afterSaleId, tradeId: newId(), orderId, orderLineId, memberId: MEMBER, quantity: 1, restockedQuantity: 0 },
        ...{ refundedFen: 1, lineRefundedFen: 1, linePaidFen: 1, lineQuantity: lineRefundedQuantity, lineRefundedQuantity },
      }),
    ship: (orderId: string, lines: readonly (readonly [string, number])[], waybillNo = `SF${newId().slice(-10)}`) =>
      call(fulfilmentContract.ship, staff, {
        body: { orderId, carrierCode: 'yuantong', waybillNo, lines: lines.map(([orderLineId, quantity]) => ({ orderLineId, quantity })) },
      }),
    shipment: (shipmentId: string): Promise<ShipmentRow> =>
      tables.selectFrom('fulfilment_shipments').selectAll().where('shipmentId', '=', shipmentId).executeTakeFirstOrThrow(),
    /** A signed tracking push; `salt` forges it. */
    async push(shipmentId: string, content: object, salt?: string): Promise<RawAnswer> {
      const secret =
        salt ??
        (await tables.selectFrom('fulfilment_shipments').select('salt').where('shipmentId', '=', shipmentId).executeTakeFirst())?.salt ??
        'none';
      const param = JSON.stringify(content);
      const sign = createHash('md5')
        .update(param + secret)
        .digest('hex')
        .toUpperCase();
      const answer = await call(
        fulfilmentContract.trackingPush,
        { kind: 'anonymous' },
        {
          query: { shipment: shipmentId },
          rawBody: Buffer.from(new URLSearchParams({ param, sign }).toString()),
        },
      );
      await bus.drain();
      return successOf(answer as Result<RawAnswer>);
    },
    async run(name: string): Promise<number> {
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
    findings: async () => (await Promise.all(service.checks.map((check) => check.run()))).flat(),
    deadLetters: async () => (await bus.lag()).deadLetters,
    close: () => database.close(),
  };
}

export type FulfilmentRoom = Awaited<ReturnType<typeof openFulfilment>>;

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

const NODES = {
  collected: { minute: 0, statusCode: '103', context: '已揽收' },
  moving: { minute: 60, statusCode: '0', context: '运输中' },
  problem: { minute: 120, statusCode: '2', context: '派送异常' },
  delivering: { minute: 180, statusCode: '5', context: '派件中' },
  signed: { minute: 240, statusCode: '301', context: '本人签收' },
  returned: { minute: 300, statusCode: '4', context: '退回签收' },
} as const;
export type NodeName = keyof typeof NODES;

/** A push as Kuaidi100 writes it, with these nodes of a journey; the newest decides the state of the whole. */
export function journey(names: readonly NodeName[], status: 'polling' | 'shutdown' | 'abort' = 'polling') {
  const nodes = names.map((name) => NODES[name]).sort((a, b) => b.minute - a.minute);
  const time = (minute: number) =>
    `2026-11-01 ${String(12 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
  return {
    status,
    message: '',
    lastResult: {
      message: 'ok',
      nu: 'X',
      com: 'yuantong',
      state: nodes[0]?.statusCode ?? '0',
      ischeck: names.includes('signed') || names.includes('returned') ? '1' : '0',
      data: nodes.map((node) => ({ ftime: time(node.minute), context: node.context, statusCode: node.statusCode, areaName: '上海' })),
    },
  };
}
