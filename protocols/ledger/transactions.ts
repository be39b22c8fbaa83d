import { fen } from '@qianxing/money';
import type { Posting, PostingReference, Transaction, TransactionEntry } from './model';
import { integerOf, integerOrNull, type LedgerSql, queryIn, type SqlRow, type SqlValue, textOf, textOrNull } from './sql';
import { detailOf } from './statement';

/** How a transaction is found: by its id or by its idempotency key. */
export type TransactionName = { readonly id: string } | { readonly key: string };

const COLUMNS = 'id, idempotencyKey, kind, referenceType, referenceId, reversesId, detail, postedAt';

export async function findTransaction(sql: LedgerSql, by: TransactionName): Promise<Transaction | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['idempotencyKey', by.key] as const);
  const [found] = await load(sql, `${column} = ?`, [value]);
  return found;
}

/** Everything posted about one business object, oldest first. */
export const findTransactionsByReference = (sql: LedgerSql, { type, id }: PostingReference): Promise<readonly Transaction[]> =>
  load(sql, 'referenceType = ? AND referenceId = ?', [type, id]);

async function load(sql: LedgerSql, condition: string, parameters: readonly SqlValue[]): Promise<readonly Transaction[]> {
  const rows = await sql.query(`SELECT ${COLUMNS} FROM ledgerTransaction WHERE ${condition} ORDER BY postedAt, id`, parameters);
  const ids = rows.map((row) => textOf(row.id));
  const select = `SELECT e.transactionId, e.seq, e.amountFen, e.balanceAfterFen, a.ownerType, a.ownerId, a.kind
    FROM ledgerEntry e JOIN ledgerAccount a ON a.id = e.accountId WHERE e.transactionId IN`;
  const entries = new Map<string, TransactionEntry[]>();
  for (const row of await queryIn(sql, select, ids, 'ORDER BY e.transactionId, e.seq')) {
    const id = textOf(row.transactionId);
    entries.set(id, [...(entries.get(id) ?? []), entryOf(row)]);
  }
  return rows.map((row) => transactionOf(row, entries.get(textOf(row.id)) ?? []));
}

function entryOf(row: SqlRow): TransactionEntry {
  const balanceAfter = integerOrNull(row.balanceAfterFen);
  return {
    seq: integerOf(row.seq),
    account: { ownerType: textOf(row.ownerType), ownerId: textOf(row.ownerId), kind: textOf(row.kind) },
    amountFen: fen(integerOf(row.amountFen)),
    balanceAfterFen: balanceAfter === null ? null : fen(balanceAfter),
  };
}

const transactionOf = (row: SqlRow, entries: readonly TransactionEntry[]): Transaction => ({
  id: textOf(row.id),
  key: textOf(row.idempotencyKey),
  kind: textOf(row.kind),
  reference: { type: textOf(row.referenceType), id: textOf(row.referenceId) },
  reversesId: textOrNull(row.reversesId),
  detail: detailOf(row.detail),
  postedAt: integerOf(row.postedAt),
  entries,
});

/** A manual correction: which transaction, on which ticket, and who allowed it. */
export interface ReversalRequest {
  readonly transactionId: string;
  /** The key becomes `adj:{ticketId}`. */
  readonly ticketId: string;
  /** Two different people. */
  readonly approvedBy: readonly [string, string];
  /** At most 200 characters. */
  readonly reason: string;
}

/**
 * The opposite of a transaction, of kind `adjustment`, about the same reference.
 *
 * @throws RangeError when the approvers are one person or the reason is missing or too long
 */
export function reversalOf(original: Transaction, request: ReversalRequest): Posting {
  const [first, second] = request.approvedBy;
  if (first === second || first === '' || second === '') throw new RangeError('a correction needs two different approvers');
  if (request.reason === '' || request.reason.length > 200) throw new RangeError('a correction needs a reason of at most 200 characters');
  return {
    key: `adj:${request.ticketId}`,
    kind: 'adjustment',
    reference: original.reference,
    entries: original.entries.map(({ account, amountFen }) => ({ account, amountFen: fen(-amountFen) })),
    requiresKey: original.key,
    reversesId: original.id,
    detail: { ticketId: request.ticketId, approvedBy: [first, second], reason: request.reason },
  };
}
