import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Static, Type } from '@sinclair/typebox';
import canonicalize from 'canonicalize';

/** Signature that lies beside a pack: Ed25519 (RFC 8032) over the pack in canonical JSON (RFC 8785). */
export const PackSignature = Type.Object(
  { algorithm: Type.Literal('Ed25519'), keyId: Type.String({ minLength: 1 }), signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }) },
  { additionalProperties: false },
);
export type PackSignature = Static<typeof PackSignature>;

/** Public keys that packs may be signed with: SubjectPublicKeyInfo in base64url by key id. */
export type TrustedKeys = Readonly<Record<string, string>>;

/** Canonical JSON. @see RFC 8785 @throws TypeError when the value is no JSON */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 of the canonical JSON, hex: tells whether two plans or packs say the same. */
export const contentHash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

export function signPack(document: unknown, keyId: string, privateKey: KeyObject): PackSignature {
  const signature = sign(null, Buffer.from(canonicalJson(document)), privateKey).toString('base64url');
  return { algorithm: 'Ed25519', keyId, signature };
}

/** Whether a trusted key signed exactly this pack. */
export function isSigned(document: unknown, { keyId, signature }: PackSignature, trusted: TrustedKeys): boolean {
  const key = Object.hasOwn(trusted, keyId) ? trusted[keyId] : undefined;
  if (key === undefined) return false;
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64url'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(canonicalJson(document)), publicKey, Buffer.from(signature, 'base64url'));
}
