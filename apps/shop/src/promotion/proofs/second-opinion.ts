import type { OpenedCheckpoint, VerifierKey } from '@qianxing/transparency-log/verify';

/** What the device's own cryptography (WebCrypto) says of a signature; `absent` where it knows no Ed25519: mini programs, old browsers, plain http. */
export type SecondOpinion = 'confirmed' | 'denied' | 'absent';

/** Asks the device about the log's signature on a checkpoint, which our own verifier has accepted already. */
export async function secondOpinion(
  { note }: Pick<OpenedCheckpoint, 'note'>,
  { name, keyId, publicKey }: VerifierKey,
  subtle: SubtleCrypto | undefined = typeof crypto === 'undefined' ? undefined : crypto.subtle,
): Promise<SecondOpinion> {
  const signature = note.signatures.find((one) => one.name === name && one.keyId === keyId);
  if (subtle === undefined || signature === undefined) return 'absent';
  const key = await imported(subtle, publicKey);
  if (key === undefined) return 'absent';
  const text = new TextEncoder().encode(note.text);
  return (await subtle.verify('Ed25519', key, Uint8Array.from(signature.bytes), text)) ? 'confirmed' : 'denied';
}

async function imported(subtle: SubtleCrypto, publicKey: Uint8Array): Promise<CryptoKey | undefined> {
  try {
    return await subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}
