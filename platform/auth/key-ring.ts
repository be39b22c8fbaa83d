/** A secret key with the name by which messages say which key made them. */
export interface SecretKey {
  readonly keyId: string;
  readonly secret: Buffer;
}

/** Keys of one purpose: the first signs, all of them verify, so that a new key can be put in front without breaking what is out. */
export interface KeyRing {
  readonly current: SecretKey;
  /** Newest first, `current` among them. */
  readonly all: readonly SecretKey[];
  find(keyId: string): SecretKey | undefined;
}

const MIN_SECRET_BYTES = 32;
const KEY_ID = /^[\w-]{1,32}$/;

/**
 * Reads a key ring from `id:secret` texts, newest first; a secret is base64url of at least 32 bytes.
 *
 * @throws RangeError on an empty ring, a repeated or malformed id, or a short secret: bad configuration should stop the start
 */
export function createKeyRing(entries: readonly string[]): KeyRing {
  const keys = new Map<string, SecretKey>();
  for (const entry of entries) {
    const key = readKey(entry);
    if (keys.has(key.keyId)) throw new RangeError(`key id ${key.keyId} is used twice`);
    keys.set(key.keyId, key);
  }
  const [current] = keys.values();
  if (current === undefined) throw new RangeError('a key ring needs at least one key');
  return { current, all: [...keys.values()], find: (keyId) => keys.get(keyId) };
}

function readKey(entry: string): SecretKey {
  const colon = entry.indexOf(':');
  const keyId = entry.slice(0, colon);
  if (colon < 0 || !KEY_ID.test(keyId)) throw new RangeError('a key is written as id:secret');
  const secret = Buffer.from(entry.slice(colon + 1), 'base64url');
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`key ${keyId} is shorter than ${MIN_SECRET_BYTES} bytes`);
  return { keyId, secret };
}
