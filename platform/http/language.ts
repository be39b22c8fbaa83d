import type { Language } from './handler';

/** The better of Chinese and English by `Accept-Language`; Chinese when neither is asked for. @see RFC 9110 §12.5.4 */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header.startsWith('zh')) return 'zh';
  if (header.length > 500) return 'zh';
  let best: Language = 'zh';
  let bestWeight = 0;
  for (const part of header.split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = /^zh(-|$)/.test(tag) ? 'zh' : /^en(-|$)/.test(tag) ? 'en' : undefined;
    if (language === undefined) continue;
    const weight = weightOf(parameters);
    if (weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  const written = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  if (written === undefined) return 1;
  const weight = Number(written.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
