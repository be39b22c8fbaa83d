import type { Query, Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { Outcome } from '@qianxing/wechat-pay';
import type { PaymentContext } from './context';
import type { AttemptRow, PaymentTables } from './tables';

/** Records what a call to the provider ended in. Loss of a line on a crash is harmless: nothing is decided by it. */
export async function recordAttempt<T>(context: PaymentContext, subjectId: string, operation: string, outcome: Outcome<T>): Promise<void> {
  const now = context.platform.clock.now();
  const row: AttemptRow = {
    attemptId: newId(now),
    subjectId,
    operation,
    outcome: outcome.kind,
    code: outcome.kind === 'ok' ? null : (outcome.code ?? (outcome.kind === 'unknown' ? outcome.reason : null)),
    message: outcome.kind === 'ok' ? null : outcome.message.slice(0, 300),
    at: now,
  };
  await context.platform.database.transaction((transaction: Transaction) =>
    transaction.withTables<PaymentTables>().insertInto('payment_attempts').values(row).execute(),
  );
}

export async function attemptsOf(query: Query, subjectId: string): Promise<AttemptRow[]> {
  return query
    .withTables<PaymentTables>()
    .selectFrom('payment_attempts')
    .selectAll()
    .where('subjectId', '=', subjectId)
    .orderBy('attemptId', 'desc')
    .limit(100)
    .execute();
}
