import { parseRecord } from '@qianxing/transparency-log';
import { sql } from 'kysely';
import type { Violation } from '../checks';
import type { PromotionContext } from '../context';
import { movementsOf } from './movements';
import { type Movement, recordOf } from './rules';

const PAGE = 500;
/** Violations of one kind that are named; one is an alarm. */
const NAMED = 100;

interface ProofCheck {
  readonly name: string;
  readonly find: () => Promise<readonly Violation[]>;
}

/** Log against ledger, both ways, and the log against itself. */
export function proofChecks(context: PromotionContext): ProofCheck[] {
  return [
    { name: 'movementsAreInLog', find: () => checkMovements(context) },
    { name: 'leavesAreMovements', find: () => checkLeaves(context) },
    { name: 'recordsMatchLedger', find: () => checkRecords(context) },
    { name: 'transparencyLog', find: () => checkLog(context) },
    { name: 'erasedKeysAreGone', find: () => checkErased(context) },
  ];
}

/** Every movement of a promoter's account has its record; not those of promoters whose records are still to be written or were erased. */
async function checkMovements({ platform }: PromotionContext): Promise<Violation[]> {
  const { rows } = await sql<{ transactionId: string; promoterId: string }>`
    select distinct e.transactionId, a.ownerId as promoterId
    from ledgerAccount a join ledgerEntry e on e.accountId = a.id
    left join logRecord r on r.recordId = e.transactionId
    left join promotion_record_standings s on s.promoterId = a.ownerId
    where a.ownerType = 'promoter' and r.recordId is null and s.promoterId is null
    order by e.transactionId limit ${NAMED}`.execute(platform.database.query);
  return rows.map(({ transactionId, promoterId }) => ({
    subject: `movement ${transactionId}`,
    message: `of promoter ${promoterId} is not in the log`,
  }));
}

/** Every leaf is a record, and every record a movement. */
async function checkLeaves({ platform }: PromotionContext): Promise<Violation[]> {
  const { rows } = await sql<{ leafKey: string }>`
    select l.leafKey from logEntry l
    left join logRecord r on r.recordId = l.leafKey left join ledgerTransaction t on t.id = l.leafKey
    where r.recordId is null or t.id is null order by l.leafKey limit ${NAMED}`.execute(platform.database.query);
  const unlogged = await sql<{ recordId: string }>`
    select r.recordId from logRecord r left join logEntry l on l.leafKey = r.recordId
    where l.leafKey is null order by r.recordId limit ${NAMED}`.execute(platform.database.query);
  return [
    ...rows.map(({ leafKey }) => ({ subject: `leaf ${leafKey}`, message: 'stands for no movement of the ledger' })),
    ...unlogged.rows.map(({ recordId }) => ({ subject: `record ${recordId}`, message: 'has no leaf in the log' })),
  ];
}

/** Every record that is not erased says what the ledger says. */
async function checkRecords({ platform }: PromotionContext): Promise<Violation[]> {
  const { query } = platform.database;
  const violations: Violation[] = [];
  for (let after = ''; ; ) {
    const { rows } = await sql<{ recordId: string; promoterId: string; record: string }>`
      select recordId, promoterId, record from logRecord where recordId > ${after} and record is not null
      order by recordId limit ${PAGE}`.execute(query);
    const movements = await movementsOf(
      query,
      rows.map(({ recordId }) => recordId),
    );
    const byId = new Map(movements.map((movement) => [movement.transactionId, movement]));
    for (const row of rows) {
      const movement = byId.get(row.recordId);
      if (movement !== undefined && !saysTheSame(row, movement))
        violations.push({ subject: `record ${row.recordId}`, message: 'does not say what the ledger says' });
    }
    after = rows.at(-1)?.recordId ?? '';
    if (rows.length < PAGE) return violations;
  }
}

function saysTheSame(row: { promoterId: string; record: string }, movement: Movement): boolean {
  const parsed = parseRecord(row.record);
  if (!parsed.ok || row.promoterId !== movement.promoterId) return false;
  const { recordId, kind, amountFen, at, details } = recordOf(movement);
  const expected = { id: recordId, kind, amount: amountFen, at, ...details };
  return Object.entries(expected).every(([field, value]) => parsed.value[field] === value);
}

/** Tree, signatures, publication and chains. Files may be behind after a crash; the next start writes them again. */
async function checkLog({ proofLog }: PromotionContext): Promise<Violation[]> {
  const findings = await proofLog.log.audit();
  return findings
    .filter(({ check }) => check !== 'storage')
    .map(({ check, subject, message }) => ({ subject: `${check} ${subject}`, message }));
}

async function checkErased({ platform }: PromotionContext): Promise<Violation[]> {
  const { rows } = await sql<{ promoterId: string }>`
    select l.promoterId from promotion_record_standings s join logPromoter l on l.promoterId = s.promoterId
    where s.standing = 'erased' and l.erasedAt is null order by l.promoterId limit ${NAMED}`.execute(platform.database.query);
  return rows.map(({ promoterId }) => ({
    subject: `promoter ${promoterId}`,
    message: 'was erased and the key of the records is still there',
  }));
}
