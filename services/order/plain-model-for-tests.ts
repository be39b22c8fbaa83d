/** The plain model that random lives of orders are held against: it knows quantities and statuses, nothing of how they are kept. */
import type { AfterSaleStatus, OrderStatus } from './model';
import { policy } from './order-for-tests';

export interface Line {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly payableFen: number;
  shipped: number;
  /** Refunded before they left. */
  withdrawn: number;
}
export interface Claim {
  readonly afterSaleId: string;
  readonly order: Order;
  readonly line: Line;
  readonly quantity: number;
  readonly returns: boolean;
  unshipped: number;
  refundFen: number;
  status: AfterSaleStatus;
}
export interface Order {
  readonly orderId: string;
  readonly trade: Trade;
  readonly lines: Line[];
  readonly freightFen: number;
  receiveAt: number | null;
  deliveredAt: number | null;
  receivedAt: number | null;
  completed: boolean;
}
export interface Trade {
  readonly tradeId: string;
  readonly payableFen: number;
  readonly placedAt: number;
  readonly orders: Order[];
  status: 'awaiting_payment' | 'paid' | 'cancelled';
}
export interface Model {
  readonly trades: Trade[];
  readonly claims: Claim[];
  readonly stock: Map<string, { onHand: number; reserved: number; sold: number }>;
}

export const OPEN: readonly AfterSaleStatus[] = ['applied', 'approved', 'returning', 'returned', 'refunding'];
export const claimsOf = (model: Model, line: Line, statuses: readonly AfterSaleStatus[]): Claim[] =>
  model.claims.filter((claim) => claim.line === line && statuses.includes(claim.status));
export const units = (claims: readonly Claim[]): number => claims.reduce((sum, claim) => sum + claim.quantity, 0);
export const ordersOf = (model: Model): Order[] => model.trades.flatMap((trade) => trade.orders);

export function statusOf(model: Model, order: Order): OrderStatus {
  if (order.trade.status !== 'paid') return order.trade.status;
  if (order.lines.every((line) => units(claimsOf(model, line, ['refunded'])) === line.quantity)) return 'cancelled';
  if (order.completed) return 'completed';
  if (order.receivedAt !== null) return 'received';
  if (order.lines.every((line) => line.shipped === 0)) return 'paid';
  return order.lines.every((line) => line.shipped >= line.quantity - line.withdrawn) ? 'shipped' : 'partly_shipped';
}

export const hasOpenClaim = (model: Model, order: Order): boolean => order.lines.some((line) => claimsOf(model, line, OPEN).length > 0);

/** The instant at which the order becomes shipped starts the clock of its automatic receipt. */
export function noteShipping(model: Model, order: Order, now: number): void {
  if (statusOf(model, order) === 'shipped' && order.receiveAt === null) order.receiveAt = now + policy.autoReceiveAfterShippedMs;
}

export function stockOf(model: Model, skuId: string) {
  const stock = model.stock.get(skuId);
  if (!stock) throw new Error(`no stock of ${skuId}`);
  return stock;
}

export const pick = <T>(items: readonly T[], choice: number): T | undefined =>
  items.length === 0 ? undefined : items[choice % items.length];
