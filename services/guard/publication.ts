import type { GuardContext } from './context';
import type { GuardApi, PlanJudgement } from './contract';
import { readSubject } from './engine/subjects/read';
import { evaluationRow, judge, overridesOf } from './judging';
import { insertEvaluation } from './store';

/** @throws TypeError when the plan is not one: promotion maps it and answers for its shape */
export async function judgePlan(
  context: GuardContext,
  { scope, plan, staffName }: Parameters<GuardApi['judgePlan']>[0],
): Promise<PlanJudgement> {
  const { database, clock } = context.platform;
  const at = clock.now();
  const subject = readSubject('plan', plan);
  if ('fault' in subject) throw new TypeError(`not a plan: ${subject.fault}`);
  const judgement = judge(context, subject, scope, await overridesOf(database.query, scope, at), at);
  const row = evaluationRow(context, subject, judgement, { scope, cause: 'publication', staffName, at });
  await database.transaction((transaction) => insertEvaluation(transaction, row));
  return {
    evaluationId: row.evaluationId,
    packId: row.packId,
    verdict: row.verdict,
    blocked: judgement.blocked,
    openRuleIds: judgement.open.filter(({ severity }) => severity === 'block').map(({ ruleId }) => ruleId),
  };
}
