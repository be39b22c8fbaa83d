const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A first password of 16 signs without look-alikes (about 93 bits). Bytes that would favour some signs are thrown away. */
export function newPassword(
  randomBytes: (length: number) => Uint8Array = (length) => crypto.getRandomValues(new Uint8Array(length)),
): string {
  const limit = 256 - (256 % LETTERS.length);
  let password = '';
  while (password.length < 16)
    for (const byte of randomBytes(16)) {
      if (byte < limit && password.length < 16) password += LETTERS.charAt(byte % LETTERS.length);
    }
  return password;
}
