/**
 * The verifier alone: no input or output, no clock, nothing of Node. Runs in browsers and mini programs. Its imports are `core/` and two
 * packages, `@noble/hashes` and `@noble/ed25519`.
 */
export { type ProvenRecord, verifyAccount, verifyAdvance, verifyEntryProof, verifyRecordProof } from './core/account';
export { equalBytes, fromBase64, toBase64, toHex } from './core/bytes';
export { type Checkpoint, formatCheckpoint, type OpenedCheckpoint, openCheckpoint, parseCheckpoint, type Trust } from './core/checkpoint';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './core/hash';
export {
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  type KeyAlgorithm,
  parseSignerKey,
  parseVerifierKey,
  type SignerKey,
  signerKey,
  type VerifierKey,
  verifierKey,
} from './core/key';
export {
  createSigner,
  formatNote,
  type Note,
  type NoteSignature,
  parseNote,
  type Signer,
  type VerifiedSignature,
  verifyNote,
} from './core/note';
export type { Checked, Fault, FaultCode } from './core/outcome';
export { consistencyPath, coveringSubtrees, inclusionPath, subtreeConsistencyPath } from './core/path';
export { isSatisfied, type PolicyGroup, type PolicyLog, type PolicyWitness, parsePolicy, type WitnessPolicy } from './core/policy';
export {
  type HashProof,
  isSubtree,
  type LeafRange,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from './core/proof';
export { formatProofFile, type ProofFile, parseProofFile } from './core/proof-file';
export {
  type AccountRecord,
  commitmentName,
  commitTo,
  encodeRecord,
  followRecords,
  type OpenedRecord,
  openingOf,
  openRecord,
  parseRecord,
  pseudonymFor,
  type RecordChain,
  recordSalt,
} from './core/record';
export {
  entriesPath,
  formatBundle,
  type LogFile,
  newTiles,
  parseBundle,
  parseLogPath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tileWidth,
} from './core/tile';
export { hashRanges, proveConsistency, proveInclusion, type ReadTile, rootFromTiles } from './core/tile-proof';
export { appendLeaves, type CompactRange, type CompleteNode, EMPTY_RANGE, rangeRoot } from './core/tree';
