import { getPublicKey, hashes } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, fromBase64, fromBigEndian, isWellFormed, toBase64, utf8 } from './bytes';
import { accepted, type Checked, refused } from './outcome';

hashes.sha512 = sha512;

/**
 * Signature algorithms by their type byte (c2sp.org/signed-note): `ed25519` is what a log signs with, `cosignature` is the timestamped
 * Ed25519 cosignature of a witness (c2sp.org/tlog-cosignature). ML-DSA-44 (0x06) is a release candidate and not supported.
 */
export type KeyAlgorithm = 'ed25519' | 'cosignature';

const TYPE_BYTES: Readonly<Record<KeyAlgorithm, number>> = { ed25519: 0x01, cosignature: 0x04 };

export interface VerifierKey {
  readonly name: string;
  /** First four bytes of `SHA-256(name ‖ 0x0A ‖ type ‖ public key)`, as a number. */
  readonly keyId: number;
  readonly algorithm: KeyAlgorithm;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface SignerKey extends VerifierKey {
  /** 32 bytes, the Ed25519 seed of RFC 8032. */
  readonly seed: Uint8Array;
}

const KEY_BYTES = 32;
const MAX_NAME_BYTES = 255;
const PRIVATE_PREFIX = 'PRIVATE+KEY+';

/** A key name is not empty and has neither blanks nor `+` nor control characters. */
export function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name.length > 0 && name.length <= MAX_NAME_BYTES && isWellFormed(name) && !/[\s\u0085+\u0000-\u001f\u007f]/u.test(name);
}

/** @throws RangeError when the name or the length of the key is not allowed. */
export function verifierKey(name: string, algorithm: KeyAlgorithm, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${name}`);
  if (publicKey.length !== KEY_BYTES) throw new RangeError('an Ed25519 public key has 32 bytes');
  return { name, keyId: keyIdOf(name, encodedKey(algorithm, publicKey)), algorithm, publicKey };
}

/** @throws RangeError when the name or the length of the seed is not allowed. */
export function signerKey(name: string, algorithm: KeyAlgorithm, seed: Uint8Array): SignerKey {
  if (seed.length !== KEY_BYTES) throw new RangeError('an Ed25519 seed has 32 bytes');
  return { ...verifierKey(name, algorithm, getPublicKey(seed)), seed };
}

/** `name+hex8(key id)+base64(type ‖ key)` */
export function formatVerifierKey({ name, algorithm, publicKey }: VerifierKey): string {
  const encoded = encodedKey(algorithm, publicKey);
  return `${name}+${keyIdHex(keyIdOf(name, encoded))}+${toBase64(encoded)}`;
}

/** `PRIVATE+KEY+name+hex8(key id)+base64(type ‖ seed)`, as golang.org/x/mod/sumdb/note writes it. */
export function formatSignerKey({ name, keyId, algorithm, seed }: SignerKey): string {
  return `${PRIVATE_PREFIX}${name}+${keyIdHex(keyId)}+${toBase64(encodedKey(algorithm, seed))}`;
}

/** Reads a verifier key; the key id is computed and compared. */
export function parseVerifierKey(text: string): Checked<VerifierKey> {
  const read = readKey(text);
  if (!read.ok) return read;
  const { name, keyId, algorithm, key } = read.value;
  const parsed = verifierKey(name, algorithm, key);
  return parsed.keyId === keyId ? accepted(parsed) : refused('malformed', 'the key id does not belong to the key');
}

/** Reads a signer key. */
export function parseSignerKey(text: string): Checked<SignerKey> {
  if (!text.startsWith(PRIVATE_PREFIX)) return refused('malformed', `a signer key begins with ${PRIVATE_PREFIX}`);
  const read = readKey(text.slice(PRIVATE_PREFIX.length));
  if (!read.ok) return read;
  const { name, keyId, algorithm, key } = read.value;
  const parsed = signerKey(name, algorithm, key);
  return parsed.keyId === keyId ? accepted(parsed) : refused('malformed', 'the key id does not belong to the key');
}

/** Two names of one public key are one key. */
export const sameKey = (left: VerifierKey, right: VerifierKey): boolean => equalBytes(left.publicKey, right.publicKey);

interface ReadKey {
  readonly name: string;
  readonly keyId: number;
  readonly algorithm: KeyAlgorithm;
  readonly key: Uint8Array;
}

function readKey(text: string): Checked<ReadKey> {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name))
    return refused('malformed', 'a key is written name+id+base64');
  const bytes = fromBase64(encoded);
  if (bytes === undefined) return refused('malformed', 'the key is not base64');
  const algorithm = algorithmOf(bytes[0]);
  if (algorithm === undefined) return refused('malformed', 'the algorithm of the key is not supported');
  if (bytes.length !== KEY_BYTES + 1) return refused('malformed', 'the key has a wrong length');
  return accepted({ name, keyId: Number.parseInt(id, 16), algorithm, key: bytes.slice(1) });
}

function algorithmOf(type: number | undefined): KeyAlgorithm | undefined {
  switch (type) {
    case TYPE_BYTES.ed25519:
      return 'ed25519';
    case TYPE_BYTES.cosignature:
      return 'cosignature';
    default:
      return undefined;
  }
}

const encodedKey = (algorithm: KeyAlgorithm, key: Uint8Array) => concatBytes(Uint8Array.of(TYPE_BYTES[algorithm]), key);

const keyIdOf = (name: string, encoded: Uint8Array) =>
  Number(fromBigEndian(sha256(concatBytes(utf8(`${name}\n`), encoded)).subarray(0, 4)));

const keyIdHex = (keyId: number) => keyId.toString(16).padStart(8, '0');
