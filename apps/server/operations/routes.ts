import type { ServerConfiguration } from '@qianxing/config';
import { maskSecrets, ServerSchema } from '@qianxing/config';
import type { Database } from '@qianxing/database';
import { ok, platformProblems } from '@qianxing/errors';
import type { EventBus } from '@qianxing/events';
import { implement, type Route } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import { operationsContract } from './contract';

export interface Operations {
  readonly bus: EventBus;
  readonly database: Database;
  readonly configuration: ServerConfiguration;
  readonly version: string;
}

export function operationsRoutes({ bus, database, configuration, version }: Operations): Route[] {
  return [
    implement(operationsContract.deadLetters, async ({ query }) => {
      const page = await bus.listDeadLetters({ limit: query.limit ?? 20, cursor: query.cursor });
      return ok({
        items: page.items.map((letter) => ({
          deliveryId: letter.deliveryId,
          reaction: letter.reaction,
          topic: letter.event.topic,
          aggregateId: letter.event.aggregateId,
          attempts: letter.attempts,
          problem: letter.lastError,
          occurredAt: toIso(letter.event.occurredAt),
        })),
        nextCursor: page.nextCursor,
      });
    }),
    implement(operationsContract.replayDeadLetter, async ({ params }) =>
      (await bus.replayDeadLetter(params.deliveryId)) ? ok({ replayed: true }) : platformProblems.fail('notFound'),
    ),
    implement(operationsContract.settings, async ({ now }) =>
      ok({
        version,
        environment: configuration.environment,
        database: database.dialect,
        now: toIso(now),
        configuration: maskSecrets(ServerSchema, configuration) as Record<string, unknown>,
        events: await bus.lag(),
      }),
    ),
  ];
}
