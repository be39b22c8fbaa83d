import type { TrustedKeys } from '../engine/signature';

/** Public keys that rule packs are signed with. `sign.mjs` writes the pack's signature; a new key is added here by hand. */
export const trustedKeys: TrustedKeys = {
  'qianxing-packs-2026': 'MCowBQYDK2VwAyEAETqw746UsyvfV4L7zLh3c2jzT1dR9Z3oF2eqS9XfpDg',
};
