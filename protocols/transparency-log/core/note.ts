import { sign, verify } from '@noble/ed25519';
import { bigEndian, concatBytes, fromBase64, fromBigEndian, fromUtf8, isWellFormed, toBase64, utf8 } from './bytes';
import { isKeyName, type KeyAlgorithm, type SignerKey, type VerifierKey } from './key';
import { accepted, type Checked, refused } from './outcome';

/** A note as it stands there, nothing verified (c2sp.org/signed-note). */
export interface Note {
  /** Everything that is signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** Without the key id. */
  readonly bytes: Uint8Array;
}

/** A signature that holds. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** When the cosigner says it signed, in Unix seconds; cosignatures only. */
  readonly timeSeconds?: bigint;
}

/** More signatures than anybody needs; golang.org/x/mod has the same limit. */
const MAX_SIGNATURES = 100;
const MAX_NOTE_BYTES = 1_000_000;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** More than this is no time of ours (year 10889), and fits a safe integer. */
const MAX_TIME_SECONDS = 1n << 48n;

/** Takes a note apart. Bytes must be UTF-8. */
export function parseNote(input: string | Uint8Array): Checked<Note> {
  if (input.length > MAX_NOTE_BYTES) return refused('malformed', 'the note is too long');
  const whole = typeof input === 'string' ? input : fromUtf8(input);
  if (whole === undefined || !isWellFormed(whole)) return refused('malformed', 'the note is not UTF-8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0009\u000b-\u001f]/u.test(whole)) return refused('malformed', 'the note has a control character');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) return refused('malformed', 'the note has no signatures');
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return refused('malformed', 'the note has too many signatures');
  const signatures = lines.map(parseSignature);
  if (!signatures.every((signature) => signature !== undefined)) return refused('malformed', 'a signature line is not in order');
  return accepted({ text: whole.slice(0, split + 1), signatures });
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: Number(fromBigEndian(bytes.subarray(0, KEY_ID_BYTES))), bytes: bytes.slice(KEY_ID_BYTES) };
}

const formatSignature = ({ name, keyId, bytes }: NoteSignature): string =>
  `— ${name} ${toBase64(concatBytes(bigEndian(BigInt(keyId), KEY_ID_BYTES), bytes))}\n`;

/** Reads lines as a witness answers them. */
export function parseSignatureLines(text: string): Checked<readonly NoteSignature[]> {
  if (!text.endsWith('\n')) return refused('malformed', 'a signature line ends in a newline');
  const signatures = text.slice(0, -1).split('\n').map(parseSignature);
  if (signatures.length > MAX_SIGNATURES || !signatures.every((signature) => signature !== undefined))
    return refused('malformed', 'a signature line is not in order');
  return accepted(signatures);
}

export const formatSignatures = (signatures: readonly NoteSignature[]): string => signatures.map(formatSignature).join('');

/** @throws RangeError when the text cannot be a note. */
export function formatNote({ text, signatures }: Note): string {
  const written = `${text}\n${formatSignatures(signatures)}`;
  const parsed = parseNote(written);
  if (!parsed.ok || parsed.value.text !== text)
    throw new RangeError(`not a text for a note${parsed.ok ? '' : `: ${parsed.fault.message}`}`);
  return written;
}

/**
 * Finds the signatures of known keys. Signatures of others are ignored; if one in the name of a known key is wrong, the whole note is
 * refused, and so is a note without any known signature.
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): Checked<readonly VerifiedSignature[]> {
  const verified: VerifiedSignature[] = [];
  for (const signature of note.signatures) {
    const matching = keys.filter(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    if (matching.length > 1) return refused('malformed', `two known keys are called ${signature.name} with one id`);
    const [key] = matching;
    if (key === undefined || verified.some((earlier) => earlier.key === key)) continue;
    const found = verifySignature(note.text, signature, key);
    if (found === undefined) return refused('badSignature', `the signature of ${key.name} is wrong`);
    verified.push(found);
  }
  return verified.length > 0 ? accepted(verified) : refused('notSigned', 'no known key signed the note');
}

function verifySignature(text: string, { bytes }: NoteSignature, key: VerifierKey): VerifiedSignature | undefined {
  switch (key.algorithm) {
    case 'ed25519':
      return holds(bytes, utf8(text), key) ? { key } : undefined;
    case 'cosignature': {
      if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
      const timeSeconds = fromBigEndian(bytes.subarray(0, TIME_BYTES));
      if (timeSeconds > MAX_TIME_SECONDS) return undefined;
      return holds(bytes.subarray(TIME_BYTES), cosignedMessage(text, timeSeconds), key) ? { key, timeSeconds } : undefined;
    }
    default:
      return key.algorithm satisfies never;
  }
}

function holds(signature: Uint8Array, message: Uint8Array, { publicKey }: VerifierKey): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // the public key is no point of the curve
  }
}

/** What a cosigner signs (c2sp.org/tlog-cosignature): a header with the time, then the whole text of the note. */
const cosignedMessage = (text: string, timeSeconds: bigint): Uint8Array => utf8(`cosignature/v1\ntime ${timeSeconds}\n${text}`);

/** Signs texts of notes. `createSigner` holds the key in memory; a host with a key device brings its own, which must not wait for a network. */
export interface Signer {
  readonly name: string;
  readonly keyId: number;
  readonly algorithm: KeyAlgorithm;
  sign(text: string): NoteSignature;
}

/** @param nowSeconds the cosigner's clock, Unix seconds; a log's signature has no time. */
export function createSigner(key: SignerKey, nowSeconds: () => number = () => Math.floor(Date.now() / 1000)): Signer {
  const { name, keyId, algorithm, seed } = key;
  const signature = (text: string): Uint8Array => {
    if (algorithm === 'ed25519') return sign(utf8(text), seed);
    const timeSeconds = BigInt(nowSeconds());
    return concatBytes(bigEndian(timeSeconds, TIME_BYTES), sign(cosignedMessage(text, timeSeconds), seed));
  };
  return { name, keyId, algorithm, sign: (text) => ({ name, keyId, bytes: signature(text) }) };
}
