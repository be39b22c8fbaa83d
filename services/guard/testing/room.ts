import { type Database, migrate } from '@qianxing/database';
import { ok } from '@qianxing/errors';
import type { DomainEvent, EventWriter } from '@qianxing/events';
import { createHttpServer } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { planPublished } from '@qianxing/promotion/contract';
import { type VirtualClock, virtualClock } from '@qianxing/testing';
import type { Pack } from '../engine/pack';
import type { PlanSubject } from '../engine/subjects/plan';
import { createGuardService } from '../index';
import type { StoredPlan } from '../needs';
import { AT, pack as shippedPack } from './judging';

/** A guard service on a database, with the HTTP server in front of it and promotion played by a map. */
export async function openRoom(database: Database, options: { readonly pack?: Pack; readonly clock?: VirtualClock } = {}) {
  const clock = options.clock ?? virtualClock(AT);
  const emitted: { readonly topic: string; readonly payload: unknown }[] = [];
  const events: EventWriter = {
    emit: async (_transaction, topic, event) => {
      emitted.push({ topic: topic.topic, payload: event.payload });
    },
  };
  const plans = new Map<string, StoredPlan>();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const needs = { planVersion: async (planVersionId: string) => plans.get(planVersionId) };
  const service = createGuardService({ database, events, clock, log }, needs, { pack: options.pack ?? shippedPack });
  await migrate(database, service.migrations, clock);
  const server = createHttpServer({
    routes: service.routes,
    problems: [service.problems],
    clock,
    compile: 'eager',
    load: { maxEventLoopDelayMs: 0 },
    // The token is the name; somebody whose name begins with «reader» may only read.
    authenticate: async (name) => {
      const permissions = name.startsWith('reader') ? ['compliance.read'] : ['compliance.read', 'compliance.sign'];
      return ok({ kind: 'staff', staffId: name, username: name, permissions, sessionId: 's' });
    },
    idempotency: { begin: async () => ({ kind: 'fresh' }), finish: async () => {}, abandon: async () => {} },
  });

  const call = async (method: 'GET' | 'POST', url: string, who = 'reader', payload?: object) => {
    const headers = { authorization: `Bearer ${who}`, 'idempotency-key': newId(clock.now()) };
    const answer = await server.inject({ method, url: `/staff/v1/guard${url}`, headers, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };

  /** Tells every reaction that a plan was published, twice, as the bus does in tests. */
  async function publish(scope: string, plan: PlanSubject): Promise<void> {
    const payload = { planVersionId: newId(clock.now()), scope, plan };
    const event: DomainEvent = {
      eventId: newId(clock.now()),
      topic: planPublished.topic,
      aggregateId: 'plan',
      occurredAt: clock.now(),
      payload,
    };
    for (const { handle } of service.reactions.filter(({ topic }) => topic === planPublished.topic))
      for (let times = 0; times < 2; times += 1)
        await database.transaction((transaction) => handle(transaction, structuredClone(event) as DomainEvent<string, never>));
  }

  return {
    ...{ clock, service, plans, emitted, call, publish, database },
    get: (url: string, who?: string) => call('GET', url, who),
    post: (url: string, payload: object, who?: string) => call('POST', url, who, payload),
    review: async () => (await service.jobs[0]?.run()) ?? 0,
    findings: async () => (await Promise.all(service.checks.map((check) => check.run()))).flat(),
    close: () => server.close(),
  };
}

export type Room = Awaited<ReturnType<typeof openRoom>>;
