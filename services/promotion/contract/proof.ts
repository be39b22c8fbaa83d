import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, FenAmount, Id, Nullable, OneOf, PageQuery, Type } from '@qianxing/http/schemas';

/** As the ledger names its transactions: a ULID. */
const RecordId = Type.String({ pattern: '^[0-9A-Za-z]{26}$' });
/** Number of leaves of a tree, decimal. */
const TreeSize = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const PromoterRecord = Closed({
  recordId: RecordId,
  /** Running number of my records, from 1. */
  recordNumber: Type.Integer({ minimum: 1 }),
  /** `waiting`: written, and not yet in a published checkpoint. */
  status: OneOf('proven', 'waiting'),
  /** Proof file (c2sp.org/tlog-proof) with salt and record in its `extra`; null while it waits. */
  proof: Nullable(Type.String()),
  commissionId: Nullable(Id),
  withdrawalId: Nullable(Id),
});

export const proofContract = defineContract({
  transparencyLog: {
    method: 'GET',
    path: '/api/v1/transparency-log',
    access: 'public',
    summary: 'Name and key of the transparency log, for whoever verifies it; its files are below /log/',
    response: Closed({
      /** Name of the log, the first line of its checkpoints. */
      origin: Type.String(),
      /** Pin it: `name+hex8+base64` (c2sp.org/signed-note). */
      verifierKey: Type.String(),
      /** Which witnesses cosign each checkpoint (c2sp.org/tlog-policy); null without witnesses. */
      policy: Nullable(Type.String()),
      /** The checkpoint in force; null before the first. */
      checkpoint: Nullable(Type.String()),
    }),
  },
  logConsistency: {
    method: 'GET',
    path: '/api/v1/transparency-log/consistency',
    access: 'public',
    summary: 'Proof that the tree of `to` leaves begins with that of `from` leaves (RFC 9162 §2.1.4)',
    perMinute: 600,
    query: Closed({ from: TreeSize, to: TreeSize }),
    response: Closed({ hashes: Type.Array(Type.String()) }),
  },
  promoterRecords: {
    method: 'GET',
    path: '/api/v1/promoter/records',
    access: 'member',
    summary: 'My records in the transparency log, oldest first, each with its proof file',
    perMinute: 120,
    query: Closed({ ...PageQuery }),
    response: Closed({
      items: Type.Array(PromoterRecord),
      nextCursor: Nullable(Type.String()),
      recordCount: Count,
      /** False while movements from before the log are still being recorded. */
      complete: Type.Boolean(),
      /** Balances as my account page shows them, to compare with what the records come to. */
      balances: Closed({ pendingFen: FenAmount, availableFen: FenAmount, reservedFen: FenAmount }),
    }),
  },
  recordProofFile: {
    method: 'GET',
    path: '/api/v1/promoter/records/:recordId/proof',
    access: 'member',
    summary: 'Proof file of one of my records, `.tlog-proof`',
    params: Closed({ recordId: RecordId }),
    produces: 'text/plain',
    perMinute: 120,
  },
  logFile: {
    method: 'GET',
    path: '/log/*',
    access: 'public',
    summary: 'Checkpoint, tiles and entry bundles of the transparency log (c2sp.org/tlog-tiles)',
    params: Closed({ '*': Type.String({ maxLength: 100 }) }),
    produces: 'application/octet-stream',
    perMinute: 6_000,
  },
});
