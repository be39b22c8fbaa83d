/** Rows as the database holds them: amounts in fen, instants in UTC milliseconds, booleans as 0 and 1, lists as JSON text. */
export interface MerchantRow {
  merchantId: string;
  merchantCode: string;
  name: string;
  provinceName: string;
}

export interface WarehouseRow {
  warehouseId: string;
  warehouseCode: string;
  merchantId: string;
  name: string;
  provinceCode: string;
}

export interface CategoryRow {
  categoryCode: string;
  parentCode: string | null;
  nameZh: string;
  nameEn: string;
  picture: string;
  position: number;
}

export type ListingStatus = 'listed' | 'delisted';

export interface ProductRow {
  productId: string;
  productCode: string;
  title: string;
  titleEn: string;
  subtitle: string;
  brand: string;
  description: string;
  categoryCode: string;
  merchantId: string;
  warehouseId: string;
  tags: string;
  pictures: string;
  /** Address outside → name of our copy, null where there was no usable picture. */
  pictureSources: string;
  /** Texts that staff wrote here: synchronisation leaves them alone. */
  keptTexts: string;
  weightGrams: number;
  status: ListingStatus;
  /** Staff took it off here: synchronisation does not list it again. */
  delistedHere: number;
  externalProductId: string | null;
  syncedAt: number | null;
  minPriceFen: number;
  soldCount: number;
  searchText: string;
  createdAt: number;
  updatedAt: number;
}

export interface SkuRow {
  skuId: string;
  productId: string;
  position: number;
  skuCode: string;
  externalSkuId: string | null;
  label: string;
  specifications: string;
  priceFen: number;
  marketPriceFen: number | null;
  weightGrams: number;
  status: ListingStatus;
  /** Stock the Channels shop told last; null until it has been passed on to ordering. */
  externalStock: number | null;
  widthMm: number | null;
  aspectPercent: number | null;
  /** Rim diameter in tenths of an inch. */
  rimTenths: number | null;
  loadIndex: number | null;
  speedRating: string | null;
  season: 'summer' | 'winter' | 'all_season' | null;
  vehicleTypes: string | null;
}

export interface ImportRow {
  importId: string;
  /** Set while the import runs: there is at most one. */
  openKey: string | null;
  status: 'fetching' | 'previewed' | 'applying' | 'completed' | 'failed' | 'cancelled';
  listed: number;
  total: number;
  fetchCursor: string | null;
  problem: string | null;
  retryAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface ImportItemRow {
  itemId: string;
  importId: string;
  externalProductId: string;
  title: string;
  pictureUrl: string | null;
  changeKind: 'new' | 'changed' | 'unchanged' | 'refused';
  status: 'waiting' | 'applied' | 'skipped' | 'failed';
  differences: string;
  reasons: string;
  document: string;
  skuCount: number;
}

export interface VehicleRow {
  vehicleId: string;
  brand: string;
  model: string;
  yearFrom: number;
  yearTo: number;
  sizes: string;
}

export interface DriftReportRow {
  reportId: string;
  status: 'running' | 'completed' | 'failed';
  repair: number;
  checkedSkus: number;
  drifts: string;
  createdAt: number;
  finishedAt: number | null;
}

export interface StockPushRow {
  skuId: string;
  /** Units taken here, less those given back, of which the Channels shop has been told. */
  told: number;
  /** Units sold here (less those given back) that the Channels shop does not know of yet. */
  pending: number;
  /** Units of a call whose outcome is not known. */
  sending: number;
  stockBefore: number | null;
  problem: string | null;
  nextAttemptAt: number;
}

export type CatalogTables = {
  catalog_merchants: MerchantRow;
  catalog_warehouses: WarehouseRow;
  catalog_categories: CategoryRow;
  catalog_products: ProductRow;
  catalog_skus: SkuRow;
  catalog_sold_lines: { orderLineId: string; productId: string; skuId: string; quantity: number };
  catalog_vehicles: VehicleRow;
  catalog_showcases: { showcaseId: string; slug: string; titleZh: string; titleEn: string; document: string };
  catalog_imports: ImportRow;
  catalog_import_items: ImportItemRow;
  catalog_push_inbox: { messageKey: string; externalProductId: string; received: number; receivedAt: number; processedAt: number | null };
  catalog_stock_changes: { changeKey: string; skuId: string; quantity: number; at: number };
  catalog_stock_pushes: StockPushRow;
  catalog_drift_reports: DriftReportRow;
};
