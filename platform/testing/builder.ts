/** Random test data from one seed; the same seed builds the same data. Print the seed when a test fails. */
export interface Builder {
  readonly seed: number;
  /** An integer of `[least, most]`. */
  integer(least: number, most: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** True with the given chance of 0 to 1. */
  chance(probability: number): boolean;
  /** The items in another order; the input stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
  /** Lower-case letters. */
  word(length: number): string;
  /** A builder whose choices do not depend on how much this one is used later. */
  fork(): Builder;
}

/** Mulberry32: 32 bits of state, full period, good enough for test data (never for secrets). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function seededBuilder(seed: number): Builder {
  const random = mulberry32(seed);
  const integer = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return {
    seed,
    integer,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[integer(0, items.length - 1)] as T;
    },
    chance: (probability) => random() < probability,
    shuffle<T>(items: readonly T[]): T[] {
      const result: T[] = [];
      for (const item of items) {
        const at = integer(0, result.length);
        result.push(item);
        [result[at], result[result.length - 1]] = [item, result[at] as T];
      }
      return result;
    },
    word: (length) => Array.from({ length }, () => String.fromCharCode(97 + integer(0, 25))).join(''),
    fork: () => seededBuilder(integer(0, 2 ** 32 - 1)),
  };
}
