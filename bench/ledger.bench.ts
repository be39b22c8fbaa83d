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

const PROMOTERS = 2_000;
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

/** Shares the postings out to the sessions, which work side by side, one database transaction for each posting. */
async function oneByOne(
  sessions: TestSession[],
  all: Posting[],
  post: (sql: LedgerSql, posting: Posting) => Promise<unknown>,
): Promise<void> {
  const work = async (session: TestSession, offset: number) => {
    for (let next = offset; next < all.length; next += sessions.length) {
      const posting = all[next];
      if (posting !== undefined) await inTransaction(session, (sql) => post(sql, posting));
    }
  };
  await Promise.all(sessions.map(work));
}

async function measure(name: string, database: TestDatabase, clients: number): Promise<void> {
  const ledger = createLedger({ chart: commissionChart });
  const sessions = await Promise.all(Array.from({ length: clients }, () => database.session()));
  const [first] = sessions;
  if (first === undefined) throw new Error('no session');
  await inTransaction(first, createTextbookTables);
  await inTransaction(first, (sql) => ledger.postBatch(sql, postings('warm', PROMOTERS)));

  const textbook = await perSecond(SINGLE_COUNT, () => oneByOne(sessions, postings('textbook', SINGLE_COUNT), textbookPost));
  const single = await perSecond(SINGLE_COUNT, () =>
    oneByOne(sessions, postings('single', SINGLE_COUNT), (sql, posting) => ledger.post(sql, posting)),
  );
  const all = postings('batch', BATCHED_COUNT);
  const batched = await perSecond(BATCHED_COUNT, async () => {
    for (let start = 0; start < all.length; start += BATCH)
      await inTransaction(first, (sql) => ledger.postBatch(sql, all.slice(start, start + BATCH)));
  });
  const findings = await checkLedger(first.sql, { chart: commissionChart });

  const rate = (value: number) => `${Math.round(value).toLocaleString('en')}/s`.padStart(12);
  console.log(`${name}: transactions posted, 2 entries each`);
  console.log(`  textbook, one per commit, ${clients} client(s)  ${rate(textbook)}`);
  console.log(`  this ledger, one per commit, ${clients} client(s) ${rate(single)}`);
  console.log(
    `  this ledger, ${BATCH} per commit, 1 client   ${rate(batched)}   ${(batched / textbook).toFixed(1)} x textbook, ${(batched / single).toFixed(1)} x one by one`,
  );
  console.log(`  check: ${findings.length} findings`);
  if (findings.length > 0 || batched < 5_000) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
const sqlite = sqliteDatabase(join(folder, 'ledger.db'));
await measure('SQLite', sqlite, 1);
await sqlite.close();
rmSync(folder, { recursive: true });

const url = process.env.QIANXING_TEST_MYSQL_URL;
if (url === undefined) console.log('MariaDB: skipped, QIANXING_TEST_MYSQL_URL is not set');
else {
  const mysql = await mysqlDatabase(url);
  await measure('MariaDB', mysql, 8);
  await mysql.close();
}
