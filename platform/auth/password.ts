import { hash, verify } from '@node-rs/argon2';

/** Argon2id with 19 MiB, two passes, one lane. @see OWASP Password Storage Cheat Sheet; RFC 9106 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const PREFIX = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;
/** Longer input is refused before it is hashed: hashing is meant to be slow. */
const MAX_PASSWORD_BYTES = 1_024;

/** PHC text with its own salt. @throws RangeError on a password over 1,024 bytes */
export async function hashPassword(password: string): Promise<string> {
  const text = canonical(password);
  if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES) throw new RangeError('the password is too long');
  return hash(text, PARAMETERS);
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password fits. Without a hash (no such account) it takes as long and answers false, so that the time says nothing about
 * which accounts exist.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const text = canonical(password);
  if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES) return false;
  if (passwordHash === undefined) {
    decoy ??= hash('nobody', PARAMETERS);
    await verify(await decoy, text);
    return false;
  }
  try {
    return await verify(passwordHash, text);
  } catch {
    // Not a hash of this family: nobody can sign in with it.
    return false;
  }
}

/** Whether a hash was made with other parameters than today's and should be renewed at the next sign-in. */
export const passwordNeedsRehash = (passwordHash: string): boolean => !passwordHash.startsWith(PREFIX);

/** Keyboards write the same character in several ways; NFKC makes them one. @see RFC 8265 */
const canonical = (password: string) => password.normalize('NFKC');
