import { type AccountState, openAccounts } from './accounts';
import { type Candidate, evaluate, type Facts, heldKey, type KnownTransaction, type Plan, type PlannedTransaction } from './evaluate';
import type { AccountReference, Chart, Posting, PostingEntry, PostOutcome } from './model';
import { addressOf, faultOf, requestHash, ruleOf } from './posting';
import { chunked, insertRows, integerOf, type LedgerSql, placeholders, queryIn, type SqlValue, textOf } from './sql';

const BATCH_LIMIT = 2_000;
const ATTEMPTS = 3;
/** Accounts per UPDATE; each row walks the CASE list, so short lists are quicker. */
const UPDATE_ROWS = 20;

/** What keeps concurrent postings apart. All on in every product; tests take one away and must then see the fault. */
export interface Guards {
  /** SELECT … FOR UPDATE on the accounts. */
  readonly lockRows: boolean;
  /** The update of a balance names the version that was read. */
  readonly compareVersion: boolean;
}

export interface PostContext {
  readonly chart: Chart;
  readonly now: () => number;
  readonly newId: () => string;
  readonly guards: Guards;
}

export async function postBatch(context: PostContext, sql: LedgerSql, postings: readonly Posting[]): Promise<readonly PostOutcome[]> {
  if (postings.length > BATCH_LIMIT) throw new RangeError(`a batch has at most ${BATCH_LIMIT} postings`);
  const outcomes = new Map<number, PostOutcome>();
  const candidates: Candidate[] = [];
  for (const [index, posting] of postings.entries()) {
    const reason = faultOf(context.chart, posting);
    if (reason !== undefined) {
      outcomes.set(index, { status: 'refused', refusal: { code: 'invalid', reason } });
      continue;
    }
    const addresses = posting.entries.map(({ account }) => addressOf(account));
    candidates.push({ index, posting, hash: requestHash(posting, addresses), addresses });
  }
  if (candidates.length > 0) for (const [index, outcome] of await postCandidates(context, sql, candidates)) outcomes.set(index, outcome);
  return postings.map((_, index) => {
    const outcome = outcomes.get(index);
    if (outcome === undefined) throw new Error('a posting was left without outcome');
    return outcome;
  });
}

/**
 * Locks, decides, writes. If a competitor committed one of our keys between the look-up and the insert, the savepoint takes the
 * attempt back and the batch is decided again with what is known now.
 */
async function postCandidates(
  context: PostContext,
  sql: LedgerSql,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<number, PostOutcome>> {
  const references = new Map<string, AccountReference>();
  for (const { posting, addresses } of candidates)
    for (const [position, { account }] of posting.entries.entries()) references.set(addresses[position] ?? '', account);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const accounts = await openAccounts(sql, context.chart, references, context.guards.lockRows);
    const facts = await gatherFacts(sql, context.chart, candidates, attempt > 1);
    const plan = evaluate(candidates, accounts, facts, context.now(), context.newId);
    if (plan.transactions.length === 0) return plan.outcomes;
    await sql.execute('SAVEPOINT ledgerBatch', []);
    if (await insertTransactions(sql, plan)) {
      await insertEntries(sql, plan);
      await moveBalances(context, sql, [...accounts.values()]);
      await sql.execute('RELEASE SAVEPOINT ledgerBatch', []);
      return plan.outcomes;
    }
    await sql.execute('ROLLBACK TO SAVEPOINT ledgerBatch', []);
  }
  throw new Error('idempotency keys kept being taken by competitors that are not visible: use READ COMMITTED');
}

async function gatherFacts(sql: LedgerSql, chart: Chart, candidates: readonly Candidate[], fresh: boolean): Promise<Facts> {
  const keys = new Set<string>();
  const reversals = new Set<string>();
  for (const { posting } of candidates) {
    keys.add(posting.key);
    if (posting.requiresKey !== undefined) keys.add(posting.requiresKey);
    if (posting.reversesId !== undefined) reversals.add(posting.reversesId);
  }
  const byKey = new Map<string, KnownTransaction>();
  const select = 'SELECT id, idempotencyKey, requestHash, kind, postedAt FROM ledgerTransaction WHERE idempotencyKey IN';
  // The second look must see what a competitor has just committed, also under an old snapshot: a locking read does.
  const latest = fresh && sql.dialect === 'mysql' ? 'LOCK IN SHARE MODE' : '';
  for (const row of await queryIn(sql, select, [...keys], latest)) {
    const known = { id: textOf(row.id), hash: textOf(row.requestHash), kind: textOf(row.kind), postedAt: integerOf(row.postedAt) };
    byKey.set(textOf(row.idempotencyKey), known);
  }
  const reversed = await queryIn(sql, 'SELECT reversesId FROM ledgerTransaction WHERE reversesId IN', [...reversals], latest);
  const held = await gatherHeld(sql, chart, candidates);
  return { byKey, reversed: new Set(reversed.map((row) => textOf(row.reversesId))), held };
}

/** What each reference of the batch holds on accounts that keep references apart; one query per reference type. */
async function gatherHeld(sql: LedgerSql, chart: Chart, candidates: readonly Candidate[]): Promise<Map<string, number>> {
  const idsByType = new Map<string, Set<string>>();
  const kinds = new Set<string>();
  for (const { posting } of candidates) {
    const takes = posting.entries.filter((entry) => entry.amountFen < 0 && keepsReferencesApart(chart, entry));
    if (takes.length === 0) continue;
    for (const { account } of takes) kinds.add(account.kind);
    const ids = idsByType.get(posting.reference.type) ?? new Set();
    idsByType.set(posting.reference.type, ids.add(posting.reference.id));
  }
  const held = new Map<string, number>();
  for (const [type, ids] of idsByType) {
    for (const chunk of chunked([...ids])) {
      const rows = await sql.query(heldQuery(kinds.size, chunk.length), [type, ...chunk, ...kinds]);
      for (const row of rows) held.set(heldKey(textOf(row.address), { type, id: textOf(row.referenceId) }), integerOf(row.heldFen));
    }
  }
  return held;
}

function keepsReferencesApart(chart: Chart, { account }: PostingEntry): boolean {
  const rule = ruleOf(chart, account.kind);
  return rule !== undefined && !rule.folded && rule.perReference !== undefined;
}

const heldQuery = (kindCount: number, idCount: number): string =>
  `SELECT a.address, t.referenceId, SUM(e.amountFen) AS heldFen
   FROM ledgerTransaction t JOIN ledgerEntry e ON e.transactionId = t.id JOIN ledgerAccount a ON a.id = e.accountId
   WHERE t.referenceType = ? AND t.referenceId IN (${placeholders(idCount)}) AND a.kind IN (${placeholders(kindCount)})
   GROUP BY a.address, t.referenceId`;

/** False when some key, or reversal, was taken by a competitor meanwhile. Ascending keys, so that two batches cannot deadlock. */
async function insertTransactions(sql: LedgerSql, plan: Plan): Promise<boolean> {
  const columns = [
    ...['id', 'idempotencyKey', 'requestHash', 'kind', 'referenceType', 'referenceId'],
    ...['requiresKey', 'reversesId', 'detail', 'entryCount', 'postedAt'],
  ];
  const rows = [...plan.transactions].sort((a, b) => (a.posting.key < b.posting.key ? -1 : 1)).map(transactionRow);
  return (await insertRows(sql, 'ledgerTransaction', columns, rows, 'skip')) === rows.length;
}

function transactionRow({ id, hash, posting, postedAt }: PlannedTransaction): readonly SqlValue[] {
  return [
    id,
    posting.key,
    hash,
    posting.kind,
    posting.reference.type,
    posting.reference.id,
    posting.requiresKey ?? null,
    posting.reversesId ?? null,
    posting.detail === undefined ? null : JSON.stringify(posting.detail),
    posting.entries.length,
    postedAt,
  ];
}

async function insertEntries(sql: LedgerSql, plan: Plan): Promise<void> {
  const columns = ['transactionId', 'seq', 'accountId', 'amountFen', 'balanceAfterFen', 'accountVersion', 'postedAt'];
  const rows = plan.transactions.flatMap(({ id, postedAt, entries }) =>
    entries.map((entry, position) => [
      id,
      position + 1,
      entry.account.id,
      entry.amountFen,
      entry.balanceAfterFen,
      entry.accountVersion,
      postedAt,
    ]),
  );
  const inserted = await insertRows(sql, 'ledgerEntry', columns, rows);
  if (inserted !== rows.length) throw new Error('an entry was not written: its place in the account is taken');
}

async function moveBalances(context: PostContext, sql: LedgerSql, accounts: readonly AccountState[]): Promise<void> {
  const touched = accounts.filter(({ version, loadedVersion }) => version > loadedVersion).sort((a, b) => a.id - b.id);
  for (const chunk of chunked(
    touched.filter(({ rule }) => !rule.folded),
    UPDATE_ROWS,
  ))
    await updateBalances(sql, chunk, context.guards.compareVersion);
  const columns = ['id', 'accountId', 'amountFen', 'entryCount', 'lastPostedAt'];
  const deltas = touched
    .filter(({ rule }) => rule.folded)
    .map((account) => [context.newId(), account.id, account.balanceFen, account.version, account.lastPostedAt]);
  await insertRows(sql, 'ledgerDelta', columns, deltas);
}

/** One statement for many accounts: relative change, version compared, row count checked. */
async function updateBalances(sql: LedgerSql, accounts: readonly AccountState[], compareVersion: boolean): Promise<void> {
  const cases = `CASE id ${accounts.map(() => 'WHEN ? THEN ?').join(' ')} END`;
  const pick = (value: (account: AccountState) => number) => accounts.flatMap((account) => [account.id, value(account)]);
  const guard = compareVersion ? ` AND version = ${cases}` : '';
  const statement = `UPDATE ledgerAccount SET balanceFen = balanceFen + ${cases}, version = version + ${cases}, lastPostedAt = ${cases}
    WHERE id IN (${placeholders(accounts.length)})${guard}`;
  const { affectedRows } = await sql.execute(statement, [
    ...pick(({ balanceFen, loadedBalanceFen }) => balanceFen - loadedBalanceFen),
    ...pick(({ version, loadedVersion }) => version - loadedVersion),
    ...pick(({ lastPostedAt }) => lastPostedAt),
    ...accounts.map(({ id }) => id),
    ...(compareVersion ? pick(({ loadedVersion }) => loadedVersion) : []),
  ]);
  if (affectedRows !== accounts.length) throw new Error('a balance changed under a posting: it must run in a transaction of its own');
}
