/**
 * Ledger: batched posting beside one transaction per database transaction, in one run, with durable settings.
 *
 *     node scripts/bundle.mjs bench/ledger.bench.ts bench/dist/ledger.js && node bench/dist/ledger.js
 *
 * SQLite always (file, WAL, synchronous=FULL); MariaDB or MySQL as well when QIANXING_TEST_MYSQL_URL names a server
 * (`node scripts/mariadb.mjs` starts one and prints its address). Every run ends with the ledger's own check.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLedger, commissionChart, createLedger, earn, type LedgerSql, type Posting } from '@qianxing/ledger';
import { inTransaction, mysqlDatabase, sqliteDatabase, type TestDatabase, type TestSession } from '@qianxing/ledger/testing';
import { bp, fen } from '@qianxing/money';

const PROMOTERS = 10_000;
const BATCH = 500;
const BATCHED_COUNT = 60_000;
const SINGLE_COUNT = 4_000;

/** Commissions of `count` order lines, promoters by turns; keys differ between the runs. */
function postings(run: string, count: number): Posting[] {
  return Array.from({ length: count }, (_, line) =>
    earn({ lineId: `${run}-${line}`, level: 1, promoterId: String(line % PROMOTERS), baseFen: fen(19_900 + line), rateBp: bp(500) }),
  ).filter((posting) => posting !== undefined);
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1000) / (performance.now() - started);
}

/** The textbook: insert the transaction, then update each account and insert each entry; the expense account is one hot row. */
async function textbookPost(sql: LedgerSql, posting: Posting): Promise<void> {
  await sql.execute('INSERT INTO plainTransaction (id, kind) VALUES (?, ?)', [posting.key, posting.kind]);
  for (const { account, amountFen } of posting.entries) {
    const id = `${account.ownerId}/${account.kind}`;
    await sql.execute('UPDATE plainAccount SET balanceFen = balanceFen + ? WHERE id = ?', [amountFen, id]);
    await sql.execute('INSERT INTO plainEntry (transactionId, accountId, amountFen) VALUES (?, ?, ?)', [posting.key, id, amountFen]);
  }
}

async function createTextbookTables(sql: LedgerSql): Promise<void> {
  await sql.execute('CREATE TABLE plainAccount (id VARCHAR(64) NOT NULL PRIMARY KEY, balanceFen BIGINT NOT NULL)', []);
  await sql.execute('CREATE TABLE plainTransaction (id VARCHAR(96) NOT NULL PRIMARY KEY, kind VARCHAR(32) NOT NULL)', []);
  await sql.execute(
    'CREATE TABLE plainEntry (transactionId VARCHAR(96) NOT NULL, accountId VARCHAR(64) NOT NULL, amountFen BIGINT NOT NULL, PRIMARY KEY (transactionId, accountId))',
    [],
  );
  const ids = ['main/commissionExpense', ...Array.from({ length: PROMOTERS }, (_, promoter) => `${promoter}/pending`)];
  for (const id of ids) await sql.execute('INSERT INTO plainAccount (id, balanceFen) VALUES (?, 0)', [id]);
}

/** Shares the work out to the sessions, which work side by side, one database transaction for each piece. */
async function share<T>(
  sessions: readonly TestSession[],
  pieces: readonly T[],
  work: (sql: LedgerSql, piece: T) => Promise<unknown>,
): Promise<void> {
  const workOff = async (session: TestSession, offset: number) => {
    for (let next = offset; next < pieces.length; next += sessions.length) {
      const piece = pieces[next];
      if (piece !== undefined) await inTransaction(session, (sql) => work(sql, piece));
    }
  };
  await Promise.all(sessions.map(workOff));
}

async function measure(name: string, database: TestDatabase, clients: number, batchers: number): Promise<void> {
  const ledger = createLedger({ chart: commissionChart });
  const sessions = await Promise.all(Array.from({ length: clients }, () => database.session()));
  const [first] = sessions;
  if (first === undefined) throw new Error('no session');
  await inTransaction(first, createTextbookTables);
  // Every account exists before anything is measured.
  for (let start = 0; start < PROMOTERS; start += BATCH)
    await inTransaction(first, (sql) => ledger.postBatch(sql, postings('warm', PROMOTERS).slice(start, start + BATCH)));

  const textbook = await perSecond(SINGLE_COUNT, () => share(sessions, postings('textbook', SINGLE_COUNT), textbookPost));
  const single = await perSecond(SINGLE_COUNT, () =>
    share(sessions, postings('single', SINGLE_COUNT), (sql, posting) => ledger.post(sql, posting)),
  );
  const all = postings('batch', BATCHED_COUNT);
  const batches = Array.from({ length: BATCHED_COUNT / BATCH }, (_, batch) => all.slice(batch * BATCH, (batch + 1) * BATCH));
  const batched = await perSecond(BATCHED_COUNT, () =>
    share(sessions.slice(0, batchers), batches, (sql, batch) => ledger.postBatch(sql, batch)),
  );
  const findings = await checkLedger(first.sql, { chart: commissionChart });

  const print = (what: string, sessionCount: number, value: number, more = '') => {
    const rate = `${Math.round(value).toLocaleString('en')}/s`;
    console.log(`  ${what.padEnd(32)} ${String(sessionCount).padStart(2)} connection(s) ${rate.padStart(10)}  ${more}`);
  };
  console.log(`${name}: transactions of 2 entries, ${PROMOTERS} promoters, one expense account`);
  print('textbook, one per commit', clients, textbook);
  print('this ledger, one per commit', clients, single);
  const ratios = `${(batched / textbook).toFixed(1)} x textbook, ${(batched / single).toFixed(1)} x one per commit`;
  print(`this ledger, ${BATCH} per commit`, batchers, batched, ratios);
  console.log(`  check: ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
const sqlite = sqliteDatabase(join(folder, 'ledger.db'));
await measure('SQLite', sqlite, 1, 1);
await sqlite.close();
rmSync(folder, { recursive: true });

const url = process.env.QIANXING_TEST_MYSQL_URL;
if (url === undefined) console.log('MariaDB: skipped, QIANXING_TEST_MYSQL_URL is not set');
else {
  const mysql = await mysqlDatabase(url);
  await measure('MariaDB', mysql, 8, 2);
  await mysql.close();
}
