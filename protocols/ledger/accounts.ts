import type { AccountReference, AccountRule, Chart } from './model';
import { addressOf, ruleOf } from './posting';
import { chunked, forUpdate, integerOf, integerOrNull, type LedgerSql, placeholders, queryIn, type SqlRow, textOf } from './sql';

/** An account as a posting sees it: identity, rule and, when not folded, the balance under lock. */
export interface AccountState {
  readonly id: number;
  readonly address: string;
  readonly reference: AccountReference;
  readonly rule: AccountRule;
  /** On folded accounts these two start at zero and so hold the change only. */
  balanceFen: number;
  version: number;
  lastPostedAt: number;
  loadedBalanceFen: number;
  loadedVersion: number;
}

export type AccountsByAddress = ReadonlyMap<string, AccountState>;

/** Finds the accounts wanted, by address, creates missing ones with balance zero, then locks those that are not folded in ascending id. */
export async function openAccounts(
  sql: LedgerSql,
  chart: Chart,
  wanted: ReadonlyMap<string, AccountReference>,
  lockRows: boolean,
): Promise<AccountsByAddress> {
  const addresses = [...wanted.keys()].sort();
  let rows = await findAccounts(sql, addresses);
  if (rows.length < addresses.length) {
    const found = new Set(rows.map((row) => textOf(row.address)));
    await createAccounts(
      sql,
      chart,
      addresses.filter((address) => !found.has(address)).flatMap((address) => wanted.get(address) ?? []),
    );
    rows = await findAccounts(sql, addresses);
  }
  const states = new Map<string, AccountState>();
  for (const row of rows) {
    const address = textOf(row.address);
    const reference = wanted.get(address);
    if (reference !== undefined) states.set(address, stateOf(chart, reference, row));
  }
  if (states.size !== addresses.length) throw new Error('accounts created by another transaction are not visible: use READ COMMITTED');
  await loadBalances(sql, [...states.values()], lockRows);
  return states;
}

const findAccounts = (sql: LedgerSql, addresses: readonly string[]) =>
  queryIn(sql, 'SELECT id, address, folded FROM ledgerAccount WHERE address IN', addresses);

async function createAccounts(sql: LedgerSql, chart: Chart, references: readonly AccountReference[]): Promise<void> {
  const columns = 'ownerType, ownerId, kind, address, folded, floorFen';
  // MySQL's own form keeps errors as errors, which INSERT IGNORE would not.
  const tail = sql.dialect === 'mysql' ? 'ON DUPLICATE KEY UPDATE id = id' : 'ON CONFLICT (address) DO NOTHING';
  for (const chunk of chunked(references)) {
    const rows = chunk.map((reference) => {
      const rule = ruleOf(chart, reference.kind);
      if (rule === undefined) throw new Error(`the chart has no account kind ${reference.kind}`);
      const floorFen = !rule.folded && rule.overdraftBy === undefined ? 0 : null;
      return [reference.ownerType, reference.ownerId, reference.kind, addressOf(reference), rule.folded ? 1 : 0, floorFen];
    });
    const values = rows.map((row) => `(${placeholders(row.length)})`).join(', ');
    await sql.execute(`INSERT INTO ledgerAccount (${columns}) VALUES ${values} ${tail}`, rows.flat());
  }
}

function stateOf(chart: Chart, reference: AccountReference, row: SqlRow): AccountState {
  const rule = ruleOf(chart, reference.kind);
  if (rule === undefined || rule.folded !== (integerOf(row.folded) === 1))
    throw new Error(`account kind ${reference.kind} was created under another rule; the rule of a kind must not change`);
  const identity = { id: integerOf(row.id), address: textOf(row.address), reference, rule };
  return { ...identity, balanceFen: 0, version: 0, lastPostedAt: 0, loadedBalanceFen: 0, loadedVersion: 0 };
}

async function loadBalances(sql: LedgerSql, states: readonly AccountState[], lockRows: boolean): Promise<void> {
  const exact = new Map(states.filter(({ rule }) => !rule.folded).map((state) => [state.id, state]));
  const ids = [...exact.keys()].sort((a, b) => a - b);
  const select = 'SELECT id, balanceFen, version, lastPostedAt FROM ledgerAccount WHERE id IN';
  for (const row of await queryIn(sql, select, ids, `ORDER BY id ${lockRows ? forUpdate(sql) : ''}`)) {
    const state = exact.get(integerOf(row.id));
    if (state === undefined) continue;
    state.balanceFen = state.loadedBalanceFen = integerOf(row.balanceFen);
    state.version = state.loadedVersion = integerOf(row.version);
    state.lastPostedAt = integerOrNull(row.lastPostedAt) ?? 0;
  }
}
