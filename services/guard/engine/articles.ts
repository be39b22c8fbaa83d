import type { Pack } from './pack';
import type { Article } from './pack-document';

/**
 * What the sources of a citation say, in short: `禁止传销条例 7(3)、24(1)` finds article 7(3) and article 24, `案例：云集、花生日记` both cases. Empty
 * when the pack has nothing on them; the summaries are no substitute for the wording.
 */
export function articlesOf({ document }: Pack, citation: string): Article[] {
  const named = document.articles.filter(({ kind, aliases }) => kind !== 'law' && aliases.some((alias) => citation.includes(alias)));
  return [...lawsOf(document.articles, citation), ...named];
}

/** Of laws whose names begin alike the longest name is meant. */
function lawsOf(articles: readonly Article[], citation: string): Article[] {
  const isNamed = (alias: string) => citation.startsWith(alias);
  const known = articles.filter(({ kind, aliases }) => kind === 'law' && aliases.some(isNamed));
  const longest = Math.max(0, ...known.flatMap(({ aliases }) => aliases.filter(isNamed).map(({ length }) => length)));
  const meant = known.filter(({ aliases }) => aliases.some((alias) => alias.length === longest && isNamed(alias)));
  const numbers = numbersOf(citation.slice(longest));
  return numbers.size === 0
    ? meant
    : narrowed(
        meant.filter((article) => article.numbers.some((number) => numbers.has(number))),
        citation,
      );
}

/** A paragraph that has an entry of its own (7(3)) goes before its neighbours (7(1), 7(2)). */
function narrowed(cited: readonly Article[], citation: string): Article[] {
  const own = (article: Article) => /^\d+\(\d+\)$/.test(article.label);
  const exact = cited.filter((article) => own(article) && citation.includes(article.label));
  return exact.length === 0 ? [...cited] : cited.filter((article) => !own(article) || exact.includes(article));
}

const NUMERALS = '零一二三四五六七八九';

/** `十一` → 11; circulars number their sections so. */
function fromNumeral(numeral: string): number {
  const [tens, ones] = numeral.includes('十') ? numeral.split('十') : [undefined, numeral];
  const digit = (sign: string | undefined) => Math.max(0, NUMERALS.indexOf(sign ?? ''));
  return (tens === undefined ? 0 : tens === '' ? 10 : digit(tens) * 10) + (ones === '' ? 0 : digit(ones));
}

/** Numbers of the articles: `58(7)、57` → 57, 58; ranges are counted out; sections of circulars also as figures. */
function numbersOf(text: string): Set<string> {
  const plain = text.replace(/（.*?）/g, '').replace(/^\(\d{4}[^)]*\)/, '');
  const figures = plain.replace(/[一二三四五六七八九十]+/g, (numeral) => String(fromNumeral(numeral)));
  const numbers = new Set<string>([...plain.matchAll(/[一二三四五六七八九十]+/g)].map(([numeral]) => numeral));
  for (const part of figures.split(/[、,，]/)) {
    const [, from = '', to = ''] = /^\s*(\d+)\s*-\s*(\d+)/.exec(part) ?? [];
    for (let number = Number(from); to !== '' && number <= Number(to); number += 1) numbers.add(String(number));
    const single = /^\s*(\d+(?:-\d)?)/.exec(part)?.[1];
    if (single !== undefined) numbers.add(single);
  }
  return numbers;
}
