import { createHash } from 'node:crypto';
import { equalBytes, fromBase64, fromDecimal, fromUtf8 } from '../core/bytes';
import { type Checkpoint, openCheckpoint } from '../core/checkpoint';
import { EMPTY_ROOT, isHash } from '../core/hash';
import type { VerifierKey } from '../core/key';
import { formatNote, formatSignatures, type Signer } from '../core/note';
import { type HashProof, verifyConsistency } from '../core/proof';
import { MAX_PROOF_HASHES } from '../core/proof-file';
import type { WitnessAnswer } from './client';
import type { WitnessStore } from './store';

/** A log that the witness watches. */
export interface WatchedLog {
  readonly origin: string;
  readonly key: VerifierKey;
}

export interface WitnessOptions {
  /** Signs cosignatures with a key that no log has. */
  readonly signer: Signer;
  readonly logs: readonly WatchedLog[];
  readonly store: WitnessStore;
}

export interface Witness {
  /** `POST /add-checkpoint`, body and answer as c2sp.org/tlog-witness says. */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
  /** `GET /<hex SHA-256 of the origin>/checkpoint`: the last checkpoint cosigned, or 404. */
  latestCheckpoint(originHash: string): Promise<WitnessAnswer>;
}

const TEXT = 'text/plain; charset=utf-8';
const SIZE_TYPE = 'text/x.tlog.size';

const answer = (status: number, body: string, contentType = TEXT): WitnessAnswer => ({ status, contentType, body });

/** Remembers for each log the largest tree it saw and cosigns only what continues it. */
export function createWitness({ signer, logs, store }: WitnessOptions): Witness {
  if (signer.algorithm !== 'cosignature') throw new RangeError('a witness signs cosignatures');
  return {
    async addCheckpoint(body) {
      const request = parseRequest(body);
      if (request === undefined) return answer(400, 'the request is not in order\n');
      const log = logs.find(({ origin }) => origin === request.origin);
      if (log === undefined) return answer(404, 'this witness does not watch the log\n');
      const opened = openCheckpoint(request.checkpoint, { origin: log.origin, logKey: log.key });
      if (!opened.ok) {
        const isUnsigned = opened.fault.code === 'notSigned' || opened.fault.code === 'badSignature';
        return answer(isUnsigned ? 403 : 400, `${opened.fault.message}\n`);
      }
      if (request.oldSize > opened.value.size) return answer(400, 'the old size is larger than the checkpoint\n');
      const latest = await store.latest(log.origin);
      const latestSize = latest?.size ?? 0n;
      if (latestSize !== request.oldSize) return conflict(latestSize);
      if (!continues(latest, opened.value, request.proof))
        return answer(422, 'the proof does not lead from the tree seen before to this one\n');
      const { size, root, note } = opened.value;
      // Cosigned before it is stored so that what is shown publicly carries the cosignature; it leaves only after it is stored.
      const cosignature = formatSignatures([signer.sign(note.text)]);
      // Anybody may have added signature lines to what the log signed: only the log's own is kept.
      const own = note.signatures.filter(({ name, keyId }) => name === log.key.name && keyId === log.key.keyId);
      const state = { size, root, note: `${formatNote({ text: note.text, signatures: own })}${cosignature}` };
      if (!(await store.advance(log.origin, latest, state))) return conflict((await store.latest(log.origin))?.size ?? 0n);
      return answer(200, cosignature);
    },
    async latestCheckpoint(originHash) {
      const log = logs.find(({ origin }) => originHashOf(origin) === originHash);
      const latest = log && (await store.latest(log.origin));
      return latest ? answer(200, latest.note) : answer(404, 'nothing seen\n');
    },
  };
}

const originHashOf = (origin: string) => createHash('sha256').update(origin).digest('hex');

const conflict = (size: bigint): WitnessAnswer => answer(409, `${size}\n`, SIZE_TYPE);

function continues(latest: { readonly size: bigint; readonly root: Uint8Array } | undefined, next: Checkpoint, proof: HashProof): boolean {
  const size = latest?.size ?? 0n;
  if (next.size === 0n && !equalBytes(next.root, EMPTY_ROOT)) return false;
  if (size === 0n) return proof.length === 0;
  return verifyConsistency(size, next.size, latest?.root ?? EMPTY_ROOT, next.root, proof);
}

interface AddCheckpoint {
  readonly oldSize: bigint;
  readonly proof: HashProof;
  readonly checkpoint: string;
  readonly origin: string;
}

function parseRequest(body: Uint8Array): AddCheckpoint | undefined {
  const text = fromUtf8(body);
  const split = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || split < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const oldSize = fromDecimal(/^old (.*)$/u.exec(first)?.[1] ?? '');
  const proof = lines.map(fromBase64).filter((hash) => hash !== undefined && isHash(hash));
  if (oldSize === undefined || lines.length > MAX_PROOF_HASHES || proof.length !== lines.length) return undefined;
  const checkpoint = text.slice(split + 2);
  const origin = checkpoint.slice(0, checkpoint.indexOf('\n'));
  return { oldSize, proof: proof.filter((hash) => hash !== undefined), checkpoint, origin };
}
