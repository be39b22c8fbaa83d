import { createHash } from 'node:crypto';
import { type Database, migrate } from '@qianxing/database';
import type { Result } from '@qianxing/errors';
import { createEventBus, eventMigrations, type Topic } from '@qianxing/events';
import type { Actor, RawAnswer, RouteContract } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { refundRequested } from '@qianxing/order/contract';
import { payoutRequested } from '@qianxing/promotion/contract';
import { emptiedDatabases, type TestDatabase, type TestDatabaseKind, virtualClock } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { FormatRegistry, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll } from 'vitest';
import { type Payment, paymentContract } from './contract';
import { createPaymentService, type PaymentNeeds } from './index';
import type { PaymentChannel } from './model';
import type { PayableTrade } from './needs';
import type { PaymentRow, PaymentTables, RefundRow, ShareRow, TransferRow } from './tables';
import { APP_IDS, fakeWechatPay, MERCHANT_ID, PROMOTER } from './wechat-pay-for-tests';

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)));

const databases = emptiedDatabases();
afterAll(() => databases.closeAll());

export const MEMBER = newId(100);
export const OTHER_MEMBER = newId(101);
export const PAYABLE_FEN = 39_900;

interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rawBody?: Buffer;
}

/** One payment room with a fake WeChat Pay, on a database of its own. */
export async function openRoom(kind: TestDatabaseKind) {
  const prepare = async (empty: TestDatabase): Promise<void> => {
    await migrate(empty, [...eventMigrations, ...roomOn(empty).service.migrations]);
  };
  return roomOn(await databases.open(kind, prepare));
}

function roomOn<D extends Database>(database: D) {
  const clock = virtualClock();
  const provider = fakeWechatPay(clock);
  const errors: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (_facts: unknown, message: string) => void errors.push(message) };
  const trades = new Map<string, PayableTrade>();
  const bound = new Set([MEMBER]);
  const realNames = new Map<string, string>();
  const needs: PaymentNeeds = {
    tradeForPayment: async (tradeId, memberId) => {
      const trade = trades.get(tradeId);
      return trade?.memberId === memberId ? trade : undefined;
    },
    openId: async (memberId) => (bound.has(memberId) ? `openid-${memberId}` : undefined),
    payoutRealName: async (payoutKey) => realNames.get(payoutKey),
  };
  const bus = createEventBus({ database, clock, log, deliverTwice: true, reactions: () => service.reactions });
  const service = createPaymentService({ database, clock, log, events: bus }, needs, {
    wechatPay: provider.client,
    appIds: APP_IDS,
    merchantId: MERCHANT_ID,
    notifyBaseUrl: 'https://shop.example',
    h5ReturnUrl: 'https://shop.example/pay/{paymentId}',
    profitSharing: true,
    transferScene: { sceneId: '1005', reports: [{ infoType: '岗位类型', infoContent: '推广员' }] },
    transferConfirmUrl: (packageInfo) => `https://sandbox.example/${packageInfo}`,
  });
  const tables = database.query.withTables<PaymentTables>();

  async function call<C extends RouteContract>(
    contract: C,
    actor: Actor,
    input: CallInput = {},
  ): Promise<Result<C['response'] extends TSchema ? Static<C['response']> : RawAnswer>> {
    const route = service.routes.find((candidate) => candidate.contract === contract);
    if (!route) throw new Error(`no route for ${contract.path}`);
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
      headers: input.headers ?? {},
      idempotencyKey: newId(),
      requestHash: createHash('sha256')
        .update(JSON.stringify(input.body ?? null))
        .digest('hex'),
      rawBody: input.rawBody ?? Buffer.alloc(0),
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

  const buyer = (memberId: string = MEMBER): Actor => ({ kind: 'member', memberId, sessionId: 's' });
  const open = (tradeId: string, channel: PaymentChannel = 'h5'): Promise<Result<Payment>> =>
    call(paymentContract.openPayment, buyer(), { body: { tradeId, channel } });
  const runJob = async (name: string): Promise<number> => {
    const job = service.jobs.find((candidate) => candidate.name === name);
    if (!job) throw new Error(`no job ${name}`);
    const moved = await job.run();
    await bus.drain();
    return moved;
  };

  return {
    database,
    clock,
    provider,
    errors,
    realNames,
    trades,
    service,
    bus,
    tables,
    call,
    publish,
    buyer,
    open,
    runJob,
    staff: { kind: 'staff', staffId: 'x', username: '小李', permissions: [], sessionId: 's' } satisfies Actor,
    /** A trade that waits for payment. */
    trade: (change: Partial<PayableTrade> = {}): string => {
      const tradeId = newId();
      const expiresAt = clock.now() + 30 * MINUTE_MS;
      trades.set(tradeId, {
        tradeId,
        tradeNo: '20261101',
        memberId: MEMBER,
        payableFen: PAYABLE_FEN,
        status: 'awaiting_payment',
        expiresAt,
        description: '千星轮胎订单',
        ...change,
      });
      return tradeId;
    },
    payment: (paymentId: string): Promise<PaymentRow> =>
      tables.selectFrom('payment_payments').selectAll().where('paymentId', '=', paymentId).executeTakeFirstOrThrow(),
    refund: (refundKey: string): Promise<RefundRow> =>
      tables.selectFrom('payment_refunds').selectAll().where('refundKey', '=', refundKey).executeTakeFirstOrThrow(),
    transfer: (payoutKey: string): Promise<TransferRow> =>
      tables.selectFrom('payment_transfers').selectAll().where('payoutKey', '=', payoutKey).executeTakeFirstOrThrow(),
    shares: (transferId: string): Promise<ShareRow[]> =>
      tables.selectFrom('payment_shares').selectAll().where('transferId', '=', transferId).orderBy('shareNo').execute(),
    /** Lets so much time pass that every question is due, and asks all of them. */
    pursueAll: async (): Promise<void> => {
      clock.advance(DAY_MS / 12);
      for (const name of ['payment.pursuePayments', 'payment.pursueRefunds', 'payment.pursueTransfers']) await runJob(name);
    },
    askRefund: (refundKey: string, paymentId: string, amountFen: number): Promise<void> =>
      publish(refundRequested, paymentId, { refundKey, paymentId, tradeId: newId(), amountFen, reason: '售后' }),
    askPayout: (payoutKey: string, amountFen: number, parts: readonly { paymentId: string; amountFen: number }[] = []): Promise<void> =>
      publish(payoutRequested, payoutKey, {
        payoutKey,
        memberId: MEMBER,
        openId: PROMOTER,
        amountFen,
        rail: parts.length === 0 ? 'transfer' : 'profit_sharing',
        parts: parts.map((part) => ({ tradeId: newId(), ...part })),
        remark: '佣金',
      }),
    /** A notice arrives at its hook and is worked off. Answers the status that WeChat Pay sees. */
    notice: async (
      contract: typeof paymentContract.paymentNotice | typeof paymentContract.refundNotice | typeof paymentContract.transferNotice,
      content: Readonly<Record<string, unknown>>,
      signature = 'good',
    ): Promise<number> => {
      const rawBody = Buffer.from(JSON.stringify({ createdAt: clock.now(), eventType: 'X', plaintext: '', ...content }));
      const answer = await call(contract, { kind: 'anonymous' }, { headers: { signature }, rawBody });
      await service.close?.();
      await runJob('payment.processNotices');
      return (answer as { ok: true; value: RawAnswer }).value.status;
    },
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
    findings: async () => {
      const found = [];
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

export type Room = Awaited<ReturnType<typeof openRoom>>;

export function successOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problem)}`);
  return result.value;
}

export function codeOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('not refused');
  return result.problem.code;
}
