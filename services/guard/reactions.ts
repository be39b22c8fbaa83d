import { type Reaction, reaction } from '@qianxing/events';
import { planPublished } from '@qianxing/promotion/contract';
import type { GuardContext } from './context';
import { startInForce } from './reviews';

export function guardReactions(context: GuardContext): Reaction[] {
  return [
    reaction('guard.watchPlan', planPublished, (transaction, event) =>
      startInForce(context, transaction, { scope: event.payload.scope, plan: event.payload.plan, at: event.occurredAt }),
    ),
  ];
}
