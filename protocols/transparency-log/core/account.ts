import { equalBytes } from './bytes';
import { type OpenedCheckpoint, openCheckpoint, type Trust } from './checkpoint';
import { leafHash } from './hash';
import { accepted, type Checked, refused } from './outcome';
import { type HashProof, verifyConsistency, verifyInclusion } from './proof';
import { parseProofFile } from './proof-file';
import { followRecords, type OpenedRecord, openRecord, type RecordChain } from './record';

/** A record that is proven to be in the log. */
export interface ProvenRecord extends OpenedRecord {
  /** Number of its leaf. */
  readonly index: bigint;
  readonly checkpoint: OpenedCheckpoint;
}

/**
 * Verifies a promoter's proof file from end to end: record → commitment → leaf → root → checkpoint of the pinned log, cosigned as the
 * policy asks.
 */
export function verifyRecordProof(proofText: string, trust: Trust): Checked<ProvenRecord> {
  return proveRecord(proofText, (text) => openCheckpoint(text, trust));
}

function proveRecord(proofText: string, open: (checkpointText: string) => Checked<OpenedCheckpoint>): Checked<ProvenRecord> {
  const file = parseProofFile(proofText);
  if (!file.ok) return file;
  const { extra, index, hashes } = file.value;
  if (extra === undefined) return refused('badRecord', 'the proof carries no record');
  const opened = openRecord(extra);
  if (!opened.ok) return opened;
  const checkpoint = open(file.value.checkpoint);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  return verifyInclusion(index, size, leafHash(opened.value.commitment), hashes, root)
    ? accepted({ ...opened.value, index, checkpoint: checkpoint.value })
    : refused('badProof', 'the proof does not lead from the record to the root');
}

/** Verifies one entry of any log, whatever it means. */
export function verifyEntryProof(proofText: string, entry: Uint8Array, trust: Trust): Checked<OpenedCheckpoint> {
  const file = parseProofFile(proofText);
  if (!file.ok) return file;
  const checkpoint = openCheckpoint(file.value.checkpoint, trust);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  return verifyInclusion(file.value.index, size, leafHash(entry), file.value.hashes, root)
    ? checkpoint
    : refused('badProof', 'the proof does not lead from the entry to the root');
}

/** All records of one account, proven and without a gap. The amounts' being right is another question: recompute them from base and rate. */
export function verifyAccount(
  proofTexts: readonly string[],
  trust: Trust,
): Checked<RecordChain & { readonly records: readonly ProvenRecord[] }> {
  const records: ProvenRecord[] = [];
  // Signatures cost more than everything else, and most files carry the same checkpoint.
  const checkpoints = new Map<string, Checked<OpenedCheckpoint>>();
  const open = (text: string) => {
    const checkpoint = checkpoints.get(text) ?? openCheckpoint(text, trust);
    checkpoints.set(text, checkpoint);
    return checkpoint;
  };
  for (const proofText of proofTexts) {
    const proven = proveRecord(proofText, open);
    if (!proven.ok) return proven;
    const before = records.at(-1);
    if (before !== undefined && before.index >= proven.value.index)
      return refused('badRecord', `record ${proven.value.record.n} stands before the one it follows`);
    records.push(proven.value);
  }
  const chain = followRecords(records);
  return chain.ok ? accepted({ ...chain.value, records }) : chain;
}

/**
 * Compares a new checkpoint with the one that the verifier kept. `inconsistent` with equal sizes is proof of fraud: two notes of one log
 * that contradict each other. `proof` may be empty where none is needed.
 */
export function verifyAdvance(kept: OpenedCheckpoint, next: OpenedCheckpoint, proof: HashProof): Checked<OpenedCheckpoint> {
  if (kept.origin !== next.origin) return refused('wrongOrigin', `this is a checkpoint of ${next.origin}`);
  if (kept.size === next.size)
    return equalBytes(kept.root, next.root)
      ? accepted(next)
      : refused('inconsistent', `two checkpoints of size ${next.size} with different roots are signed by ${next.origin}`);
  if (next.size < kept.size) return refused('rolledBack', `the log had ${kept.size} leaves before and shows ${next.size} now`);
  if (kept.size === 0n || verifyConsistency(kept.size, next.size, kept.root, next.root, proof)) return accepted(next);
  return refused('badProof', `nothing shows that the tree of ${next.size} leaves begins with the ${kept.size} seen before`);
}
