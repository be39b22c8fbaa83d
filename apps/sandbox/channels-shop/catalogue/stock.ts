/** A stable number for a code (FNV-1a, 32 bit): varied demo figures without any random source. */
function stableNumber(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Units on hand: about one in fifteen sold out, one in eight nearly so, the rest comfortable. */
export function demoStock(skuCode: string): number {
  const number = stableNumber(skuCode);
  const kind = number % 120;
  if (kind < 8) return 0;
  if (kind < 23) return 1 + ((number >>> 8) % 5);
  return 24 + ((number >>> 8) % 97) * 4;
}
