import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { AcknowledgementRow, EvaluationRow, GuardTables, SignOffRow, SubjectRow } from './tables';

const tablesOf = (query: Query) => query.withTables<GuardTables>();

export interface PageOfRows {
  readonly scope: string | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

export async function insertEvaluation(transaction: Transaction, row: EvaluationRow): Promise<void> {
  await tablesOf(transaction).insertInto('guard_evaluations').values(row).execute();
}

export async function findEvaluation(query: Query, evaluationId: string): Promise<EvaluationRow | undefined> {
  return tablesOf(query).selectFrom('guard_evaluations').selectAll().where('evaluationId', '=', evaluationId).executeTakeFirst();
}

export async function listEvaluations(query: Query, { scope, before, limit }: PageOfRows): Promise<EvaluationRow[]> {
  let rows = tablesOf(query).selectFrom('guard_evaluations').selectAll().orderBy('evaluationId', 'desc').limit(limit);
  if (scope !== undefined) rows = rows.where('scope', '=', scope);
  if (before !== undefined) rows = rows.where('evaluationId', '<', before);
  return rows.execute();
}

export async function insertSignOff(transaction: Transaction, row: SignOffRow): Promise<void> {
  await tablesOf(transaction).insertInto('guard_sign_offs').values(row).execute();
}

export async function findSignOff(query: Query, signOffId: string): Promise<SignOffRow | undefined> {
  return tablesOf(query).selectFrom('guard_sign_offs').selectAll().where('signOffId', '=', signOffId).executeTakeFirst();
}

export async function listSignOffs(query: Query, { scope, before, limit }: PageOfRows): Promise<SignOffRow[]> {
  let rows = tablesOf(query).selectFrom('guard_sign_offs').selectAll().orderBy('signOffId', 'desc').limit(limit);
  if (scope !== undefined) rows = rows.where('scope', '=', scope);
  if (before !== undefined) rows = rows.where('signOffId', '<', before);
  return rows.execute();
}

/** Signatures with both people under them that have not run out. */
export async function effectiveSignOffs(query: Query, scope: string, at: number): Promise<SignOffRow[]> {
  return tablesOf(query)
    .selectFrom('guard_sign_offs')
    .selectAll()
    .where('scope', '=', scope)
    .where('status', '=', 'effective')
    .where('validUntil', '>', at)
    .execute();
}

export interface Signer {
  readonly staffId: string;
  readonly staffName: string;
  readonly at: number;
}

/** The second signature. True for exactly one caller, who is not the first signer. */
export async function approve(transaction: Transaction, signOffId: string, { staffId, staffName, at }: Signer): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('guard_sign_offs')
    .set({ status: 'effective', approvedBy: staffId, approvedByName: staffName, approvedAt: at })
    .where('signOffId', '=', signOffId)
    .where('status', '=', 'proposed')
    .where('proposedBy', '<>', staffId)
    .where('validUntil', '>', at)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function withdraw(transaction: Transaction, signOffId: string, { staffName, at }: Signer, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('guard_sign_offs')
    .set({ status: 'withdrawn', withdrawnByName: staffName, withdrawnReason: reason, withdrawnAt: at })
    .where('signOffId', '=', signOffId)
    .where('status', '<>', 'withdrawn')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The first confirmation stays. */
export async function acknowledgeRule(transaction: Transaction, row: AcknowledgementRow): Promise<void> {
  await insertIfAbsent(transaction, 'guard_acknowledgements', { ...row });
}

export async function acknowledgementsOf(query: Query, scope: string): Promise<AcknowledgementRow[]> {
  return tablesOf(query).selectFrom('guard_acknowledgements').selectAll().where('scope', '=', scope).orderBy('ruleId').execute();
}

/** Puts something in force, and everything of its kind that was in force before out of it. What came later stays. */
export async function putInForce(transaction: Transaction, row: SubjectRow, kind: string): Promise<void> {
  const table = tablesOf(transaction);
  await table
    .updateTable('guard_subjects')
    .set({ retiredAt: row.inForceSince })
    .where('scope', 'like', `${kind}:%`)
    .where('scope', '<>', row.scope)
    .where('inForceSince', '<=', row.inForceSince)
    .where('retiredAt', 'is', null)
    .execute();
  if (await insertIfAbsent(transaction, 'guard_subjects', { ...row })) return;
  const { scope, revision: _, ...values } = row;
  await table
    .updateTable('guard_subjects')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('scope', '=', scope)
    .where('inForceSince', '<=', row.inForceSince)
    .execute();
}

export async function subjectsInForce(query: Query): Promise<SubjectRow[]> {
  return tablesOf(query).selectFrom('guard_subjects').selectAll().where('retiredAt', 'is', null).orderBy('scope').limit(500).execute();
}

/**
 * What was judged under an earlier pack, or has to be looked at again by now. While processes with two packs run side by side, the older pack does not
 * judge what the newer one has judged.
 */
export async function subjectsToReview(
  query: Query,
  { packId, packHash }: Pick<SubjectRow, 'packId' | 'packHash'>,
  at: number,
  limit: number,
): Promise<SubjectRow[]> {
  return tablesOf(query)
    .selectFrom('guard_subjects')
    .selectAll()
    .where('retiredAt', 'is', null)
    .where('packId', '<=', packId)
    .where((eb) => eb.or([eb('packHash', '<>', packHash), eb('reviewAt', '<=', at)]))
    .orderBy('scope')
    .limit(limit)
    .execute();
}

export type Review = Pick<SubjectRow, 'packId' | 'packHash' | 'verdict' | 'standing' | 'graceUntil' | 'reviewAt' | 'evaluatedAt'>;

/** Stores a new judgement; false when another one came between. */
export async function storeReview(transaction: Transaction, before: SubjectRow, review: Review): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('guard_subjects')
    .set({ ...review, revision: before.revision + 1 })
    .where('scope', '=', before.scope)
    .where('revision', '=', before.revision)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Asks the job to look at something again, because a signature or a confirmation changed. */
export async function askForReview(transaction: Transaction, scope: string, at: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('guard_subjects')
    .set((eb) => ({ reviewAt: at, revision: eb('revision', '+', 1) }))
    .where('scope', '=', scope)
    .execute();
}

export async function allSignOffs(query: Query): Promise<SignOffRow[]> {
  return tablesOf(query).selectFrom('guard_sign_offs').selectAll().execute();
}

/** Evaluations in portions, oldest first, for the offline check. */
export async function evaluationsAfter(query: Query, after: string, limit: number): Promise<EvaluationRow[]> {
  return tablesOf(query)
    .selectFrom('guard_evaluations')
    .selectAll()
    .where('evaluationId', '>', after)
    .orderBy('evaluationId')
    .limit(limit)
    .execute();
}
