/** The secret of an `otpauth:` address in groups of four, for people who cannot scan the code; empty if there is none. */
export function secretOf(totpUri: string): string {
  const question = totpUri.indexOf('?');
  if (question < 0) return '';
  const secret = new URLSearchParams(totpUri.slice(question)).get('secret') ?? '';
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}
