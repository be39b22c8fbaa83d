/** Shape of the demo brand's catalogue. Plain data: every amount is integer fen, every weight whole grams. */

export type Season = 'summer' | 'winter' | 'all_season';

export interface TyreSeed {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimInch: number;
  /** ISO 4000-1 load index of the single tyre; the dual index of a C tyre stands in the specification text. */
  readonly loadIndex: number;
  readonly speedRating: string;
  readonly season: Season;
  readonly vehicleTypes: readonly string[];
}

export interface SpecificationSeed {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly value: string;
}

export interface SkuSeed {
  readonly skuCode: string;
  readonly specs: readonly SpecificationSeed[];
  readonly priceFen: number;
  /** The manufacturer's suggested retail price, where there is one. */
  readonly marketPriceFen?: number;
  readonly stock: number;
  readonly weightGrams: number;
  readonly tyre?: TyreSeed;
}

/** Why an importer has to refuse a product that was spoilt on purpose. */
export type ImportDefect = 'missing_price' | 'wrong_status' | 'duplicate_code';

export interface ProductSeed {
  readonly productCode: string;
  readonly titleZh: string;
  readonly subtitleZh: string;
  readonly titleEn: string;
  readonly categoryCode: string;
  readonly merchantCode: string;
  readonly warehouseCode: string;
  readonly brandZh: string;
  readonly descriptionZh: string;
  readonly tags: readonly string[];
  /** Picture names, hero first; `productPicture(name)` draws each. */
  readonly pictures: readonly string[];
  readonly status: 'listed' | 'delisted';
  readonly skus: readonly SkuSeed[];
  /** Present only on the few products that an import preview must show as refused. */
  readonly importDefect?: ImportDefect;
}

export interface MerchantSeed {
  readonly code: string;
  readonly name: string;
  readonly province: string;
  readonly city: string;
}

export interface WarehouseSeed {
  readonly code: string;
  readonly merchantCode: string;
  readonly name: string;
  /** GB/T 2260, six digits. */
  readonly provinceCode: string;
  readonly cityCode: string;
}

export interface CategorySeed {
  readonly code: string;
  readonly parentCode: string | null;
  readonly nameZh: string;
  readonly nameEn: string;
}

export interface VehicleSeed {
  readonly brandZh: string;
  readonly modelZh: string;
  readonly yearFrom: number;
  readonly yearTo: number;
  /** For example `205/55R16`. */
  readonly sizes: readonly string[];
}

export interface BannerSeed {
  /** `bannerPicture(name)` draws it, 1500 x 600. */
  readonly name: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly categoryCode: string;
}

export interface CatalogueSeed {
  readonly merchants: readonly MerchantSeed[];
  readonly warehouses: readonly WarehouseSeed[];
  readonly categories: readonly CategorySeed[];
  readonly products: readonly ProductSeed[];
  readonly vehicles: readonly VehicleSeed[];
  readonly banners: readonly BannerSeed[];
}
