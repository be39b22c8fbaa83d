import type { Pack } from './pack';
import type { Article } from './pack-document';

/**
 * What the articles of a citation say, in short: `禁止传销条例 7(3)、24(1)` finds article 7 and article 24. Empty when the pack has nothing on
 * them; the summaries are no substitute for the wording of the law.
 */
export function articlesOf({ document }: Pack, citation: string): Article[] {
  const known = document.articles.filter(({ aliases }) => aliases.some((alias) => citation.startsWith(alias)));
  const longest = Math.max(
    0,
    ...known.flatMap(({ aliases }) => aliases.filter((alias) => citation.startsWith(alias)).map(({ length }) => length)),
  );
  const named = known.filter(({ aliases }) => aliases.some((alias) => alias.length === longest && citation.startsWith(alias)));
  const numbers = numbersOf(citation.slice(longest));
  const cited = named.filter((article) => article.numbers.some((number) => numbers.has(number)));
  return numbers.size === 0 ? named : narrowed(cited, citation);
}

/** A paragraph that has an entry of its own (7(3)) goes before its neighbours (7(1), 7(2)). */
function narrowed(cited: readonly Article[], citation: string): Article[] {
  const own = (article: Article) => /^\d+\(\d+\)$/.test(article.label);
  const exact = cited.filter((article) => own(article) && citation.includes(article.label));
  return exact.length === 0 ? [...cited] : cited.filter((article) => !own(article) || exact.includes(article));
}

/** Numbers of the articles: `58(7)、57` → 57, 58; ranges are counted out; Chinese numerals of circulars stay as they are. */
function numbersOf(text: string): Set<string> {
  const plain = text.replace(/（.*?）/g, '').replace(/^\(\d{4}[^)]*\)/, '');
  const numbers = new Set<string>();
  for (const part of plain.split(/[、,，]/)) {
    const range = /^\s*(\d+)\s*-\s*(\d+)/.exec(part);
    const [, from = '', to = ''] = range ?? [];
    if (range !== null && Number(to) > Number(from))
      for (let number = Number(from); number <= Number(to); number += 1) numbers.add(String(number));
    const single = /^\s*(\d+(?:-\d)?)/.exec(part)?.[1];
    if (single !== undefined) numbers.add(single);
    for (const [numeral] of part.matchAll(/[一二三四五六七八九十]+/g)) numbers.add(numeral);
  }
  return numbers;
}
