import { verifyAdvance } from '../core/account';
import { fromUtf8 } from '../core/bytes';
import { type OpenedCheckpoint, openCheckpoint, type Trust } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { accepted, type Checked, refused } from '../core/outcome';
import { verifyInclusion } from '../core/proof';
import { formatProofFile } from '../core/proof-file';
import { TILE_WIDTH, tileWidth } from '../core/tile';
import { proveConsistency, proveInclusion } from '../core/tile-proof';
import { type LogSource, MissingFileError, readBundle, readCheckpoint, sourceTiles } from './source';

/** A log as somebody else finds it: its checkpoint, verified, and the text of it. */
export interface FoundCheckpoint {
  readonly opened: OpenedCheckpoint;
  readonly text: string;
}

export async function findCheckpoint(source: LogSource, trust: Trust): Promise<Checked<FoundCheckpoint>> {
  const bytes = await readCheckpoint(source);
  const text = bytes && fromUtf8(bytes);
  if (text === undefined) return refused('missing', `${source.name} has no checkpoint`);
  const opened = openCheckpoint(text, trust);
  return opened.ok ? accepted({ opened: opened.value, text }) : opened;
}

/** Makes a proof file for a leaf from nothing but the published files, and verifies it. */
export async function proveFromSource(source: LogSource, index: bigint, trust: Trust): Promise<Checked<string>> {
  const found = await findCheckpoint(source, trust);
  if (!found.ok) return found;
  const { size, root } = found.value.opened;
  if (index < 0n || index >= size) return refused('missing', `the log has ${size} leaves, counted from 0`);
  return orMissing(async () => {
    const bundle = index / BigInt(TILE_WIDTH);
    const entries = await readBundle(source, bundle, tileWidth(size, 0, bundle));
    const entry = entries[Number(index % BigInt(TILE_WIDTH))];
    const hashes = await proveInclusion(sourceTiles(source), index, size);
    if (entry === undefined || !verifyInclusion(index, size, leafHash(entry), hashes, root))
      return refused('badProof', 'the tiles do not lead from the entry to the root');
    return accepted(formatProofFile({ index, hashes, checkpoint: found.value.text }));
  });
}

/** Whether a log, as it is now, begins with a checkpoint that was kept. */
export async function verifyAdvanceFromSource(kept: OpenedCheckpoint, source: LogSource, trust: Trust): Promise<Checked<OpenedCheckpoint>> {
  const found = await findCheckpoint(source, trust);
  if (!found.ok) return found;
  const next = found.value.opened;
  if (kept.size >= next.size) return verifyAdvance(kept, next, []);
  return orMissing(async () => verifyAdvance(kept, next, await proveConsistency(sourceTiles(source), kept.size, next.size)));
}

async function orMissing<T>(work: () => Promise<Checked<T>>): Promise<Checked<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MissingFileError) return refused('missing', error.message);
    throw error;
  }
}
