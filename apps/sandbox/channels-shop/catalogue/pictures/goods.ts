import type { CareRecord } from '../care/format';
import { BRAND_ZH } from '../places';
import { backdrop, backdropDefs, floorShadow, type Mood } from './backdrop';
import { BOTTLE_DRAWINGS } from './goods-bottles';
import { ELECTRONIC_DRAWINGS } from './goods-electronics';
import { EMERGENCY_DRAWINGS } from './goods-emergency';
import { INTERIOR_DRAWINGS } from './goods-interior';
import { PART_DRAWINGS } from './goods-parts';
import { WASHING_DRAWINGS } from './goods-washing';
import { type Drawing, fit, type Goods, goodsDefs } from './props';
import { path, picture, rect, text } from './svg';

const DRAWINGS: Readonly<Record<string, Drawing>> = {
  ...BOTTLE_DRAWINGS,
  ...WASHING_DRAWINGS,
  ...PART_DRAWINGS,
  ...INTERIOR_DRAWINGS,
  ...ELECTRONIC_DRAWINGS,
  ...EMERGENCY_DRAWINGS,
};

const MOOD_OF_CATEGORY: Readonly<Record<string, Mood>> = {
  'care-wash': 'sky',
  'care-wax': 'cream',
  'care-interior': 'lilac',
  'parts-oil': 'sand',
  'parts-filter': 'leaf',
  'parts-wiper': 'ice',
  'parts-wear': 'stone',
  'service-cards': 'rose',
  'acc-mats': 'sand',
  'acc-electronics': 'dusk',
  'acc-emergency': 'rose',
};

const MARK = /\d+W-\d+|GL-\d|DOT ?\d|CI-4|\b\d{2} Ah|\bH\d{1,2}\b|-?\d+ ?℃/;

/** Kinds that look better on another ground than their category's. */
const MOOD_OF_KIND: Readonly<Record<string, Mood>> = {
  chain: 'ice',
  textileChain: 'ice',
  scraper: 'ice',
  jack: 'stone',
  wrench: 'stone',
  toolkit: 'cream',
  rope: 'cream',
  valves: 'dusk',
  vest: 'dusk',
  hammer: 'sky',
};

function goodsOf({ product, drawing }: CareRecord): Goods {
  const source = `${product.titleZh} ${drawing.kind === 'battery' || drawing.kind === 'bulb' ? (product.skus[0]?.specs[0]?.value ?? '') : ''}`;
  return { colour: drawing.colour, accent: drawing.accent, name: drawing.shortZh, mark: MARK.exec(source)?.[0] ?? '' };
}

/** A drawing by kind for icons and banners, with its paints; ids may be shared only by goods of the same colours. */
export function bareDrawing(kind: string, goods: Goods): { body: string; defs: string } {
  const draw = DRAWINGS[kind];
  if (!draw) throw new Error(`no drawing for "${kind}"`);
  return { body: draw(goods), defs: goodsDefs(goods) };
}

function drawGoods(record: CareRecord): { body: string; defs: string; mood: Mood } {
  const { body, defs } = bareDrawing(record.drawing.kind, goodsOf(record));
  const mood = MOOD_OF_KIND[record.drawing.kind] ?? MOOD_OF_CATEGORY[record.product.categoryCode] ?? 'dusk';
  return { body, defs: backdropDefs(mood) + defs, mood };
}

export function careHero(record: CareRecord): string {
  const { body, defs, mood } = drawGoods(record);
  const shadow = floorShadow(400, 696, 320, 40) + floorShadow(400, 692, 210, 18);
  return picture(800, 800, record.product.titleZh, defs, `${backdrop(mood, 'none', '')}${shadow}${body}`);
}

/** The goods small, and what can be chosen. */
export function careDetail(record: CareRecord): string {
  const { body, defs, mood } = drawGoods(record);
  const { product, drawing } = record;
  const values = product.skus.map((sku) => sku.specs.map((spec) => spec.value).join(' · '));
  const shown = values.slice(0, 8);
  const rows = shown
    .map((value, index) => {
      const x = 48 + (index % 2) * 356;
      const y = 468 + Math.floor(index / 2) * 72;
      return `${rect(x, y, 340, 58, 12, 'fill="#fff" fill-opacity=".82"')}${rect(x, y + 14, 5, 30, 2, 'fill="#d93036"')}${text(x + 24, y + 38, value, { size: fit(value, 330, 25), fill: '#16181d' })}`;
    })
    .join('');
  const names = product.skus[0]?.specs.map((spec) => spec.nameZh).join(' + ') ?? '';
  const content = [
    backdrop(mood, 'none', ''),
    floorShadow(620, 384, 150, 22),
    `<g transform="translate(430 34) scale(.48)">${body}</g>`,
    text(48, 120, drawing.shortZh, { size: fit(drawing.shortZh, 400, 54), fill: '#16181d', weight: 700 }),
    text(48, 166, product.subtitleZh, { size: fit(product.subtitleZh, 400, 27), fill: '#555b67' }),
    rect(48, 194, 64, 6, 3, 'fill="#d93036"'),
    text(48, 262, BRAND_ZH, { size: 30, fill: '#16181d', weight: 600 }),
    text(48, 298, 'QIANLIXING CAR CARE', { size: 18, fill: '#555b67', extra: 'letter-spacing="2"' }),
    text(48, 432, `可选${names}`, { size: 30, fill: '#16181d', weight: 600 }),
    path('M48 448H752', 'stroke="#16181d" stroke-opacity=".12" stroke-width="2"'),
    rows,
    values.length > shown.length
      ? text(752, 784, `另有 ${values.length - shown.length} 种规格`, { size: 22, fill: '#555b67', anchor: 'end' })
      : '',
  ].join('');
  return picture(800, 800, `${product.titleZh} 规格`, defs, content);
}
