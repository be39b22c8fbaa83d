import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, PageOf, PageQuery, type Static, Text, Type } from '@qianxing/http/schemas';

export const SEASONS = ['summer', 'winter', 'all_season'] as const;

export const TyreSpecification = Closed({
  widthMm: Type.Integer(),
  aspectPercent: Type.Integer(),
  rimInch: Type.Number(),
  loadIndex: Type.Integer(),
  speedRating: Type.String(),
  season: OneOf(...SEASONS),
  vehicleTypes: Type.Array(Type.String()),
  /** For example `205/55R16 91V`. */
  label: Type.String(),
});

export const Specification = Closed({ nameZh: Type.String(), nameEn: Type.String(), value: Type.String() });

export const Sku = Closed({
  skuId: Id,
  skuCode: Type.String(),
  specifications: Type.Array(Specification),
  /** All specification values joined by a space. */
  label: Type.String(),
  priceFen: FenAmount,
  marketPriceFen: Nullable(FenAmount),
  available: Type.Integer({ description: 'units that can be ordered now' }),
  pictureUrl: Nullable(Type.String()),
  tyre: Nullable(TyreSpecification),
  status: OneOf('listed', 'delisted'),
});
export type Sku = Static<typeof Sku>;

export const ProductCard = Closed({
  productId: Id,
  title: Type.String(),
  subtitle: Type.String(),
  pictureUrl: Type.String(),
  priceFromFen: FenAmount,
  marketPriceFen: Nullable(FenAmount),
  soldCount: Count,
  inStock: Type.Boolean(),
  tags: Type.Array(Type.String()),
  merchantName: Type.String(),
  tyreLabel: Nullable(Type.String({ description: 'size when a search narrowed the product to one' })),
});
export type ProductCard = Static<typeof ProductCard>;

export const Product = Closed({
  productId: Id,
  productCode: Type.String(),
  title: Type.String(),
  subtitle: Type.String(),
  brand: Type.String(),
  description: Type.String(),
  categoryCode: Type.String(),
  pictureUrls: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
  merchant: Closed({ merchantId: Id, name: Type.String(), provinceName: Type.String() }),
  skus: Type.Array(Sku),
  soldCount: Count,
  status: OneOf('listed', 'delisted'),
  /** What a promoter would earn at level 1 for the cheapest SKU; only for promoters. */
  updatedAt: Instant,
});
export type Product = Static<typeof Product>;

export const Category = Closed({
  categoryCode: Type.String(),
  parentCode: Nullable(Type.String()),
  nameZh: Type.String(),
  nameEn: Type.String(),
  pictureUrl: Type.String(),
  productCount: Count,
});

export const ShowcaseSection = Closed({
  sectionId: Id,
  kind: OneOf('banners', 'categories', 'products'),
  titleZh: Type.String(),
  titleEn: Type.String(),
  banners: Type.Array(Closed({ pictureUrl: Type.String(), link: Type.String(), altZh: Type.String(), altEn: Type.String() })),
  products: Type.Array(ProductCard),
});
export const Showcase = Closed({
  showcaseId: Id,
  slug: Type.String(),
  titleZh: Type.String(),
  titleEn: Type.String(),
  sections: Type.Array(ShowcaseSection),
});

const SearchQuery = Closed({
  ...PageQuery,
  text: Type.Optional(Text(60)),
  categoryCode: Type.Optional(Text(40)),
  widthMm: Type.Optional(Type.Integer()),
  aspectPercent: Type.Optional(Type.Integer()),
  rimInch: Type.Optional(Type.Number()),
  season: Type.Optional(OneOf(...SEASONS)),
  vehicleType: Type.Optional(Text(40)),
  vehicleId: Type.Optional(Id),
  brand: Type.Optional(Text(40)),
  minPriceFen: Type.Optional(Type.Integer({ minimum: 0 })),
  maxPriceFen: Type.Optional(Type.Integer({ minimum: 0 })),
  inStockOnly: Type.Optional(Type.Boolean()),
  sort: Type.Optional(OneOf('recommended', 'sold', 'price_up', 'price_down', 'newest')),
});

export const Vehicle = Closed({
  vehicleId: Id,
  brand: Type.String(),
  model: Type.String(),
  yearFrom: Type.Integer(),
  yearTo: Type.Integer(),
  sizes: Type.Array(Type.String({ description: 'for example 205/55R16' })),
});

const ImportCounts = Closed({ total: Count, new: Count, changed: Count, unchanged: Count, refused: Count, applied: Count, failed: Count });
export const ChannelsImport = Closed({
  importId: Id,
  status: OneOf('fetching', 'previewed', 'applying', 'completed', 'failed', 'cancelled'),
  counts: ImportCounts,
  /** How far fetching or applying has come, 0–100. */
  progressPercent: Count,
  /** Where fetching resumes after an interruption. */
  cursor: Nullable(Type.String()),
  problem: Nullable(Closed({ code: Type.String(), messageZh: Type.String(), messageEn: Type.String() })),
  createdAt: Instant,
  finishedAt: Nullable(Instant),
});
export const ChannelsImportItem = Closed({
  itemId: Id,
  externalProductId: Type.String(),
  title: Type.String(),
  pictureUrl: Nullable(Type.String()),
  change: OneOf('new', 'changed', 'unchanged', 'refused'),
  status: OneOf('waiting', 'applied', 'skipped', 'failed'),
  differences: Type.Array(Closed({ field: Type.String(), before: Nullable(Type.String()), after: Nullable(Type.String()) })),
  reasons: Type.Array(Closed({ code: Type.String(), zh: Type.String(), en: Type.String() })),
  skuCount: Count,
});
export const DriftReport = Closed({
  reportId: Id,
  status: OneOf('running', 'completed', 'failed'),
  checkedSkus: Count,
  drifts: Type.Array(
    Closed({
      skuId: Id,
      skuCode: Type.String(),
      title: Type.String(),
      field: OneOf('price', 'stock', 'status', 'missing'),
      oursText: Type.String(),
      theirsText: Type.String(),
      repaired: Type.Boolean(),
    }),
  ),
  createdAt: Instant,
  finishedAt: Nullable(Instant),
});

const StaffProductRow = Closed({
  productId: Id,
  productCode: Type.String(),
  title: Type.String(),
  pictureUrl: Type.String(),
  categoryCode: Type.String(),
  merchantName: Type.String(),
  priceFromFen: FenAmount,
  available: Type.Integer(),
  soldCount: Count,
  status: OneOf('listed', 'delisted'),
  source: OneOf('channels', 'own'),
  syncedAt: Nullable(Instant),
  updatedAt: Instant,
});

export const catalogContract = defineContract({
  home: {
    method: 'GET',
    path: '/api/v1/home',
    access: 'public',
    summary: 'Home showcase with categories',
    response: Closed({ showcase: Showcase, categories: Type.Array(Category) }),
  },
  showcase: {
    method: 'GET',
    path: '/api/v1/showcases/:slug',
    access: 'public',
    summary: 'A showcase page',
    params: Closed({ slug: Text(60) }),
    response: Showcase,
  },
  categories: {
    method: 'GET',
    path: '/api/v1/categories',
    access: 'public',
    summary: 'Category tree as a flat list',
    response: Closed({ items: Type.Array(Category) }),
  },
  searchProducts: {
    method: 'GET',
    path: '/api/v1/products',
    access: 'public',
    summary: 'Search and filter listed products',
    query: SearchQuery,
    response: PageOf(ProductCard),
  },
  product: {
    method: 'GET',
    path: '/api/v1/products/:productId',
    access: 'public',
    summary: 'A listed product with SKUs and stock',
    params: Closed({ productId: Id }),
    response: Product,
  },
  tyreSizes: {
    method: 'GET',
    path: '/api/v1/tyre-sizes',
    access: 'public',
    summary: 'Sizes on sale, for the tyre finder',
    response: Closed({
      sizes: Type.Array(Closed({ widthMm: Type.Integer(), aspectPercent: Type.Integer(), rimInch: Type.Number(), productCount: Count })),
      seasons: Type.Array(OneOf(...SEASONS)),
      vehicleTypes: Type.Array(Type.String()),
    }),
  },
  vehicles: {
    method: 'GET',
    path: '/api/v1/vehicles',
    access: 'public',
    summary: 'Vehicles and the sizes that fit them',
    response: Closed({ items: Type.Array(Vehicle) }),
  },

  staffProducts: {
    method: 'GET',
    path: '/staff/v1/products',
    access: 'staff:catalog.read',
    summary: 'Products',
    query: Closed({
      ...PageQuery,
      text: Type.Optional(Text(60)),
      status: Type.Optional(OneOf('listed', 'delisted')),
      categoryCode: Type.Optional(Text(40)),
      lowStockBelow: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    response: PageOf(StaffProductRow),
  },
  staffProduct: {
    method: 'GET',
    path: '/staff/v1/products/:productId',
    access: 'staff:catalog.read',
    summary: 'A product, listed or not',
    params: Closed({ productId: Id }),
    response: Product,
  },
  updateProduct: {
    method: 'PATCH',
    path: '/staff/v1/products/:productId',
    access: 'staff:catalog.write',
    summary: 'Change texts or list and delist',
    params: Closed({ productId: Id }),
    body: Closed({
      title: Type.Optional(Text(120)),
      subtitle: Type.Optional(Text(200, 0)),
      description: Type.Optional(Text(5000, 0)),
      status: Type.Optional(OneOf('listed', 'delisted')),
    }),
    response: Product,
  },
  bulkListing: {
    method: 'POST',
    path: '/staff/v1/products/listing',
    access: 'staff:catalog.write',
    summary: 'List or delist many products',
    body: Closed({ productIds: Type.Array(Id, { minItems: 1, maxItems: 200 }), status: OneOf('listed', 'delisted') }),
    response: Closed({ changed: Count }),
  },
  media: {
    method: 'GET',
    path: '/media/:name',
    access: 'public',
    summary: 'A stored picture',
    params: Closed({ name: Text(60) }),
    produces: 'image/svg+xml',
    cacheControl: 'public, max-age=31536000, immutable',
  },
  startImport: {
    method: 'POST',
    path: '/staff/v1/channels-imports',
    access: 'staff:catalog.write',
    summary: 'Fetch the Channels shop and preview what would change',
    idempotent: true,
    body: Closed({}),
    status: 202,
    response: ChannelsImport,
  },
  listImports: {
    method: 'GET',
    path: '/staff/v1/channels-imports',
    access: 'staff:catalog.read',
    summary: 'Imports, newest first',
    query: Closed({ ...PageQuery }),
    response: PageOf(ChannelsImport),
  },
  getImport: {
    method: 'GET',
    path: '/staff/v1/channels-imports/:importId',
    access: 'staff:catalog.read',
    summary: 'An import and its progress',
    params: Closed({ importId: Id }),
    response: ChannelsImport,
  },
  importItems: {
    method: 'GET',
    path: '/staff/v1/channels-imports/:importId/items',
    access: 'staff:catalog.read',
    summary: 'What is new, changed or refused, and why',
    params: Closed({ importId: Id }),
    query: Closed({ ...PageQuery, change: Type.Optional(OneOf('new', 'changed', 'unchanged', 'refused')) }),
    response: PageOf(ChannelsImportItem),
  },
  applyImport: {
    method: 'POST',
    path: '/staff/v1/channels-imports/:importId/apply',
    access: 'staff:catalog.write',
    summary: 'Apply the preview (all, or without the excluded items)',
    params: Closed({ importId: Id }),
    body: Closed({ excludedItemIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })) }),
    status: 202,
    response: ChannelsImport,
  },
  cancelImport: {
    method: 'POST',
    path: '/staff/v1/channels-imports/:importId/cancel',
    access: 'staff:catalog.write',
    summary: 'Stop an import; what was applied stays',
    params: Closed({ importId: Id }),
    body: Closed({}),
    response: ChannelsImport,
  },
  reconcileChannels: {
    method: 'POST',
    path: '/staff/v1/channels-reconciliations',
    access: 'staff:catalog.write',
    summary: 'Compare every SKU with the Channels shop now',
    body: Closed({ repair: Type.Boolean() }),
    status: 202,
    response: DriftReport,
  },
  listDriftReports: {
    method: 'GET',
    path: '/staff/v1/channels-reconciliations',
    access: 'staff:catalog.read',
    summary: 'Drift reports, newest first',
    query: Closed({ ...PageQuery }),
    response: PageOf(DriftReport),
  },
  channelsPushVerify: {
    method: 'GET',
    path: '/hooks/channels-shop',
    access: 'hook',
    summary: 'URL verification of the message push',
    query: Type.Object({}, { additionalProperties: true }),
  },
  channelsPush: {
    method: 'POST',
    path: '/hooks/channels-shop',
    access: 'hook',
    summary: 'Message push of the Channels shop',
    query: Type.Object({}, { additionalProperties: true }),
  },
});

/** Product texts, prices or listing changed; caches drop the product. */
export const productChanged = defineTopic<{ productId: string }>()('catalog.productChanged');

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
