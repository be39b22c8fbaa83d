import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, type Static, Type } from '@qianxing/http/schemas';

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
