import { account } from './account';
import { afterSale } from './after-sale';
import { common } from './common';
import { goods } from './goods';
import { order } from './order';
import { promotion } from './promotion';
import { proof } from './proof';
import { withdrawal } from './withdrawal';

export type Language = 'zh' | 'en';

/** Every text of the client: Chinese first, English beside it, so that neither can be forgotten. `{name}` is filled when shown. */
export const texts = { common, goods, order, afterSale, account, promotion, proof, withdrawal } as const;

type Texts = typeof texts;
export type TextKey = { [Area in keyof Texts]: `${Area}.${keyof Texts[Area] & string}` }[keyof Texts];

/** The catalogue of one language: texts by key. */
export function catalogue(language: Language): Record<TextKey, string> {
  const index = language === 'zh' ? 0 : 1;
  const entries = Object.entries(texts).flatMap(([area, pairs]) =>
    Object.entries(pairs as Record<string, readonly [string, string]>).map(([name, pair]) => [`${area}.${name}`, pair[index]] as const),
  );
  return Object.fromEntries(entries) as Record<TextKey, string>;
}
