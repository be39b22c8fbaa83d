import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyRing } from '@qianxing/auth';
import { migrate, type Transaction } from '@qianxing/database';
import type { Result } from '@qianxing/errors';
import type { DomainEvent, EventWriter, Topic } from '@qianxing/events';
import type { MemberActor, ResponseOf, Route, RouteContract, StaffActor } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import type { OrderLineFacts } from '@qianxing/order/contract';
import * as orderEvents from '@qianxing/order/contract';
import { type TestDatabaseKind, virtualClock } from '@qianxing/testing';
import { DAY_MS } from '@qianxing/time';
import { memberRegistered } from '@qianxing/user/contract';
import type { PromotionOptions } from '../context';
import { promotionContract } from '../contract';
import { createPromotionService } from '../index';
import type { MemberCard, PromotionNeeds } from '../needs';
import { demoPlan, directSalePlan } from '../plan/seed';
import { createProofLog } from '../proof/log';

export const RETURN_WINDOW_MS = 7 * DAY_MS;
const SECRET = Buffer.alloc(32, 7).toString('base64url');

export const testOptions: PromotionOptions = {
  publicUrl: 'https://shop.example',
  linkKeys: createKeyRing([`test:${SECRET}`]),
  sealKeys: createKeyRing([`test:${SECRET}`]),
  visitTtlMs: 30 * DAY_MS,
  agreementVersion: '1',
  binding: { touch: 'first', returningMembers: 'withoutPaidOrders' },
  returnWindowMs: RETURN_WINDOW_MS,
  withdrawal: { minimumFen: 100, maximumFen: 50_000_000, twoPersonsFromFen: 100_000, realNameFromFen: 200_000, perDay: 3 },
  transferAppId: 'wx-test',
  planSurroundings: { channels: ['app', 'h5'], operator: { kind: 'self' }, minimumPayoutFen: 100 },
  blockedPlans: 'refused',
  plans: [{ ...demoPlan, qualification: { anyOf: [] } }, demoPlan2(), directSalePlan],
  transparencyLog: { origin: 'shop.example/log', keys: createKeyRing([`test:${SECRET}`]), folder: '', policy: null },
  sellerName: '千星轮胎',
};

function demoPlan2() {
  return { ...demoPlan, version: 2 };
}

interface CallInput {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  key?: string;
  hash?: string;
}

/** The entries of a map under these keys, as a need answers them. */
function pick<V>(from: ReadonlyMap<string, V>, keys: readonly string[]): Map<string, V> {
  return new Map([...from].filter(([key]) => keys.includes(key)));
}

/** A promotion service on a fresh database with everything around it played by plain maps. */
export async function openRoom(kind: TestDatabaseKind, changes: Partial<PromotionOptions> = {}) {
  const database = await kind.open();
  const clock = virtualClock();
  const emitted: { topic: string; payload: unknown }[] = [];
  const events: EventWriter = {
    emit: async (_transaction, topic, event) => {
      emitted.push({ topic: topic.topic, payload: event.payload });
    },
  };
  const world = {
    names: new Map<string, MemberCard>(),
    paidOrders: new Map<string, number>(),
    withoutConsent: new Set<string>(),
    withoutWechat: new Set<string>(),
    /** Scopes of plans that the compliance engine blocks, and the scopes that were judged. */
    blockedPlans: new Set<string>(),
    judged: [] as string[],
    payments: new Map<string, { paymentId: string; shareableFen: number }>(),
    products: new Map<string, { title: string; picturePath: string; priceFromFen: number; merchantName: string }>(),
  };
  const needs: PromotionNeeds = {
    paidOrderCount: async (memberId) => world.paidOrders.get(memberId) ?? 0,
    members: async (ids) => pick(world.names, ids),
    openId: async (memberId) => (world.withoutWechat.has(memberId) ? undefined : `openid-${memberId}`),
    hasConsent: async (memberId) => !world.withoutConsent.has(memberId),
    productCard: async (productId) => world.products.get(productId),
    shareablePayments: async (tradeIds) => pick(world.payments, tradeIds),
    transferConfirmation: async (payoutKey) => ({
      packageInfo: `package ${payoutKey}`,
      appId: 'wx-test',
      merchantId: '1',
      confirmUrl: null,
    }),
    judgePlan: async ({ scope }) => {
      world.judged.push(scope);
      const openRuleIds = world.blockedPlans.has(scope) ? ['PYR-02'] : [];
      const blocked = openRuleIds.length > 0;
      return { evaluationId: newId(clock.now()), packId: 'cn-2026.11', verdict: blocked ? 'block' : 'clean', blocked, openRuleIds };
    },
  };
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'promotion-log-'));
  const transparencyLog = { ...testOptions.transparencyLog, folder };
  const service = createPromotionService({ database, events, clock, log: silent }, needs, { ...testOptions, transparencyLog, ...changes });
  const proofLog = createProofLog(database, clock, transparencyLog);
  await migrate(database, service.migrations, clock);

  /** Hands an event to every reaction that hears it, twice, as the bus does in tests. */
  async function hear<T extends string, P>(topic: Topic<T, P>, payload: P, aggregateId = 'aggregate'): Promise<void> {
    const event: DomainEvent<T, P> = { eventId: newId(clock.now()), topic: topic.topic, aggregateId, occurredAt: clock.now(), payload };
    for (const reaction of service.reactions.filter((candidate) => candidate.topic === topic.topic))
      for (let times = 0; times < 2; times += 1)
        await database.transaction((transaction) =>
          reaction.handle(transaction, structuredClone(event) as unknown as DomainEvent<string, never>),
        );
  }

  /** Calls the handler of a route as the server would. */
  async function call<C extends RouteContract>(
    contract: C,
    actor: MemberActor | StaffActor | { kind: 'anonymous' },
    input: CallInput = {},
  ): Promise<Result<ResponseOf<C>>> {
    const route = service.routes.find((candidate: Route) => candidate.contract === contract);
    if (route === undefined) throw new Error(`no route ${contract.path}`);
    const context = {
      params: input.params ?? {},
      query: input.query ?? {},
      body: input.body ?? {},
      actor,
      now: clock.now(),
      language: 'zh',
      requestId: 'request',
      ip: '127.0.0.1',
      headers: {},
      idempotencyKey: input.key ?? newId(clock.now()),
      requestHash: input.hash ?? JSON.stringify(input.body ?? {}),
      rawBody: Buffer.alloc(0),
    };
    return (await route.handle(context as never)) as Result<ResponseOf<C>>;
  }

  let lastNo = 1_000;
  async function register(referralToken: string | null = null): Promise<{ memberId: string; memberNo: number; actor: MemberActor }> {
    lastNo += 1;
    const memberId = newId(clock.now());
    const createdAt = clock.now();
    world.names.set(memberId, { memberNo: lastNo, nickname: `会员${lastNo}`, nicknameMasked: `会**${lastNo % 10}`, createdAt });
    await hear(memberRegistered, { memberId, memberNo: lastNo, referralToken }, memberId);
    return { memberId, memberNo: lastNo, actor: memberOf(memberId) };
  }
  async function visit(code: string): Promise<string> {
    const answered = await call(promotionContract.recordVisit, { kind: 'anonymous' }, { body: { code } });
    if (!answered.ok) throw new Error(answered.problem.code);
    return answered.value.referralToken;
  }
  /** A new member below `above`, enrolled as a promoter. */
  async function enrol(above?: { code: string }) {
    const member = await register(above === undefined ? null : await visit(above.code));
    const promoter = await call(promotionContract.enrol, member.actor, { body: { agreementVersion: '1', adult: true } });
    if (!promoter.ok) throw new Error(promoter.problem.code);
    return { ...member, code: promoter.value.referralCode ?? '', promoterId: promoter.value.promoterId };
  }
  /** Promoters one below the other, the first on top. */
  async function line(length: number) {
    const chain: Awaited<ReturnType<typeof enrol>>[] = [];
    for (let index = 0; index < length; index += 1) chain.push(await enrol(chain.at(-1)));
    return chain;
  }
  async function order(memberId: string, paidFens: readonly number[]) {
    const beneficiaries = await service.api.beneficiaries(memberId);
    const lines: OrderLineFacts[] = paidFens.map((paidFen, index) => ({
      orderLineId: newId(clock.now()),
      skuId: newId(),
      productId: newId(),
      title: `轮胎 ${index}`,
      label: '',
      quantity: 1,
      paidFen,
      beneficiaries,
    }));
    const ids = { tradeId: newId(clock.now()), orderId: newId(clock.now()), merchantId: newId(), warehouseId: newId() };
    return { ...ids, orderNo: '26110100000000000001', memberId, lines };
  }
  type TestOrder = Awaited<ReturnType<typeof order>>;
  const recipient = { name: '', phone: '', region: '', detail: '' };
  const total = (facts: TestOrder) => facts.lines.reduce((sum, entry) => sum + entry.paidFen, 0);
  const lineOf = (facts: TestOrder, index: number): OrderLineFacts => {
    const found = facts.lines[index];
    if (found === undefined) throw new RangeError(`no line ${index}`);
    return found;
  };
  const steps = {
    placed: (facts: TestOrder) => hear(orderEvents.orderPlaced, facts, facts.orderId),
    paid: (facts: TestOrder) =>
      hear(
        orderEvents.orderPaid,
        { ...facts, paymentId: newId(), paidAt: clock.now(), payableFen: total(facts), freightFen: 0, warehouseName: '', recipient },
        facts.orderId,
      ),
    received: (facts: TestOrder) => hear(orderEvents.orderReceived, { ...facts, receivedAt: clock.now(), automatic: true }, facts.orderId),
    completed: (facts: TestOrder) => hear(orderEvents.orderCompleted, { ...facts, completedAt: clock.now() }, facts.orderId),
    cancelled: (facts: TestOrder) => hear(orderEvents.orderCancelled, { ...facts, reason: 'buyer' }, facts.orderId),
    refunded: (facts: TestOrder, index: number, lineRefundedFen: number, refundedFen: number) =>
      hear(
        orderEvents.lineRefunded,
        {
          afterSaleId: newId(clock.now()),
          tradeId: facts.tradeId,
          orderId: facts.orderId,
          orderLineId: lineOf(facts, index).orderLineId,
          memberId: facts.memberId,
          quantity: 1,
          refundedFen,
          lineRefundedFen,
          linePaidFen: lineOf(facts, index).paidFen,
          lineQuantity: 1,
          lineRefundedQuantity: 0,
          restockedQuantity: 0,
        },
        facts.orderId,
      ),
  };
  /** A promoter with exactly this much to withdraw, from one completed order of a customer of theirs. */
  async function rich(availableFen: number) {
    const promoter = await enrol();
    const buyer = await register(await visit(promoter.code));
    const facts = await order(buyer.memberId, [availableFen * 20]);
    await steps.placed(facts);
    await steps.paid(facts);
    await steps.completed(facts);
    return { ...promoter, buyer, order: facts };
  }
  /** Findings of all checks; a sound database has none. */
  async function findings() {
    return (await Promise.all(service.checks.map((check) => check.run()))).flat();
  }
  const balances = async (actor: MemberActor) => {
    const answered = await call(promotionContract.promoter, actor);
    if (!answered.ok) throw new Error(answered.problem.code);
    return answered.value.balances;
  };
  const inTransaction = <R>(work: (transaction: Transaction) => Promise<R>) => database.transaction(work);
  return {
    ...{ database, clock, emitted, world, service, needs, events, hear, call, register, visit, enrol, line, order, steps, rich },
    ...{ findings, balances, inTransaction, proofLog, folder },
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Room = Awaited<ReturnType<typeof openRoom>>;

export const memberOf = (memberId: string): MemberActor => ({ kind: 'member', memberId, sessionId: 'session' });
export const staffOf = (staffId: string): StaffActor => ({
  kind: 'staff',
  staffId,
  username: `staff-${staffId}`,
  permissions: [],
  sessionId: 's',
});
