/** What a call to the Channels shop ends in. */
export type ShopOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly retryable?: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The few functions the catalogue needs from others. */
export interface CatalogNeeds {
  /**
   * Makes this many units orderable, less what was taken here beyond `toldUnits`, which the Channels shop knew of when it told its stock
   * (order service).
   */
  setAvailable(skuId: string, warehouseId: string, available: number, source: string, toldUnits: number): Promise<void>;
  /** What can be ordered now (order service). */
  available(skuIds: readonly string[]): Promise<Map<string, { readonly available: number }>>;
}
