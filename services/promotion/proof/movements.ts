import type { Query } from '@qianxing/database';
import type { PromoterAccountKind } from '@qianxing/ledger';
import { sql } from 'kysely';
import type { Movement, MovementEntry, Versions } from './rules';

interface EntryRow extends Omit<Movement, 'entries'>, MovementEntry {}

/** Ledger transactions looked up by one statement. */
const AT_ONCE = 200;

/** What these ledger transactions did to promoters' accounts, in the order asked; those that touch none are left out. */
export async function movementsOf(query: Query, transactionIds: readonly string[]): Promise<Movement[]> {
  const found = new Map<string, Movement>();
  for (let start = 0; start < transactionIds.length; start += AT_ONCE) {
    const { rows } = await sql<EntryRow>`
      select t.id as transactionId, t.kind, t.postedAt, t.referenceType, t.referenceId, t.detail,
        a.ownerId as promoterId, a.kind as account, e.amountFen, e.balanceAfterFen, e.accountVersion
      from ledgerTransaction t join ledgerEntry e on e.transactionId = t.id join ledgerAccount a on a.id = e.accountId
      where t.id in (${sql.join(transactionIds.slice(start, start + AT_ONCE))}) and a.ownerType = 'promoter'
      order by t.id, e.seq`.execute(query);
    for (const row of rows) found.set(row.transactionId, withEntry(found.get(row.transactionId), row));
  }
  return transactionIds.flatMap((transactionId) => found.get(transactionId) ?? []);
}

function withEntry(movement: Movement | undefined, row: EntryRow): Movement {
  const { account, amountFen, balanceAfterFen, accountVersion, ...facts } = row;
  if (movement !== undefined && movement.promoterId !== row.promoterId)
    throw new Error(`ledger transaction ${row.transactionId} moves the accounts of two promoters`);
  return { ...facts, entries: [...(movement?.entries ?? []), { account, amountFen, balanceAfterFen, accountVersion }] };
}

/** A promoter's movements behind these versions, in no order; of each account at most `limit`. */
export async function movementsBehind(query: Query, promoterId: string, versions: Versions, limit: number): Promise<Movement[]> {
  const transactionIds = new Set<string>();
  for (const account of Object.keys(versions) as PromoterAccountKind[]) {
    const { rows } = await sql<{ transactionId: string }>`
      select e.transactionId from ledgerAccount a join ledgerEntry e on e.accountId = a.id
      where a.address = ${`promoter/${promoterId}/${account}`} and e.accountVersion > ${versions[account]}
      order by e.postedAt, e.accountVersion limit ${limit}`.execute(query);
    for (const { transactionId } of rows) transactionIds.add(transactionId);
  }
  return movementsOf(query, [...transactionIds]);
}
