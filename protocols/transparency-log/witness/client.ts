import { toBase64 } from '../core/bytes';
import type { VerifierKey } from '../core/key';
import { type NoteSignature, parseNote, parseSignatureLines, verifyNote } from '../core/note';
import type { HashProof } from '../core/proof';
import { MAX_PROOF_HASHES } from '../core/proof-file';

/** Sends a request to a witness. Rejects when there was no answer. */
export type SendToWitness = (url: string, body: string, signal: AbortSignal) => Promise<WitnessAnswer>;

export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What became of a checkpoint at one witness. */
export type WitnessOutcome =
  | { readonly status: 'cosigned'; readonly signature: NoteSignature }
  /** It has cosigned a larger tree than we have: our database was set back, or there are two of us. */
  | { readonly status: 'ahead'; readonly size: bigint }
  /** What it has seen is no beginning of our tree. */
  | { readonly status: 'inconsistent' }
  /** No usable answer; asking again later is harmless. */
  | { readonly status: 'unreachable'; readonly reason: string };

export interface WitnessSubmission {
  readonly url: string;
  readonly key: VerifierKey;
  /** The log's signed checkpoint. */
  readonly checkpoint: string;
  readonly size: bigint;
  /** What the witness had when we last heard of it. */
  readonly lastSize: bigint;
  readonly prove: (oldSize: bigint) => Promise<HashProof>;
  readonly send: SendToWitness;
  readonly timeoutMs: number;
  /** Told whenever the witness names its size. */
  readonly onSize: (size: bigint) => void;
}

const MAX_ANSWER_CHARACTERS = 65_536;
const SIZE_TYPE = 'text/x.tlog.size';

/** Asks a witness to cosign (c2sp.org/tlog-witness, `add-checkpoint`); begins again once with the size it names. */
export async function submitCheckpoint(submission: WitnessSubmission): Promise<WitnessOutcome> {
  const { size, lastSize, onSize } = submission;
  const signal = AbortSignal.timeout(submission.timeoutMs);
  try {
    // What it had may be more than this checkpoint when another process of ours was faster; then it will say so.
    let asked = least(lastSize, size);
    let answer = await ask(submission, asked, signal);
    const named = sizeNamedBy(answer);
    if (named !== undefined && named !== asked) {
      onSize(named);
      if (named > size) return { status: 'ahead', size: named };
      asked = named;
      answer = await ask(submission, asked, signal);
    }
    return isOtherRoot(answer, asked, size) ? { status: 'inconsistent' } : read(submission, answer);
  } catch (error) {
    return { status: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}

const least = (one: bigint, other: bigint): bigint => {
  if (one < other) return one;
  return other;
};

async function ask({ url, checkpoint, prove, send }: WitnessSubmission, oldSize: bigint, signal: AbortSignal): Promise<WitnessAnswer> {
  const proof = await prove(oldSize);
  if (proof.length > MAX_PROOF_HASHES) throw new RangeError('the consistency proof is too long');
  const body = `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${checkpoint}`;
  return send(`${url.replace(/\/$/, '')}/add-checkpoint`, body, signal);
}

/** Version 1.0.0 of the protocol answers 409 to another root of the same size, later drafts 422. */
const isOtherRoot = (answer: WitnessAnswer, asked: bigint, size: bigint): boolean =>
  answer.status === 409 && asked === size && (sizeNamedBy(answer) ?? size) === size;

function sizeNamedBy({ status, contentType, body }: WitnessAnswer): bigint | undefined {
  if (status !== 409 || contentType.split(';')[0]?.trim() !== SIZE_TYPE || !/^(?:0|[1-9][0-9]{0,18})\n$/.test(body)) return undefined;
  return BigInt(body.trim());
}

function read({ key, checkpoint, size, onSize }: WitnessSubmission, answer: WitnessAnswer): WitnessOutcome {
  if (answer.status === 422) return { status: 'inconsistent' };
  if (answer.status !== 200) return { status: 'unreachable', reason: `the witness answered ${answer.status}` };
  const lines = answer.body.length > MAX_ANSWER_CHARACTERS ? undefined : parseSignatureLines(answer.body);
  const note = parseNote(checkpoint);
  if (!lines?.ok || !note.ok) return { status: 'unreachable', reason: 'the answer of the witness is not in order' };
  const signature = lines.value.find(({ name, keyId }) => name === key.name && keyId === key.keyId);
  const verified = signature && verifyNote({ text: note.value.text, signatures: [signature] }, [key]);
  if (signature === undefined || !verified?.ok) return { status: 'unreachable', reason: 'the cosignature of the witness does not hold' };
  onSize(size);
  return { status: 'cosigned', signature };
}

/** The transport of production: HTTP by `fetch`, no redirects, a bounded answer. */
export const fetchFromWitness: SendToWitness = async (url, body, signal) => {
  const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' });
  const text = await response.text();
  if (text.length > MAX_ANSWER_CHARACTERS) throw new RangeError('the answer is too long');
  return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: text };
};
