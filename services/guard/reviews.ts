import type { Transaction } from '@qianxing/database';
import type { GuardContext } from './context';
import { standingChanged } from './contract';
import { changedSince, nextChange } from './engine/in-force';
import { type ReadSubject, readSubject } from './engine/subjects/read';
import { evaluationRow, type Judgement, judge, overridesOf } from './judging';
import { type Stand, standOf } from './standing';
import { insertEvaluation, putInForce, storeReview, subjectsToReview } from './store';
import type { SubjectRow } from './tables';

/** A plan that has been published is in force from now on; the one before is not. Safe to be told twice. */
export async function startInForce(
  context: GuardContext,
  transaction: Transaction,
  { scope, plan, at }: { readonly scope: string; readonly plan: object; readonly at: number },
): Promise<void> {
  const subject = readStored('plan', plan);
  const judgement = judge(context, subject, scope, await overridesOf(transaction, scope, at), at);
  const stand = standOf(judgement.open, undefined, { at, newPack: false });
  await putInForce(
    transaction,
    {
      scope,
      subjectType: 'plan',
      subject: JSON.stringify(plan),
      ...reviewOf(context, 'plan', judgement, stand, at),
      inForceSince: at,
      retiredAt: null,
      revision: 0,
    },
    'plan',
  );
  // A signature may have been withdrawn after the plan was let through.
  if (stand.standing !== 'clear') await tell(context, transaction, scope, judgement, stand, at);
}

/** Judges again what is due: after a new pack, a changed signature, the end of a grace period. Answers how many were judged. */
export async function reviewDue(context: GuardContext, portion: number): Promise<number> {
  const { database, clock } = context.platform;
  const at = clock.now();
  const due = await subjectsToReview(database.query, { packId: context.pack.packId, packHash: context.packHash }, at, portion);
  let reviewed = 0;
  for (const row of due) if (await database.transaction((transaction) => review(context, transaction, row, at))) reviewed += 1;
  return reviewed;
}

async function review(context: GuardContext, transaction: Transaction, row: SubjectRow, at: number): Promise<boolean> {
  const subject = readStored(row.subjectType, JSON.parse(row.subject));
  const judgement = judge(context, subject, row.scope, await overridesOf(transaction, row.scope, at), at);
  // Rules that begin to hold are news like those of a new pack.
  const newPack = row.packHash !== context.packHash || changedSince(context.pack, row.subjectType, row.evaluatedAt, at);
  const stand = standOf(judgement.open, row, { at, newPack });
  if (!(await storeReview(transaction, row, reviewOf(context, row.subjectType, judgement, stand, at)))) return false;
  const cause = newPack ? 'pack_change' : 'override_change';
  await insertEvaluation(transaction, evaluationRow(context, subject, judgement, { scope: row.scope, cause, staffName: null, at }));
  if (stand.standing !== row.standing || stand.graceUntil !== row.graceUntil)
    await tell(context, transaction, row.scope, judgement, stand, at);
  return true;
}

async function tell(
  { platform, pack }: GuardContext,
  transaction: Transaction,
  scope: string,
  { open }: Judgement,
  { standing, graceUntil }: Stand,
  at: number,
): Promise<void> {
  const openRuleIds = open.filter(({ severity }) => severity === 'block').map(({ ruleId }) => ruleId);
  const payload = { scope, packId: pack.packId, standing, graceUntil, openRuleIds };
  await platform.events.emit(transaction, standingChanged, { aggregateId: scope, occurredAt: at, payload });
}

function reviewOf(
  { pack, packHash }: GuardContext,
  type: SubjectRow['subjectType'],
  { evaluation, signedUntil }: Judgement,
  { standing, graceUntil }: Stand,
  at: number,
) {
  const ends = [signedUntil, graceUntil, nextChange(pack, type, at)].filter((end) => end !== null);
  return {
    packId: pack.packId,
    packHash,
    verdict: evaluation.verdict,
    standing,
    graceUntil,
    reviewAt: ends.length === 0 ? null : Math.min(...ends),
    evaluatedAt: at,
  };
}

/** @throws TypeError when what is stored cannot be read: it was readable when it was published */
function readStored(type: SubjectRow['subjectType'], value: unknown): ReadSubject {
  const read = readSubject(type, value);
  if ('fault' in read) throw new TypeError(`a stored ${type} cannot be read: ${read.fault}`);
  return read;
}
