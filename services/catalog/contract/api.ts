/** Server-side facts of a SKU that an order needs. */
export interface SkuFacts {
  readonly skuId: string;
  readonly productId: string;
  readonly title: string;
  readonly label: string;
  readonly pictureUrl: string;
  readonly categoryCode: string;
  readonly priceFen: number;
  readonly weightGrams: number;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly warehouseId: string;
  readonly warehouseName: string;
  readonly warehouseProvinceCode: string;
  readonly listed: boolean;
}

export interface CatalogApi {
  /** Facts by SKU id; unknown ids are left out. One query whatever the number. */
  skuFacts(skuIds: readonly string[]): Promise<Map<string, SkuFacts>>;
  /** For posters and links. */
  productCard(
    productId: string,
  ): Promise<
    { productId: string; title: string; pictureUrl: string; picturePath: string; priceFromFen: number; merchantName: string } | undefined
  >;
  /** Runs a whole import in this process: fetch, preview, apply. Fails when another import is under way. */
  importChannels(onProgress: (progress: { readonly status: string; readonly percent: number }) => void): Promise<ImportOutcome>;
  /** Writes master data that no product carries; may be run again. */
  seed(seed: CatalogSeed): Promise<void>;
}

/** Merchants, warehouses, categories, vehicles and the home showcase of a shop. */
export interface CatalogSeed {
  readonly merchants: readonly { readonly code: string; readonly name: string; readonly provinceName: string }[];
  readonly warehouses: readonly {
    readonly code: string;
    readonly merchantCode: string;
    readonly name: string;
    readonly provinceCode: string;
  }[];
  readonly categories: readonly {
    readonly code: string;
    readonly parentCode: string | null;
    readonly nameZh: string;
    readonly nameEn: string;
    readonly pictureUrl: string;
  }[];
  readonly vehicles: readonly {
    readonly brand: string;
    readonly model: string;
    readonly yearFrom: number;
    readonly yearTo: number;
    readonly sizes: readonly string[];
  }[];
  readonly banners: readonly {
    readonly pictureUrl: string;
    readonly titleZh: string;
    readonly titleEn: string;
    readonly categoryCode: string;
  }[];
  readonly sections: readonly {
    readonly titleZh: string;
    readonly titleEn: string;
    readonly categoryCode?: string;
    readonly sort: 'sold' | 'newest' | 'price_up';
    readonly limit: number;
  }[];
}

export interface ImportOutcome {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly failed: number;
  readonly refusals: readonly { readonly title: string; readonly reasons: readonly { readonly zh: string; readonly en: string }[] }[];
}
