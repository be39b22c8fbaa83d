import { randomBytes } from 'node:crypto';
import {
  type AccountRecord,
  commitmentName,
  commitTo,
  encodeRecord,
  openingOf,
  parseRecord,
  pseudonymFor,
  recordSalt,
} from '../core/record';
import { appendLeavesToLog, type NewLeaf } from './append';
import type { LogGuards } from './context';
import { bytesOf, chunked, forUpdate, insertRows, integerOf, type LogSql, placeholders, queryIn, type SqlRow, textOf } from './sql';

/** A movement of somebody's account that is to be committed to. */
export interface NewRecord {
  readonly promoterId: string;
  /** Natural key of the movement, unique for ever; also the key of its leaf. At most 160 characters. */
  readonly recordId: string;
  readonly kind: string;
  /** Change of the balance, fen; 0 for what only tells something. */
  readonly amountFen: number;
  /** UTC ms. */
  readonly at: number;
  /** Further texts and integers that explain it. Nothing about anybody else: the promoter can show it around. */
  readonly details?: Readonly<Record<string, string | number>>;
  /** Further fields whose values are replaced by pseudonyms under the promoter's key, for example the order line. */
  readonly pseudonyms?: Readonly<Record<string, string>>;
}

export type RecordOutcome =
  | { readonly status: 'appended'; readonly recordNumber: number }
  /** It had been appended before, with the same content; nothing was written. */
  | { readonly status: 'replayed' }
  /** The id stands for other content. */
  | { readonly status: 'keyReused' }
  /** The promoter's key was erased; there is nothing left to write about him. */
  | { readonly status: 'erased' };

interface Promoter {
  readonly promoterId: string;
  readonly pseudonym: string;
  readonly key: Uint8Array;
  recordCount: number;
  balanceFen: number;
  lastCommitment: string;
}

const PROMOTERS_PER_STATEMENT = 50;
const RESERVED = new Set(['v', 'kind', 'id', 'n', 'prev', 'promoter', 'amount', 'after', 'at']);

/**
 * Writes the next records of their promoters' chains and leaves the commitments for the sequencer, inside the caller's transaction. The
 * promoters' rows are locked in ascending order of their ids.
 *
 * @throws RangeError for values that no record can hold.
 */
export async function appendRecords(
  sql: LogSql,
  records: readonly NewRecord[],
  nowMs: number,
  guards: LogGuards,
): Promise<readonly RecordOutcome[]> {
  const lock = guards.lockPromoters ? forUpdate(sql) : '';
  const promoters = await lockPromoters(sql, [...new Set(records.map(({ promoterId }) => promoterId))].sort(), lock);
  const existing = await readExisting(sql, records);
  const leaves: NewLeaf[] = [];
  const rows: (string | number)[][] = [];
  const counts = new Map([...promoters].map(([id, promoter]) => [id, promoter?.recordCount ?? 0]));
  const outcomes = records.map((record): RecordOutcome => {
    const promoter = promoters.get(record.promoterId);
    const known = existing.get(record.recordId);
    if (known !== undefined) return replay(record, known, promoter);
    if (promoter === undefined) return { status: 'erased' };
    const { text, commitment } = extendChain(promoter, record);
    leaves.push({ leafKey: record.recordId, entry: commitment });
    rows.push([record.recordId, promoter.promoterId, promoter.recordCount, text]);
    existing.set(record.recordId, { promoterId: promoter.promoterId, text });
    return { status: 'appended', recordNumber: promoter.recordCount };
  });
  await insertRows(sql, 'logRecord', ['recordId', 'promoterId', 'recordNumber', 'record'], rows);
  const accepted = await appendLeavesToLog(sql, leaves, nowMs);
  if (accepted.includes('keyReused')) throw new Error('the key of a record is taken by another leaf');
  const extended = [...promoters.values()].filter((promoter) => promoter !== undefined);
  await storePromoters(
    sql,
    extended.filter(({ promoterId, recordCount }) => recordCount !== counts.get(promoterId)),
  );
  return outcomes;
}

function extendChain(promoter: Promoter, { recordId, kind, amountFen, at, details, pseudonyms }: NewRecord) {
  const named = Object.entries(pseudonyms ?? {}).map(([field, name]): [string, string] => [field, pseudonymFor(promoter.key, name)]);
  const further = { ...details, ...Object.fromEntries(named) };
  const reserved = Object.keys(further).find((field) => RESERVED.has(field));
  if (reserved !== undefined) throw new RangeError(`the field ${reserved} belongs to the chain`);
  const record: AccountRecord = {
    ...further,
    v: 1,
    kind,
    id: recordId,
    n: promoter.recordCount + 1,
    prev: promoter.lastCommitment,
    promoter: promoter.pseudonym,
    amount: amountFen,
    after: promoter.balanceFen + amountFen,
    at,
  };
  const text = encodeRecord(record);
  const commitment = commitTo(recordSalt(promoter.key, recordId), text);
  promoter.recordCount = record.n;
  promoter.balanceFen = record.after;
  promoter.lastCommitment = commitmentName(commitment);
  return { text, commitment };
}

interface ExistingRecord {
  readonly promoterId: string;
  /** Absent when erased. */
  readonly text: string | undefined;
}

async function readExisting(sql: LogSql, records: readonly NewRecord[]): Promise<Map<string, ExistingRecord>> {
  const ids = records.map(({ recordId }) => recordId);
  const rows = await queryIn(sql, 'SELECT recordId, promoterId, record FROM logRecord WHERE recordId IN', ids);
  return new Map(
    rows.map((row) => [
      textOf(row.recordId),
      { promoterId: textOf(row.promoterId), text: row.record === null ? undefined : textOf(row.record) },
    ]),
  );
}

function replay(record: NewRecord, known: ExistingRecord, promoter: Promoter | undefined): RecordOutcome {
  if (known.promoterId !== record.promoterId) return { status: 'keyReused' };
  if (known.text === undefined || promoter === undefined) return { status: 'replayed' };
  const stored = parseRecord(known.text);
  if (!stored.ok) return { status: 'keyReused' };
  const { n, prev, after, amount } = stored.value;
  const before = { ...promoter, recordCount: n - 1, lastCommitment: prev, balanceFen: after - amount };
  return { status: extendChain(before, record).text === known.text ? 'replayed' : 'keyReused' };
}

/** Undefined in the map stands for an erased promoter. Promoters seen for the first time get a key of their own. */
async function lockPromoters(sql: LogSql, ids: readonly string[], lock: string): Promise<Map<string, Promoter | undefined>> {
  const columns = ['promoterId', 'pseudonym', 'promoterKey', 'recordCount', 'balanceFen', 'lastCommitment'];
  const read = async () => {
    const rows: SqlRow[] = [];
    for (const chunk of chunked(ids)) {
      const query = `SELECT ${columns.join(', ')} FROM logPromoter WHERE promoterId IN (${placeholders(chunk.length)}) ORDER BY promoterId${lock}`;
      rows.push(...(await sql.query(query, chunk)));
    }
    return rows;
  };
  const found = await read();
  if (found.length === ids.length) return new Map(found.map(promoterOf));
  const known = new Set(found.map((row) => textOf(row.promoterId)));
  const fresh = ids.filter((id) => !known.has(id)).map((id) => [id, randomBytes(16).toString('hex'), randomBytes(32), 0, 0, '']);
  await insertRows(sql, 'logPromoter', columns, fresh, 'skip');
  return new Map((await read()).map(promoterOf));
}

function promoterOf(row: SqlRow): [string, Promoter | undefined] {
  const promoterId = textOf(row.promoterId);
  if (row.promoterKey === null) return [promoterId, undefined];
  return [
    promoterId,
    {
      promoterId,
      pseudonym: textOf(row.pseudonym),
      key: bytesOf(row.promoterKey),
      recordCount: integerOf(row.recordCount),
      balanceFen: integerOf(row.balanceFen),
      lastCommitment: textOf(row.lastCommitment),
    },
  ];
}

/** Rows are locked, and the unique number of each record would refuse a second chain: nothing need be compared here. */
async function storePromoters(sql: LogSql, promoters: readonly Promoter[]): Promise<void> {
  for (const chunk of chunked(promoters, PROMOTERS_PER_STATEMENT)) {
    const cases = `CASE promoterId ${'WHEN ? THEN ? '.repeat(chunk.length)}END`;
    const set = `recordCount = ${cases}, balanceFen = ${cases}, lastCommitment = ${cases}`;
    const parameters = [
      ...chunk.flatMap(({ promoterId, recordCount }) => [promoterId, recordCount]),
      ...chunk.flatMap(({ promoterId, balanceFen }) => [promoterId, balanceFen]),
      ...chunk.flatMap(({ promoterId, lastCommitment }) => [promoterId, lastCommitment]),
      ...chunk.map(({ promoterId }) => promoterId),
    ];
    const { affectedRows } = await sql.execute(
      `UPDATE logPromoter SET ${set} WHERE promoterId IN (${placeholders(chunk.length)})`,
      parameters,
    );
    if (affectedRows !== chunk.length) throw new Error('a promoter whose row is locked has gone');
  }
}

/**
 * Erases what ties the commitments to a person: key, pseudonym and texts. What stays in the log is random bytes; the tree and every proof
 * of everybody else still verify. Irreversible; not before the law's retention period is over. Answers whether there was something to erase.
 */
export async function erasePromoterKey(sql: LogSql, promoterId: string, nowMs: number): Promise<boolean> {
  const erase =
    'UPDATE logPromoter SET promoterKey = NULL, pseudonym = NULL, lastCommitment = ?, erasedAt = ? WHERE promoterId = ? AND erasedAt IS NULL';
  const { affectedRows } = await sql.execute(erase, ['', nowMs, promoterId]);
  await sql.execute('UPDATE logRecord SET record = NULL WHERE promoterId = ?', [promoterId]);
  return affectedRows === 1;
}

/** A record and what opens its commitment. */
export interface StoredRecord {
  readonly recordId: string;
  readonly recordNumber: number;
  readonly record: AccountRecord;
  /** Salt and text, as a proof file carries them. */
  readonly opening: Uint8Array;
}

/** One promoter's records after number `after`, ascending; nothing for an erased one. */
export async function readRecords(sql: LogSql, promoterId: string, after: number, limit: number): Promise<StoredRecord[]> {
  const rows = await sql.query(
    `SELECT logRecord.recordId AS recordId, logRecord.recordNumber AS recordNumber, logRecord.record AS record, logPromoter.promoterKey AS promoterKey
     FROM logRecord JOIN logPromoter ON logPromoter.promoterId = logRecord.promoterId
     WHERE logRecord.promoterId = ? AND logRecord.recordNumber > ? AND logPromoter.promoterKey IS NOT NULL
     ORDER BY logRecord.recordNumber LIMIT ${limit}`,
    [promoterId, after],
  );
  return rows.map((row) => {
    const recordId = textOf(row.recordId);
    const text = textOf(row.record);
    const record = parseRecord(text);
    if (!record.ok) throw new Error(`record ${recordId}: ${record.fault.message}`);
    const opening = openingOf(recordSalt(bytesOf(row.promoterKey), recordId), text);
    return { recordId, recordNumber: integerOf(row.recordNumber), record: record.value, opening };
  });
}

/** How far a promoter's chain is; undefined when there is none. */
export async function readChain(
  sql: LogSql,
  promoterId: string,
): Promise<{ recordCount: number; balanceFen: number; isErased: boolean } | undefined> {
  const [row] = await sql.query('SELECT recordCount, balanceFen, erasedAt FROM logPromoter WHERE promoterId = ?', [promoterId]);
  return row && { recordCount: integerOf(row.recordCount), balanceFen: integerOf(row.balanceFen), isErased: row.erasedAt !== null };
}
