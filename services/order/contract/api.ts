export interface OrderApi {
  /** What payment needs to open a payment; undefined if the trade is not this member's. */
  tradeForPayment(
    tradeId: string,
    memberId: string,
  ): Promise<
    | {
        tradeId: string;
        tradeNo: string;
        memberId: string;
        payableFen: number;
        status: 'awaiting_payment' | 'paid' | 'cancelled';
        expiresAt: number;
        description: string;
      }
    | undefined
  >;
  /** Number of paid, not fully refunded orders of a member. */
  paidOrderCount(memberId: string): Promise<number>;
  /**
   * Sets what the outside shop says can be sold now (`available`), creating the stock row if needed. `toldUnits` are the units taken here
   * (reserved and sold) that the outside shop knew of when it said so: what was taken beyond them is deducted, exactly and at once, however
   * late the outside shop hears of it. Without it `available` counts as it is.
   */
  setAvailable(skuId: string, warehouseId: string, available: number, source: string, toldUnits?: number): Promise<void>;
  /** Available units by SKU. */
  available(skuIds: readonly string[]): Promise<Map<string, { onHand: number; reserved: number; sold: number; available: number }>>;
  /** Orders and amounts per shop day, half-open period, for dashboards. */
  salesByDay(
    fromMs: number,
    toMs: number,
  ): Promise<{ day: string; placedOrders: number; paidOrders: number; paidFen: number; refundedFen: number; buyers: number }[]>;
  /** Members who paid in the half-open period, each counted once. */
  buyersBetween(fromMs: number, toMs: number): Promise<number>;
  /** Orders under way by status, and those placed in the half-open period that are completed or cancelled; `after_sales_waiting` beside them. */
  countsByStatus(fromMs: number, toMs: number): Promise<Record<string, number>>;
  topProducts(
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<{ productId: string; title: string; quantity: number; paidFen: number }[]>;
}
