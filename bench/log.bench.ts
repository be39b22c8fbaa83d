/**
 * Transparency log: entries appended, sequenced, signed and published as tiles, in batches, beside a naive log that does all of it for every
 * entry by itself, in one run, with durable settings.
 *
 *     node scripts/bundle.mjs bench/log.bench.ts bench/dist/log.js && node bench/dist/log.js
 *
 * SQLite always (file, WAL, synchronous=FULL); MariaDB or MySQL as well when QIANXING_TEST_MYSQL_URL names a server
 * (`node scripts/mariadb.mjs` starts one and prints its address). Every run ends with the log's own audit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, createSigner, folderStorage, type LogDatabase, signerKey, type TransparencyLog } from '@qianxing/transparency-log';
import { openMysqlForTests, openSqliteForTests, type TestLogDatabase } from '@qianxing/transparency-log/testing';

const ENTRIES = 100_000;
/** Entries that one business transaction appends; a group commit has hundreds. */
const APPENDED_AT_ONCE = 500;
const NAIVE_ENTRIES = 300;
const RECORDS = 20_000;
const PROMOTERS = 2_000;
const PROOFS = 2_000;

const ORIGIN = 'bench.example/log';
const key = signerKey(ORIGIN, 'ed25519', new Uint8Array(32).fill(1));

interface Run {
  readonly log: TransparencyLog;
  readonly database: LogDatabase;
  close(): Promise<void>;
}

async function startLog(open: () => Promise<TestLogDatabase>, batchSize?: number): Promise<Run> {
  const opened = await open();
  const folder = mkdtempSync(join(tmpdir(), 'log-bench-'));
  const database = opened.connect();
  const options = { database, origin: ORIGIN, signer: createSigner(key), logKey: key, storage: folderStorage(folder) };
  return {
    log: createLog({ ...options, ...(batchSize === undefined ? {} : { batchSize }) }),
    database,
    async close() {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** 33 bytes, as a commitment has. */
const leaf = (run: string, at: number) => ({ leafKey: `${run}:${at}`, entry: Buffer.from(`${run}:${at}`.padEnd(33)) });

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - started);
}

/** Every entry: a transaction that appends, one that sequences and signs, and a publication. */
const naive = ({ log, database }: Run) =>
  perSecond(NAIVE_ENTRIES, async () => {
    for (let at = 0; at < NAIVE_ENTRIES; at += 1) {
      await database.transaction((sql) => log.append(sql, [leaf('naive', at)]));
      await log.tick();
    }
  });

/** Appending and sequencing go on at the same time, as they do in production; all of it is published when the clock stops. */
const batched = ({ log, database }: Run) =>
  perSecond(ENTRIES, async () => {
    let isAppending = true;
    const append = async () => {
      for (let from = 0; from < ENTRIES; from += APPENDED_AT_ONCE)
        await database.transaction((sql) =>
          log.append(
            sql,
            Array.from({ length: APPENDED_AT_ONCE }, (_, at) => leaf('batched', from + at)),
          ),
        );
      isAppending = false;
    };
    const publish = async () => {
      while (isAppending || (await log.state()).publishedSize < BigInt(ENTRIES)) {
        const outcome = await log.tick();
        if (outcome.status !== 'done') throw new Error(outcome.status);
        if (outcome.sequenced === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await Promise.all([append(), publish()]);
  });

/** The same with account records: chains locked and extended, salts and commitments computed. */
const recorded = ({ log, database }: Run) =>
  perSecond(RECORDS, async () => {
    for (let from = 0; from < RECORDS; from += 200) {
      const records = Array.from({ length: 200 }, (_, at) => ({
        promoterId: String((from + at) % PROMOTERS),
        recordId: `earn:${from + at}:1`,
        kind: 'earn',
        amountFen: 1_990,
        at: from + at,
        details: { base: 19_900, rateBp: 1_000 },
        pseudonyms: { line: String(from + at) },
      }));
      await database.transaction((sql) => log.appendRecords(sql, records));
    }
    await log.tick();
  });

const proofs = ({ log }: Run) =>
  perSecond(PROOFS, async () => {
    for (let at = 0; at < PROOFS; at += 1) {
      const proof = await log.proofFor(`batched:${(at * 7_919) % ENTRIES}`);
      if (proof.status !== 'proven') throw new Error(proof.status);
    }
  });

async function measure(name: string, open: () => Promise<TestLogDatabase>): Promise<void> {
  const print = (what: string, value: number, more = '') =>
    console.log(`  ${what.padEnd(58)} ${`${Math.round(value).toLocaleString('en')}/s`.padStart(10)}  ${more}`);
  console.log(`${name}: entries of 33 bytes, durable, signed, tiled to files with fsync`);
  const small = await startLog(open);
  const alone = await naive(small);
  print('naive: one entry per transaction, signature and publication', alone);
  await small.close();
  const large = await startLog(open);
  const together = await batched(large);
  print(`this log: ${APPENDED_AT_ONCE} per commit, batches of up to 2,000`, together, `${(together / alone).toFixed(0)} x naive`);
  print('account records with chain and commitment', await recorded(large));
  print('proofs by key, out of the whole tree', await proofs(large));
  const findings = await large.log.audit();
  console.log(`  audit: ${findings.length} findings over ${(await large.log.state()).size} entries`);
  if (findings.length > 0) process.exitCode = 1;
  await large.close();
}

await measure('SQLite', openSqliteForTests);
const url = process.env.QIANXING_TEST_MYSQL_URL;
if (url === undefined) console.log('MariaDB: skipped, QIANXING_TEST_MYSQL_URL is not set');
else await measure('MariaDB', () => openMysqlForTests(url));
