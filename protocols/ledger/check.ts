import { checkCommissions } from './check-commission';
import { checkContent } from './check-content';
import { clearingReport } from './clearing';
import { commissionChart } from './commission';
import type { Chart, Finding, Invariant } from './model';
import { ruleOf } from './posting';
import { integerOf, type LedgerSql, type SqlRow, type SqlValue, textOf } from './sql';

const DAY_MS = 86_400_000;

export interface CheckOptions {
  /** Default: the commission chart. */
  readonly chart?: Chart;
  /** UTC ms, default the system clock; decides what has been open too long. */
  readonly now?: number;
  /** How long money may stay in a clearing account before it counts as unexplained; default four days. */
  readonly clearingDueMs?: number;
  /** Findings per rule, default 100; a broken ledger would otherwise answer with millions. */
  readonly limit?: number;
}

interface Rule {
  readonly invariant: Invariant;
  readonly message: string;
  readonly query: string;
  readonly parameters?: readonly SqlValue[];
}

/**
 * The offline checker: proves I1–I8 and I16 (see README) on what is stored, by set queries and by one pass over all transactions. Reads
 * only; for an exact answer run it on a database at rest or in one snapshot transaction (SQLite: BEGIN; MySQL: REPEATABLE READ).
 */
export async function checkLedger(sql: LedgerSql, options: CheckOptions = {}): Promise<readonly Finding[]> {
  const { chart = commissionChart, now = Date.now(), clearingDueMs = 4 * DAY_MS, limit = 100 } = options;
  const findings: Finding[] = [];
  for (const rule of [...structureRules, ...balanceRules, ...floorRules(chart), ...referenceRules(chart)]) {
    const rows = await sql.query(`${rule.query} LIMIT ${limit}`, rule.parameters ?? []);
    for (const row of rows) findings.push({ invariant: rule.invariant, message: rule.message, details: detailsOf(row) });
  }
  findings.push(...(await checkAccounts(sql, chart)));
  findings.push(...(await checkContent(sql, limit)));
  findings.push(...(await checkCommissions(sql, limit)));
  for (const { account, oldestOpenAt, openFen } of await clearingReport(sql, chart)) {
    if (oldestOpenAt === null || oldestOpenAt > now - clearingDueMs) continue;
    const details = { account: `${account.ownerType}/${account.ownerId}/${account.kind}`, openFen, oldestOpenAt };
    findings.push({ invariant: 'I16', message: 'money has been in a clearing account for too long', details });
  }
  return findings;
}

function detailsOf(row: SqlRow): Finding['details'] {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || value === undefined) return [name, null];
      return [
        name,
        typeof value === 'number' || typeof value === 'bigint' || /^-?\d{1,15}$/.test(textOf(value)) ? integerOf(value) : textOf(value),
      ];
    }),
  );
}

const structureRules: readonly Rule[] = [
  {
    invariant: 'I1',
    message: 'the entries of a transaction do not sum to zero or are not all there',
    query: `SELECT t.id AS transactionId, t.entryCount, COUNT(e.seq) AS found, COALESCE(SUM(e.amountFen), 0) AS sumFen
      FROM ledgerTransaction t LEFT JOIN ledgerEntry e ON e.transactionId = t.id
      GROUP BY t.id, t.entryCount HAVING COUNT(e.seq) <> t.entryCount OR COALESCE(SUM(e.amountFen), 0) <> 0`,
  },
  {
    invariant: 'I1',
    message: 'a reversal is not the opposite of what it reverses',
    query: `SELECT r.id AS transactionId, r.reversesId, e.accountId, SUM(e.amountFen) AS sumFen
      FROM ledgerTransaction r JOIN ledgerEntry e ON e.transactionId IN (r.id, r.reversesId)
      WHERE r.reversesId IS NOT NULL GROUP BY r.id, r.reversesId, e.accountId HAVING SUM(e.amountFen) <> 0`,
  },
  {
    invariant: 'I2',
    message: 'all entries together do not sum to zero',
    query: 'SELECT SUM(amountFen) AS sumFen FROM ledgerEntry HAVING SUM(amountFen) <> 0',
  },
  {
    invariant: 'I2',
    message: 'an entry belongs to no transaction or no account, or to another instant than its transaction',
    query: `SELECT e.transactionId, e.seq, e.accountId, e.postedAt, t.postedAt AS transactionPostedAt
      FROM ledgerEntry e LEFT JOIN ledgerTransaction t ON t.id = e.transactionId LEFT JOIN ledgerAccount a ON a.id = e.accountId
      WHERE t.id IS NULL OR a.id IS NULL OR t.postedAt <> e.postedAt`,
  },
  {
    invariant: 'I8',
    message: 'an idempotency key stands for more than one transaction',
    query: 'SELECT idempotencyKey, COUNT(*) AS transactions FROM ledgerTransaction GROUP BY idempotencyKey HAVING COUNT(*) > 1',
  },
  {
    invariant: 'I8',
    message: 'a transaction was reversed more than once',
    query: `SELECT reversesId, COUNT(*) AS reversals FROM ledgerTransaction WHERE reversesId IS NOT NULL
      GROUP BY reversesId HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I7',
    message: 'a transaction stands without the one it requires',
    query: `SELECT t.id AS transactionId, t.requiresKey FROM ledgerTransaction t
      LEFT JOIN ledgerTransaction r ON r.idempotencyKey = t.requiresKey WHERE t.requiresKey IS NOT NULL AND r.id IS NULL`,
  },
];

const balanceRules: readonly Rule[] = [
  {
    invariant: 'I3',
    message: 'a balance differs from the sum of its entries',
    query: `SELECT a.id AS accountId, a.address, a.balanceFen, a.version, COALESCE(SUM(e.amountFen), 0) AS entriesFen, COUNT(e.seq) AS entries
      FROM ledgerAccount a LEFT JOIN ledgerEntry e ON e.accountId = a.id WHERE a.folded = 0
      GROUP BY a.id, a.address, a.balanceFen, a.version, a.lastPostedAt
      HAVING a.balanceFen <> COALESCE(SUM(e.amountFen), 0) OR a.version <> COUNT(e.seq)
        OR COALESCE(a.lastPostedAt, -1) <> COALESCE(MAX(e.postedAt), -1)`,
  },
  {
    invariant: 'I3',
    message: 'the deltas of a folded account differ from the sum of its entries',
    query: `SELECT * FROM (SELECT a.id AS accountId, a.address,
        (SELECT COALESCE(SUM(d.amountFen), 0) FROM ledgerDelta d WHERE d.accountId = a.id) AS deltasFen,
        (SELECT COALESCE(SUM(d.entryCount), 0) FROM ledgerDelta d WHERE d.accountId = a.id) AS deltaEntries,
        (SELECT COALESCE(SUM(e.amountFen), 0) FROM ledgerEntry e WHERE e.accountId = a.id) AS entriesFen,
        (SELECT COUNT(*) FROM ledgerEntry e WHERE e.accountId = a.id) AS entries
      FROM ledgerAccount a WHERE a.folded = 1) x WHERE deltasFen <> entriesFen OR deltaEntries <> entries`,
  },
  {
    invariant: 'I3',
    message: 'the chain of balances of an account is broken',
    query: `SELECT * FROM (SELECT e.transactionId, e.seq, e.accountId, e.accountVersion, e.amountFen, e.balanceAfterFen, e.postedAt,
        ROW_NUMBER() OVER w AS place, LAG(e.balanceAfterFen) OVER w AS balanceBeforeFen, LAG(e.postedAt) OVER w AS postedBefore
      FROM ledgerEntry e JOIN ledgerAccount a ON a.id = e.accountId WHERE a.folded = 0
      WINDOW w AS (PARTITION BY e.accountId ORDER BY e.accountVersion)) x
      WHERE accountVersion IS NULL OR balanceAfterFen IS NULL OR accountVersion <> place
        OR balanceAfterFen <> COALESCE(balanceBeforeFen, 0) + amountFen OR postedAt < COALESCE(postedBefore, 0)`,
  },
];

/** I4: what was never allowed below zero, and what only certain kinds of transaction may take there. */
function floorRules(chart: Chart): Rule[] {
  return Object.entries(chart).flatMap(([kind, rule]): Rule[] => {
    if (rule.folded) return [];
    const allowed = rule.overdraftBy ?? [];
    const marks = allowed.map(() => '?').join(', ');
    const exception = allowed.length === 0 ? '' : ` AND t.kind NOT IN (${marks})`;
    return [
      {
        invariant: 'I4',
        message: 'a transaction took an account below zero that may not do so',
        query: `SELECT e.transactionId, t.kind, a.address, e.amountFen, e.balanceAfterFen
          FROM ledgerAccount a JOIN ledgerEntry e ON e.accountId = a.id JOIN ledgerTransaction t ON t.id = e.transactionId
          WHERE a.kind = ? AND e.balanceAfterFen < 0 AND e.amountFen < 0${exception}`,
        parameters: [kind, ...allowed],
      },
    ];
  });
}

/** I7: on accounts that keep references apart, no reference takes out more than it put in, and holds end whole. */
function referenceRules(chart: Chart): Rule[] {
  return Object.entries(chart).flatMap(([kind, rule]): Rule[] => {
    if (rule.folded || rule.perReference === undefined) return [];
    const broken = rule.perReference === 'whole' ? 'heldFen <> 0' : 'heldFen < 0';
    return [
      {
        invariant: 'I7',
        message: 'a reference took out something else than what it had put in',
        query: `SELECT * FROM (SELECT e.transactionId, a.address, t.referenceType, t.referenceId, e.amountFen,
            SUM(e.amountFen) OVER (PARTITION BY e.accountId, t.referenceType, t.referenceId ORDER BY e.accountVersion) AS heldFen
          FROM ledgerAccount a JOIN ledgerEntry e ON e.accountId = a.id JOIN ledgerTransaction t ON t.id = e.transactionId
          WHERE a.kind = ?) x WHERE amountFen < 0 AND ${broken}`,
        parameters: [kind],
      },
    ];
  });
}

/** I4: accounts whose kind the chart does not know, or knows under another rule. */
async function checkAccounts(sql: LedgerSql, chart: Chart): Promise<Finding[]> {
  const rows = await sql.query(
    `SELECT kind, folded, CASE WHEN floorFen IS NULL THEN 0 ELSE 1 END AS floored, COUNT(*) AS accounts
     FROM ledgerAccount GROUP BY kind, folded, CASE WHEN floorFen IS NULL THEN 0 ELSE 1 END`,
    [],
  );
  return rows
    .filter((row) => !agrees(chart, row))
    .map((row) => ({
      invariant: 'I4',
      message: 'accounts were created under another rule than the chart has for their kind',
      details: detailsOf(row),
    }));
}

function agrees(chart: Chart, row: SqlRow): boolean {
  const rule = ruleOf(chart, textOf(row.kind));
  if (rule === undefined || rule.folded !== (integerOf(row.folded) === 1)) return false;
  return (integerOf(row.floored) === 1) === (!rule.folded && rule.overdraftBy === undefined);
}
