import { readFileSync } from 'node:fs';

/** Reads a vector file. Numbers that JavaScript cannot hold exactly are kept as bigint. */
export function readVectors<T>(file: string): T {
  const text = readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8');
  const exact = text.replace(/(: )(-?\d{16,})(,?\n)/g, '$1"bigint:$2"$3');
  return JSON.parse(exact, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('bigint:') ? BigInt(value.slice('bigint:'.length)) : value,
  );
}
