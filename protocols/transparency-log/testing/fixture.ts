import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVerifierKey, signerKey, verifierKey } from '../core/key';
import { createSigner } from '../core/note';
import { parsePolicy, type WitnessPolicy } from '../core/policy';
import type { SendToWitness } from '../witness/client';
import { witnessStore } from '../witness/store';
import { createWitness, type Witness } from '../witness/witness';
import type { LogGuards, LogOptions } from '../writer/context';
import { createLogWithGuards, type TransparencyLog } from '../writer/log';
import type { LogDatabase } from '../writer/sql';
import { folderStorage, type LogStorage } from '../writer/storage';
import type { OpenTestDatabase, TestLogDatabase } from './databases';

export const ORIGIN = 'shop.example/log';
const seed = (value: number) => new Uint8Array(32).fill(value);
const logSigner = signerKey(ORIGIN, 'ed25519', seed(1));
export const LOG_KEY = verifierKey(ORIGIN, 'ed25519', logSigner.publicKey);
/** Whom the tests' verifiers believe. */
export const TRUST = { origin: ORIGIN, logKey: LOG_KEY };
/** 2026-11-01T00:00:00Z */
export const START = Date.UTC(2026, 10, 1);

/** A log with one database, one folder and as many processes as wanted. */
export interface LogFixture {
  readonly database: TestLogDatabase;
  readonly folder: string;
  readonly storage: LogStorage;
  readonly clock: { nowMs: number };
  /** One more process of the log. */
  start(options?: Partial<LogOptions>, guards?: LogGuards): { readonly log: TransparencyLog; readonly database: LogDatabase };
  close(): Promise<void>;
}

const ALL_GUARDS: LogGuards = { lockHead: true, compareHead: true, countRows: true, lockPromoters: true };

export async function logFixture(open: OpenTestDatabase): Promise<LogFixture> {
  const database = await open();
  const folder = mkdtempSync(join(tmpdir(), 'transparency-log-files-'));
  const storage = folderStorage(folder);
  const clock = { nowMs: START };
  return {
    database,
    folder,
    storage,
    clock,
    start(options = {}, guards = ALL_GUARDS) {
      const connection = database.connect();
      const base: LogOptions = {
        database: connection,
        origin: ORIGIN,
        signer: createSigner(logSigner),
        logKey: LOG_KEY,
        storage,
        now: () => clock.nowMs,
      };
      return { log: createLogWithGuards({ ...base, ...options }, guards), database: connection };
    },
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Appends entries in a transaction of their own; keys are their texts. */
export const append = (log: TransparencyLog, database: LogDatabase, texts: readonly string[]) =>
  database.transaction((sql) =>
    log.append(
      sql,
      texts.map((text) => ({ leafKey: text, entry: Buffer.from(text) })),
    ),
  );

export const texts = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => `leaf ${from + at}`);

/** Witnesses `w0`, `w1`, … with URLs `http://w0`, …, a policy that asks for all of them, and a transport that reaches them. */
export function witnessesOn(databases: readonly LogDatabase[], quorum: 'any' | 'all' = 'all') {
  const keys = databases.map((_, at) => signerKey(`w${at}.example`, 'cosignature', seed(100 + at)));
  const witnesses: Witness[] = databases.map((database, at) =>
    createWitness({
      signer: createSigner(keys[at] ?? signerKey('none', 'cosignature', seed(0)), () => START / 1000),
      logs: [{ origin: ORIGIN, key: LOG_KEY }],
      store: witnessStore(database),
    }),
  );
  const down = new Set<number>();
  const lines = keys.map((key, at) => `witness w${at} ${formatVerifierKey(key)} http://w${at}\n`);
  const parsed = parsePolicy(`${lines.join('')}group all ${quorum} ${keys.map((_, at) => `w${at}`).join(' ')}\nquorum all\n`);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const policy: WitnessPolicy = parsed.value;
  const sendToWitness: SendToWitness = async (url, body) => {
    const at = Number(/^http:\/\/w(\d+)\/add-checkpoint$/.exec(url)?.[1]);
    const witness = witnesses[at];
    if (witness === undefined || down.has(at)) throw new Error(`no answer from ${url}`);
    return witness.addCheckpoint(new TextEncoder().encode(body));
  };
  return { witnesses, policy, sendToWitness, down, keys };
}

/** A log key that signs whatever it is told: the misbehaving operator. */
export const roguePen = () => createSigner(logSigner);
