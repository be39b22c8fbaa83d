import { createHash, timingSafeEqual } from 'node:crypto';

/** MD5 over the parts joined, 32 hexadecimal digits in capitals: Kuaidi100's signature everywhere. */
export function signature(...parts: readonly string[]): string {
  return createHash('md5').update(parts.join('')).digest('hex').toUpperCase();
}

export function isSignature(given: string | undefined, ...parts: readonly string[]): boolean {
  if (given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(signature(...parts))];
  return a.length === b.length && timingSafeEqual(a, b);
}
