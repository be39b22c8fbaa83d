import type { ProductSeed, SkuSeed } from '../model';
import { BRAND_ZH, type PlaceCode, placeOf } from '../places';
import { demoStock } from '../stock';

/**
 * The text form of car-care goods; records are parted by an empty line, each has four lines:
 *
 *     code | category | place | drawing colour colour | tag,tag
 *     Chinese title | English title | Chinese subtitle
 *     Chinese description
 *     name/English name: value=yuan@grams, value=yuan@grams
 *
 * Goods with two properties write `name/English + name/English: value + value=yuan@grams`.
 */
export interface CareRecord {
  readonly product: ProductSeed;
  readonly drawing: {
    readonly kind: string;
    readonly colour: string;
    readonly accent: string;
    readonly shortZh: string;
    readonly shortEn: string;
  };
}

function required(value: string | undefined, where: string): string {
  if (value === undefined || value.trim() === '') throw new Error(`care record: missing part in "${where}"`);
  return value.trim();
}

/** `19.9` or `199` yuan as integer fen, without passing through a fraction. */
function fenOfYuan(text: string): number {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new Error(`care record: not an amount "${text}"`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Suggested retail price: a fifth above, up to the next whole ten yuan, less one yuan. */
function suggestedFen(priceFen: number): number {
  return Math.ceil((priceFen * 12) / 10_000) * 1_000 - 100;
}

function parseSkus(productCode: string, line: string): SkuSeed[] {
  const colon = line.indexOf(': ');
  const names = line
    .slice(0, colon)
    .split(' + ')
    .map((pair) => pair.split('/'));
  return line
    .slice(colon + 2)
    .split(', ')
    .map((text, index) => {
      const match = /^(.+)=([\d.]+)@(\d+)$/.exec(text.trim());
      if (!match) throw new Error(`care record: cannot read variant "${text}"`);
      const value = required(match[1], text);
      const values = names.length === 1 ? [value] : value.split(' + ');
      const skuCode = `${productCode}-${String(index + 1).padStart(2, '0')}`;
      const priceFen = fenOfYuan(required(match[2], text));
      return {
        skuCode,
        specs: names.map(([nameZh, nameEn], position) => ({
          nameZh: required(nameZh, line),
          nameEn: required(nameEn, line),
          value: required(values[position], text),
        })),
        priceFen,
        ...(priceFen >= 10_000 ? { marketPriceFen: suggestedFen(priceFen) } : {}),
        stock: demoStock(skuCode),
        weightGrams: Number(match[3]),
      };
    });
}

function parseRecord(text: string): CareRecord {
  const [head, titles, description, variants] = text.split('\n');
  const [code, category, place, drawing, tags] = required(head, text).split(' | ');
  const [titleZh, titleEn, subtitleZh] = required(titles, text).split(' | ');
  const [kind, colour, accent] = required(drawing, text).split(' ');
  const productCode = `QLX-${required(code, text)}`;
  const picture = `care-${required(code, text).toLowerCase()}`;
  const short = required(titleZh, text);
  return {
    product: {
      productCode,
      titleZh: `${BRAND_ZH} ${short}`,
      subtitleZh: required(subtitleZh, text),
      titleEn: `Qianlixing ${required(titleEn, text)}`,
      categoryCode: required(category, text),
      ...placeOf(required(place, text) as PlaceCode),
      brandZh: BRAND_ZH,
      descriptionZh: required(description, text),
      tags: (tags ?? '').split(',').filter((tag) => tag !== ''),
      pictures: [picture, `${picture}-detail`],
      status: 'listed',
      skus: parseSkus(productCode, required(variants, text)),
    },
    drawing: {
      kind: required(kind, text),
      colour: required(colour, text),
      accent: accent ?? '#D93036',
      shortZh: short.split(' ')[0] ?? short,
      shortEn: required(titleEn, text),
    },
  };
}

export function parseCare(text: string): CareRecord[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map(parseRecord);
}
