import { hkdfSync } from 'node:crypto';
import type { KeyRing } from '@qianxing/auth';
import type { Database, Dialect, Query } from '@qianxing/database';
import type { Clock } from '@qianxing/time';
import {
  createLog,
  createSigner,
  folderStorage,
  formatVerifierKey,
  type LogSql,
  type SqlRow,
  signerKey,
  type TransparencyLog,
  verifierKey,
  type WitnessPolicy,
} from '@qianxing/transparency-log';
import { CompiledQuery } from 'kysely';

/** What makes the log this one. Name and key are what verifiers pin: neither may change once something is published. */
export interface LogSettings {
  /** Name of the log: its address without schema and trailing slash, for example `shop.example/log`. */
  readonly origin: string;
  /** The key that signs checkpoints is derived from the current one. */
  readonly keys: KeyRing;
  /** Folder of the published files. */
  readonly folder: string;
  /** Witnesses whose cosignatures a checkpoint needs, as a policy file (c2sp.org/tlog-policy). */
  readonly policy: { readonly text: string; readonly policy: WitnessPolicy } | null;
}

/** The log with what a verifier has to know of it. */
export interface ProofLog {
  readonly log: TransparencyLog;
  readonly origin: string;
  /** `name+hex8+base64`, the form that every verifier of the C2SP formats reads. */
  readonly verifierKey: string;
  readonly policyText: string | null;
}

const ED25519_SEED_BYTES = 32;

export function createProofLog(database: Database, clock: Clock, settings: LogSettings): ProofLog {
  const { origin, keys, folder, policy } = settings;
  const seed = new Uint8Array(hkdfSync('sha256', keys.current.secret, '', 'transparency-log/ed25519', ED25519_SEED_BYTES));
  const signer = signerKey(origin, 'ed25519', seed);
  const logKey = verifierKey(origin, 'ed25519', signer.publicKey);
  const log = createLog({
    database: {
      reading: logSql(database.query, database.dialect),
      transaction: (work) => database.transaction((transaction) => work(logSql(transaction, database.dialect))),
    },
    origin,
    signer: createSigner(signer),
    logKey,
    storage: folderStorage(folder),
    now: clock.now,
    ...(policy === null ? {} : { policy: policy.policy }),
  });
  return { log, origin, verifierKey: formatVerifierKey(logKey), policyText: policy?.text ?? null };
}

/** The log's port over a query handle of ours; inside a transaction everything it does is part of that transaction. */
export function logSql(query: Query, dialect: Dialect): LogSql {
  return {
    dialect,
    query: async (statement, parameters) => (await query.executeQuery<SqlRow>(CompiledQuery.raw(statement, [...parameters]))).rows,
    execute: async (statement, parameters) => {
      const { numAffectedRows } = await query.executeQuery(CompiledQuery.raw(statement, [...parameters]));
      return { affectedRows: Number(numAffectedRows ?? 0n) };
    },
  };
}

/** What waits on its way into the published tree. */
export async function logLag(log: TransparencyLog, nowMs: number) {
  const { waiting, oldestWaitingAt, size, publishedSize } = await log.state();
  return {
    waitingRecords: waiting,
    oldestWaitingMs: oldestWaitingAt === undefined ? 0 : Math.max(0, nowMs - oldestWaitingAt),
    unpublishedLeaves: Number(size - publishedSize),
  };
}
