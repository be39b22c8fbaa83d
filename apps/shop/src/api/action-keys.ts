import type { KeyValueStorage } from '@/platform/storage';

const STORED = 'actionKeys';
/** The server keeps answers at least this long; an older key starts anew. */
const KEPT_MS = 24 * 60 * 60 * 1000;

type Entries = Record<string, { key: string; at: number }>;

/**
 * One `Idempotency-Key` per user action: the same action (`what`: name and content) keeps its key over double clicks, retries and
 * reloads until it is settled, so that the server does it once.
 */
export function createActionKeys(storage: KeyValueStorage, newKey: () => string, now: () => number) {
  const load = (): Entries => {
    const entries = storage.read<Entries>(STORED) ?? {};
    return Object.fromEntries(Object.entries(entries).filter(([, { at }]) => now() - at < KEPT_MS));
  };
  return {
    keyFor(what: string): string {
      const entries = load();
      const known = entries[what];
      if (known !== undefined) return known.key;
      const key = newKey();
      storage.write(STORED, { ...entries, [what]: { key, at: now() } });
      return key;
    },
    /** The action has a definite end; the same action later is a new one. */
    settle(what: string): void {
      const { [what]: _, ...rest } = load();
      storage.write(STORED, rest);
    },
  };
}

/** A key of 128 random-looking bits from `random` (0 ≤ value < 1). */
export function randomKey(random: () => number = Math.random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}
