import { insertIfAbsent, insertMany, type Query, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { PlanVersionRow, PromotionTables } from '../tables';
import type { PlanDocument } from './model';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

export async function activePlanVersion(query: Query): Promise<PlanVersionRow | undefined> {
  return tablesOf(query).selectFrom('promotion_plan_versions').selectAll().where('active', '=', 1).executeTakeFirst();
}

export async function findPlanVersion(query: Query, planVersionId: string): Promise<PlanVersionRow | undefined> {
  return tablesOf(query).selectFrom('promotion_plan_versions').selectAll().where('planVersionId', '=', planVersionId).executeTakeFirst();
}

export async function listPlanVersions(query: Query): Promise<PlanVersionRow[]> {
  return tablesOf(query).selectFrom('promotion_plan_versions').selectAll().orderBy('code').orderBy('version', 'desc').limit(200).execute();
}

/** Writes a plan version as a draft; one that is there already stays as it is. */
export async function insertPlanVersion(transaction: Transaction, document: PlanDocument, now: number): Promise<void> {
  const { code, version, nameZh, nameEn } = document;
  const earlier = await tablesOf(transaction)
    .selectFrom('promotion_plan_versions')
    .select(['planId', 'version'])
    .where('code', '=', code)
    .execute();
  if (earlier.some((row) => row.version === version)) return;
  const planVersionId = newId(now);
  const row: PlanVersionRow = {
    planVersionId,
    planId: earlier[0]?.planId ?? newId(now),
    code,
    version,
    nameZh,
    nameEn,
    status: 'draft',
    active: null,
    document: JSON.stringify(document),
    publishedAt: null,
    blocked: 0,
    judgedPackId: null,
    standing: 'clear',
    graceUntil: null,
  };
  if (!(await insertIfAbsent(transaction, 'promotion_plan_versions', { ...row }))) return;
  await insertMany(
    transaction,
    'promotion_plan_levels',
    document.levels.map(({ level, rateBp }) => ({ planVersionId, level, rateBp })),
  );
}

/** The version, locked. @throws Error when there is none */
export async function lockPlanVersion(
  transaction: Transaction,
  { code, version }: Pick<PlanVersionRow, 'code' | 'version'>,
): Promise<PlanVersionRow> {
  return tablesOf(transaction)
    .selectFrom('promotion_plan_versions')
    .selectAll()
    .where('code', '=', code)
    .where('version', '=', version)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** What the compliance engine said before a version was published. */
export interface Judged {
  readonly packId: string;
  readonly blocked: boolean;
}

/**
 * Makes a version the one that new orders use; the one before is retired. The unique key over `active` lets only one of two people who do
 * this at once win; the other's transaction fails and is told so. False when there is no such version.
 */
export async function activate(transaction: Transaction, planVersionId: string, judged: Judged, now: number): Promise<boolean> {
  const table = tablesOf(transaction);
  await table
    .updateTable('promotion_plan_versions')
    .set({ active: null, status: 'retired' })
    .where('active', '=', 1)
    .where('planVersionId', '<>', planVersionId)
    .execute();
  const { numUpdatedRows } = await table
    .updateTable('promotion_plan_versions')
    .set({ active: 1, status: 'published', publishedAt: now, ...judgement(judged) })
    .where('planVersionId', '=', planVersionId)
    .where('active', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return true;
  return (await findPlanVersion(transaction, planVersionId))?.active === 1;
}

const judgement = ({ blocked, packId }: Judged) => ({
  blocked: blocked ? 1 : 0,
  judgedPackId: packId,
  standing: blocked ? ('stopped' as const) : ('clear' as const),
  graceUntil: null,
});

/** Stores the first judgement of a version in force; false when it is no longer in force or was judged meanwhile. */
export async function storeFirstJudgement(transaction: Transaction, planVersionId: string, judged: Judged): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_plan_versions')
    .set(judgement(judged))
    .where('planVersionId', '=', planVersionId)
    .where('active', '=', 1)
    .where('judgedPackId', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Takes over how the compliance engine says a version stands now. */
export async function setStanding(
  transaction: Transaction,
  { code, version }: Pick<PlanVersionRow, 'code' | 'version'>,
  change: Pick<PlanVersionRow, 'standing' | 'graceUntil' | 'blocked' | 'judgedPackId'>,
): Promise<void> {
  await tablesOf(transaction)
    .updateTable('promotion_plan_versions')
    .set(change)
    .where('code', '=', code)
    .where('version', '=', version)
    .execute();
}
