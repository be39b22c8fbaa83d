/** Words of the console: Chinese first, English beside it. A group holds pairs or further groups. */
export type Pair = readonly [zh: string, en: string];
export interface Words {
  readonly [key: string]: Pair | Words;
}
export interface Catalogue {
  [key: string]: string | Catalogue;
}

const isPair = (value: Pair | Words): value is Pair => Array.isArray(value);

/** One language of the words. */
export function catalogueOf(words: Words, language: 0 | 1): Catalogue {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [key, isPair(value) ? value[language] : catalogueOf(value, language)]),
  );
}

/** Every pair with its full key, `order.status`. */
export function pairsOf(words: Words, prefix = ''): { key: string; zh: string; en: string }[] {
  return Object.entries(words).flatMap(([key, value]) =>
    isPair(value) ? [{ key: prefix + key, zh: value[0], en: value[1] }] : pairsOf(value, `${prefix}${key}.`),
  );
}
