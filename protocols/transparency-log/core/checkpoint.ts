import { fromBase64, fromDecimal, isUint64, toBase64 } from './bytes';
import { isHash } from './hash';
import type { VerifierKey } from './key';
import { type Note, parseNote, type VerifiedSignature, verifyNote } from './note';
import { accepted, type Checked, refused } from './outcome';
import { isSatisfied, type WitnessPolicy } from './policy';

/** What a log says it is (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  /** Number of leaves. */
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A checkpoint whose signatures hold, and the note that says so. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly note: Note;
  /** Names of the witnesses of the policy that cosigned, with the time they name. */
  readonly witnesses: readonly { readonly name: string; readonly timeSeconds: bigint }[];
}

/** Whom a verifier believes. Pinned with the verifier, never taken from the log. */
export interface Trust {
  readonly origin: string;
  readonly logKey: VerifierKey;
  /** Which witnesses must have cosigned; none when absent. */
  readonly policy?: WitnessPolicy;
}

/** @throws RangeError on anything that is no checkpoint. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!isUint64(size) || !isHash(root)) throw new RangeError('a checkpoint has a size of 64 bits and a root of 32 bytes');
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  if (!parseCheckpoint(text).ok) throw new RangeError(`not an origin: ${origin}`);
  return text;
}

/** Reads the text of a checkpoint. Extension lines are refused: they are not recommended, and we would vouch for what we cannot read. */
export function parseCheckpoint(text: string): Checked<Checkpoint> {
  const lines = text.split('\n');
  const [origin, sizeText, rootText, end] = lines;
  if (lines.length !== 4 || end !== '' || !origin || sizeText === undefined || rootText === undefined)
    return refused('malformed', 'a checkpoint has three lines: origin, size, root');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/u.test(origin)) return refused('malformed', 'the origin has a control character');
  const size = fromDecimal(sizeText);
  const root = fromBase64(rootText);
  if (size === undefined) return refused('malformed', 'the size is not a decimal number of 64 bits');
  if (root === undefined || !isHash(root)) return refused('malformed', 'the root is not a hash of 32 bytes');
  return accepted({ origin, size, root });
}

/** Reads a signed checkpoint and verifies the log's signature with the pinned key, the origin, and the quorum of witnesses. */
export function openCheckpoint(input: string | Uint8Array, trust: Trust): Checked<OpenedCheckpoint> {
  const note = parseNote(input);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== trust.origin) return refused('wrongOrigin', `this is a checkpoint of ${checkpoint.value.origin}`);
  const policy = trust.policy;
  const verified = verifyNote(note.value, [trust.logKey, ...(policy?.witnesses.map(({ key }) => key) ?? [])]);
  if (!verified.ok) return verified;
  if (!verified.value.some(({ key }) => key === trust.logKey)) return refused('notSigned', 'the log itself did not sign the checkpoint');
  const witnesses = cosigners(policy, verified.value);
  if (policy && !isSatisfied(policy, new Set(witnesses.map(({ name }) => name))))
    return refused('quorumMissing', 'too few of the witnesses that the policy asks for cosigned');
  return accepted({ ...checkpoint.value, note: note.value, witnesses });
}

function cosigners(policy: WitnessPolicy | undefined, verified: readonly VerifiedSignature[]): OpenedCheckpoint['witnesses'] {
  return (policy?.witnesses ?? []).flatMap(({ name, key }) => {
    const timeSeconds = verified.find((signature) => signature.key === key)?.timeSeconds;
    return timeSeconds === undefined ? [] : [{ name, timeSeconds }];
  });
}
