import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Instant, Nullable, PageOf, PageQuery, Type } from '@qianxing/http/schemas';

const DeadLetter = Closed({
  deliveryId: Type.Integer(),
  reaction: Type.String(),
  topic: Type.String(),
  aggregateId: Type.String(),
  attempts: Count,
  problem: Nullable(Type.String()),
  occurredAt: Instant,
});

/** What concerns the running program and no single service. */
export const operationsContract = defineContract({
  deadLetters: {
    method: 'GET',
    path: '/staff/v1/dead-letters',
    access: 'staff:operations.read',
    summary: 'Events that a reaction could not take, oldest first',
    query: Closed({ ...PageQuery }),
    response: PageOf(DeadLetter),
  },
  replayDeadLetter: {
    method: 'POST',
    path: '/staff/v1/dead-letters/:deliveryId/replay',
    access: 'staff:operations.write',
    summary: 'Deliver an event again',
    params: Closed({ deliveryId: Type.Integer({ minimum: 1 }) }),
    body: Closed({}),
    response: Closed({ replayed: Type.Boolean() }),
  },
  settings: {
    method: 'GET',
    path: '/staff/v1/settings',
    access: 'staff:operations.read',
    summary: 'Configuration with secrets masked, versions, event lag and the clock',
    response: Closed({
      version: Type.String(),
      environment: Type.String(),
      database: Type.String(),
      now: Instant,
      configuration: Type.Record(Type.String(), Type.Unknown()),
      events: Closed({ unrelayed: Count, oldestUnrelayedMs: Count, pending: Count, deadLetters: Count }),
    }),
  },
});
