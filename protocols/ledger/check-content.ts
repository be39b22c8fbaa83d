import { fen } from '@qianxing/money';
import type { Finding, Posting, PostingEntry } from './model';
import { addressOf, requestHash } from './posting';
import { integerOf, type LedgerSql, queryIn, type SqlRow, textOf, textOrNull } from './sql';
import { detailOf } from './statement';

const PAGE = 500;

/** I8: recomputes the request hash of every transaction from what is stored; a changed figure, key or explanation shows. */
export async function checkContent(sql: LedgerSql, limit: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let after = '';
  for (;;) {
    const rows = await sql.query(
      `SELECT id, idempotencyKey, requestHash, kind, referenceType, referenceId, requiresKey, reversesId, detail
       FROM ledgerTransaction WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    const entries = await entriesOf(
      sql,
      rows.map((row) => textOf(row.id)),
    );
    for (const row of rows) {
      const id = textOf(row.id);
      if (hashOf(row, entries.get(id) ?? []) === textOf(row.requestHash)) continue;
      const details = { transactionId: id, idempotencyKey: textOf(row.idempotencyKey) };
      findings.push({ invariant: 'I8', message: 'a transaction does not have the content it was posted with', details });
      if (findings.length >= limit) return findings;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return findings;
    after = textOf(last.id);
  }
}

async function entriesOf(sql: LedgerSql, ids: readonly string[]): Promise<ReadonlyMap<string, PostingEntry[]>> {
  const entries = new Map<string, PostingEntry[]>();
  const select = `SELECT e.transactionId, e.amountFen, a.ownerType, a.ownerId, a.kind
    FROM ledgerEntry e JOIN ledgerAccount a ON a.id = e.accountId WHERE e.transactionId IN`;
  for (const row of await queryIn(sql, select, ids)) {
    const id = textOf(row.transactionId);
    const account = { ownerType: textOf(row.ownerType), ownerId: textOf(row.ownerId), kind: textOf(row.kind) };
    const list = entries.get(id) ?? [];
    list.push({ account, amountFen: fen(integerOf(row.amountFen)) });
    entries.set(id, list);
  }
  return entries;
}

function hashOf(row: SqlRow, entries: readonly PostingEntry[]): string {
  const requiresKey = textOrNull(row.requiresKey);
  const reversesId = textOrNull(row.reversesId);
  const detail = detailOf(row.detail);
  const posting: Posting = {
    key: textOf(row.idempotencyKey),
    kind: textOf(row.kind),
    reference: { type: textOf(row.referenceType), id: textOf(row.referenceId) },
    entries,
    ...(requiresKey === null ? {} : { requiresKey }),
    ...(reversesId === null ? {} : { reversesId }),
    ...(detail === null ? {} : { detail }),
  };
  return requestHash(
    posting,
    entries.map(({ account }) => addressOf(account)),
  );
}
