import type { ProductSeed, SkuSeed } from '../model';
import { BRAND_ZH, placeOf } from '../places';
import { demoStock } from '../stock';
import type { TyreSeries } from './series';
import { CAR_SERIES } from './series-car';
import { OTHER_SERIES } from './series-other';
import { COMMERCIAL_TABLE, outerDiameterMm, PASSENGER_TABLE, type SizeEntry } from './size-table';

export const TYRE_SERIES: readonly TyreSeries[] = [...CAR_SERIES, ...OTHER_SERIES];

/** Yuan for the middling width of each rim diameter, before the factor of the series. */
const BASE_YUAN: Readonly<Record<number, readonly [yuan: number, middleWidthMm: number]>> = {
  12: [168, 150],
  13: [185, 165],
  14: [222, 180],
  15: [272, 192],
  16: [332, 208],
  17: [438, 222],
  18: [562, 235],
  19: [738, 245],
  20: [908, 258],
  21: [1148, 265],
};

interface ParsedSize {
  readonly entry: SizeEntry;
  readonly extraLoad: boolean;
  readonly speedRating: string;
  readonly label: string;
  readonly loadIndex: number;
}

function parseSize(series: TyreSeries, text: string): ParsedSize {
  const parts = text.split(' ');
  const size = parts[0] ?? '';
  const extraLoad = parts[1] === 'XL';
  const speedRating = parts[extraLoad ? 2 : 1];
  const entry = (series.commercial ? COMMERCIAL_TABLE : PASSENGER_TABLE).get(size);
  if (!entry || !speedRating || (extraLoad && entry.secondIndex === 0)) throw new Error(`${series.code}: no such size "${text}"`);
  const loadIndex = extraLoad ? entry.secondIndex : entry.firstIndex;
  const label = series.commercial
    ? `${size}C ${entry.firstIndex}/${entry.secondIndex}${speedRating}`
    : `${size} ${loadIndex}${speedRating}${extraLoad ? ' XL' : ''}`;
  return { entry, extraLoad, speedRating, label, loadIndex };
}

/** Whole yuan ending in 9, so that prices look like a shop's. */
function priceYuan(series: TyreSeries, size: ParsedSize): number {
  const [base, middle] = BASE_YUAN[size.entry.rimInch] ?? [999, 225];
  const widthBp = 10_000 + 42 * (size.entry.widthMm - middle) + (size.extraLoad ? 300 : 0) + (size.speedRating === 'Y' ? 400 : 0);
  return Math.floor((base * widthBp * series.priceBp) / 100_000_000 / 10) * 10 + 9;
}

function weightGrams(series: TyreSeries, size: ParsedSize): number {
  const grams = Math.floor((size.entry.widthMm * outerDiameterMm(size.entry) * series.weightBp * 688) / 100_000_000);
  return Math.round((size.extraLoad ? grams + 300 : grams) / 100) * 100;
}

function tyreSku(series: TyreSeries, size: ParsedSize): SkuSeed {
  const { widthMm, aspectPercent, rimInch } = size.entry;
  const skuCode = `QLX-${series.code}-${widthMm}${aspectPercent}${rimInch}${size.extraLoad ? 'X' : ''}${series.commercial ? 'C' : ''}`;
  const yuan = priceYuan(series, size);
  return {
    skuCode,
    specs: [{ nameZh: '规格', nameEn: 'Size', value: size.label }],
    priceFen: yuan * 100,
    marketPriceFen: (Math.floor((yuan * 122) / 1000) * 10 + 9) * 100,
    stock: demoStock(skuCode),
    weightGrams: weightGrams(series, size),
    tyre: {
      widthMm,
      aspectPercent,
      rimInch,
      loadIndex: size.loadIndex,
      speedRating: size.speedRating,
      season: series.season,
      vehicleTypes: series.vehicleTypes,
    },
  };
}

function tyreProduct(series: TyreSeries, row: string): ProductSeed {
  const sizes = row.split(', ').map((text) => parseSize(series, text));
  const rim = sizes[0]?.entry.rimInch ?? 0;
  const code = `${series.code}-${rim}`;
  return {
    productCode: `QLX-${code}`,
    titleZh: `${BRAND_ZH} ${series.nameZh} ${series.lineZh} ${rim} 英寸`,
    subtitleZh: series.subtitleZh,
    titleEn: `Qianlixing ${series.nameEn} ${series.lineEn}, ${rim} inch`,
    categoryCode: series.categoryCode,
    ...placeOf(series.place),
    brandZh: BRAND_ZH,
    descriptionZh: `${series.descriptionZh}图中轮毂仅作展示，售价为单条轮胎价格。`,
    tags: series.tags,
    pictures: [`tyre-${code}`, `tyre-${code}-tread`, `tyre-${code}-size`],
    status: 'listed',
    skus: sizes.map((size) => tyreSku(series, size)),
  };
}

export function tyreProducts(): ProductSeed[] {
  return TYRE_SERIES.flatMap((series) => series.sizes.map((row) => tyreProduct(series, row)));
}
