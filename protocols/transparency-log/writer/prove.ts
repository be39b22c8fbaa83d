import type { HashProof } from '../core/proof';
import { formatProofFile } from '../core/proof-file';
import { proveConsistency, proveInclusion, type ReadTile } from '../core/tile-proof';
import type { LogContext } from './context';
import { readPublication } from './head';
import { integerOf, type LogSql } from './sql';

export type LeafProof =
  /** `.tlog-proof` text, against the checkpoint in force. */
  | { readonly status: 'proven'; readonly index: bigint; readonly size: bigint; readonly file: string }
  /** Appended, and not yet in a published tree. */
  | { readonly status: 'pending' }
  | { readonly status: 'unknown' };

/** Proof for the leaf with that key; `extra` goes into the file as it is. */
export async function proveLeaf(context: LogContext, readTile: ReadTile, leafKey: string, extra?: Uint8Array): Promise<LeafProof> {
  const sql = context.database.reading;
  const index = await leafIndexOf(sql, leafKey);
  if (index === undefined) return { status: 'unknown' };
  const publication = await readPublication(sql);
  if (index === null || publication === undefined || index >= publication.size) return { status: 'pending' };
  const { size, checkpoint } = publication;
  const hashes = await proveInclusion(readTile, index, size);
  const file = formatProofFile({ ...(extra === undefined ? {} : { extra }), index, hashes, checkpoint });
  return { status: 'proven', index, size, file };
}

async function leafIndexOf(sql: LogSql, leafKey: string): Promise<bigint | null | undefined> {
  const [row] = await sql.query('SELECT leafIndex FROM logEntry WHERE leafKey = ?', [leafKey]);
  if (row === undefined) return undefined;
  return row.leafIndex === null ? null : BigInt(integerOf(row.leafIndex));
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
