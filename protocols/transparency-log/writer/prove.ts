import type { HashProof } from '../core/proof';
import { formatProofFile } from '../core/proof-file';
import { proveConsistency, proveInclusion, type ReadTile } from '../core/tile-proof';
import type { LogContext } from './context';
import { readPublication } from './head';
import { integerOf, type LogSql, queryIn, textOf } from './sql';

export type LeafProof =
  /** `.tlog-proof` text, against the checkpoint in force. */
  | { readonly status: 'proven'; readonly index: bigint; readonly size: bigint; readonly file: string }
  /** Appended, and not yet in a published tree. */
  | { readonly status: 'pending' }
  | { readonly status: 'unknown' };

/** A leaf to be proven; `extra` goes into its proof file as it is. */
export interface LeafToProve {
  readonly leafKey: string;
  readonly extra?: Uint8Array;
}

/** Proofs in the order asked, all against one checkpoint. The number of queries does not grow with leaves, but with the tiles they lie in. */
export async function proveLeaves(context: LogContext, readTile: ReadTile, leaves: readonly LeafToProve[]): Promise<LeafProof[]> {
  const sql = context.database.reading;
  const indexes = await leafIndexesOf(
    sql,
    leaves.map(({ leafKey }) => leafKey),
  );
  const publication = await readPublication(sql);
  const proofs: LeafProof[] = [];
  for (const { leafKey, extra } of leaves) {
    const index = indexes.get(leafKey);
    if (index === undefined) proofs.push({ status: 'unknown' });
    else if (index === null || publication === undefined || index >= publication.size) proofs.push({ status: 'pending' });
    else {
      const { size, checkpoint } = publication;
      const hashes = await proveInclusion(readTile, index, size);
      const file = formatProofFile({ ...(extra === undefined ? {} : { extra }), index, hashes, checkpoint });
      proofs.push({ status: 'proven', index, size, file });
    }
  }
  return proofs;
}

/** Null for a leaf that has no number yet; missing for one that was never appended. */
async function leafIndexesOf(sql: LogSql, leafKeys: readonly string[]): Promise<Map<string, bigint | null>> {
  const rows = await queryIn(sql, 'SELECT leafKey, leafIndex FROM logEntry WHERE leafKey IN', leafKeys);
  return new Map(rows.map((row) => [textOf(row.leafKey), row.leafIndex === null ? null : BigInt(integerOf(row.leafIndex))]));
}

/** What a verifier needs that kept a checkpoint of `oldSize`: the checkpoint in force and the proof between the two. */
export interface Advance {
  readonly checkpoint: string;
  readonly size: bigint;
  readonly proof: HashProof;
}

/** Undefined while nothing is published, and for an `oldSize` that is larger than what is. */
export async function proveAdvance(context: LogContext, readTile: ReadTile, oldSize: bigint): Promise<Advance | undefined> {
  const publication = await readPublication(context.database.reading);
  if (publication === undefined || oldSize < 0n || oldSize > publication.size) return undefined;
  const { size, checkpoint } = publication;
  return { checkpoint, size, proof: await proveConsistency(readTile, oldSize, size) };
}
