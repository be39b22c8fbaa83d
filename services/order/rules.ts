import { addFen, type Fen, fen, largestRemainder, subtractFen, sumFen } from '@qianxing/money';
import {
  AFTER_SALE_TRANSITIONS,
  type AfterSaleStatus,
  type FreightRule,
  ORDER_TRANSITIONS,
  type OrderStatus,
  type SpendDiscount,
} from './model';
import type { OrderableSku } from './needs';

export interface Item {
  readonly skuId: string;
  readonly quantity: number;
}

export interface PricedLine {
  readonly sku: OrderableSku;
  readonly quantity: number;
  readonly goodsFen: Fen;
  readonly discountFen: Fen;
  readonly payableFen: Fen;
}

export interface PricedGroup {
  readonly merchantId: string;
  readonly merchantName: string;
  readonly warehouseId: string;
  readonly warehouseName: string;
  readonly lines: readonly PricedLine[];
  readonly goodsFen: Fen;
  readonly discountFen: Fen;
  readonly freightFen: Fen;
  readonly payableFen: Fen;
}

export interface PricedTrade {
  readonly groups: readonly PricedGroup[];
  readonly goodsFen: Fen;
  readonly discountFen: Fen;
  readonly freightFen: Fen;
  readonly payableFen: Fen;
  readonly discounts: readonly { code: string; labelZh: string; labelEn: string; amountFen: Fen }[];
}

export interface PricingRules {
  readonly spendDiscounts: readonly SpendDiscount[];
  readonly freight: FreightRule;
}

/**
 * Prices items with the catalogue's prices, splits them by merchant and warehouse, and freezes every line's share of the discount
 * by largest remainder. Groups and lines keep the order of the items.
 *
 * @param items distinct SKUs, all present in `skus`
 * @param provinceCode province of delivery, for freight; undefined while no address is chosen (no remote surcharge)
 */
export function priceTrade(
  items: readonly Item[],
  skus: ReadonlyMap<string, OrderableSku>,
  rules: PricingRules,
  provinceCode: string | undefined,
): PricedTrade {
  const bare = items.map((item) => {
    const sku = skus.get(item.skuId);
    if (!sku) throw new RangeError(`SKU without facts: ${item.skuId}`);
    return { sku, quantity: item.quantity, goodsFen: fen(sku.priceFen * item.quantity) };
  });
  const goodsFen = sumFen(bare.map((line) => line.goodsFen));
  const discount = bestDiscount(goodsFen, rules.spendDiscounts);
  const discountFen = fen(discount?.amountFen ?? 0);
  const shares = largestRemainder(
    discountFen,
    bare.map((line) => line.goodsFen),
  );
  const lines = bare.map((line, index): PricedLine => {
    const share = shares[index] ?? fen(0);
    return { ...line, discountFen: share, payableFen: subtractFen(line.goodsFen, share) };
  });
  const groups = groupLines(lines).map((group) => priceGroup(group, rules.freight, provinceCode));
  const freightFen = sumFen(groups.map((group) => group.freightFen));
  return {
    groups,
    goodsFen,
    discountFen,
    freightFen,
    payableFen: addFen(subtractFen(goodsFen, discountFen), freightFen),
    discounts: discount ? [{ code: discount.code, labelZh: discount.labelZh, labelEn: discount.labelEn, amountFen: discountFen }] : [],
  };
}

/** The largest discount whose threshold is met; never more than the goods cost. */
export function bestDiscount(goodsFen: Fen, discounts: readonly SpendDiscount[]): SpendDiscount | undefined {
  let best: SpendDiscount | undefined;
  for (const discount of discounts) {
    if (goodsFen < discount.thresholdFen || discount.amountFen > goodsFen) continue;
    if (!best || discount.amountFen > best.amountFen) best = discount;
  }
  return best;
}

function groupLines(lines: readonly PricedLine[]): PricedLine[][] {
  const groups = new Map<string, PricedLine[]>();
  for (const line of lines) {
    const key = `${line.sku.merchantId}/${line.sku.warehouseId}`;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()];
}

function priceGroup(lines: readonly PricedLine[], rule: FreightRule, provinceCode: string | undefined): PricedGroup {
  const first = lines[0];
  if (!first) throw new RangeError('empty group');
  const goodsFen = sumFen(lines.map((line) => line.goodsFen));
  const discountFen = sumFen(lines.map((line) => line.discountFen));
  const weightGrams = lines.reduce((sum, line) => sum + line.sku.weightGrams * line.quantity, 0);
  const freightFen = freightOf(goodsFen, weightGrams, rule, provinceCode);
  return {
    merchantId: first.sku.merchantId,
    merchantName: first.sku.merchantName,
    warehouseId: first.sku.warehouseId,
    warehouseName: first.sku.warehouseName,
    lines,
    goodsFen,
    discountFen,
    freightFen,
    payableFen: addFen(subtractFen(goodsFen, discountFen), freightFen),
  };
}

/** Freight of one group: first weight plus each begun next weight, free from a goods value on, remote provinces extra. */
export function freightOf(goodsFen: Fen, weightGrams: number, rule: FreightRule, provinceCode: string | undefined): Fen {
  const remoteFen = provinceCode !== undefined && rule.remoteProvinceCodes.includes(provinceCode) ? rule.remoteFen : 0;
  if (goodsFen >= rule.freeFromFen) return fen(remoteFen);
  const extra = Math.max(0, weightGrams - rule.firstGrams);
  return fen(rule.firstFen + Math.ceil(extra / rule.nextGrams) * rule.nextFen + remoteFen);
}

export interface RefundableLine {
  readonly quantity: number;
  readonly payableFen: number;
  readonly refundedQuantity: number;
  readonly refundedFen: number;
  readonly openQuantity: number;
  readonly openFen: number;
}

/** Quantity of a line for which an after-sale may still be applied. */
export const refundableQuantity = (line: RefundableLine): number => line.quantity - line.refundedQuantity - line.openQuantity;

/**
 * Units of a line that are not claimed by an after-sale yet: `unshipped` ones may be refunded before they leave, `returnable` ones have
 * left and may come back. `claimedUnshipped` of the claimed units had not left.
 */
export function unclaimedUnits(
  line: RefundableLine & { readonly shippedQuantity: number },
  claimedUnshipped: number,
): { unshipped: number; returnable: number } {
  const claimedShipped = line.refundedQuantity + line.openQuantity - claimedUnshipped;
  return {
    unshipped: Math.max(0, line.quantity - line.shippedQuantity - claimedUnshipped),
    returnable: Math.max(0, line.shippedQuantity - claimedShipped),
  };
}

/**
 * Goods amount for refunding `quantity` more units. A difference of cumulative shares, clamped to what is left, and exactly the rest
 * when the last units go back: any sequence of partial refunds that ends with all units ends at exactly what was paid.
 */
export function refundShare(line: RefundableLine, quantity: number): Fen {
  const taken = line.refundedQuantity + line.openQuantity;
  const left = line.payableFen - line.refundedFen - line.openFen;
  if (quantity < 1 || taken + quantity > line.quantity) throw new RangeError(`cannot refund ${quantity} of ${line.quantity - taken}`);
  if (taken + quantity === line.quantity) return fen(left);
  const cumulative = (units: number): number => Number((BigInt(line.payableFen) * BigInt(units)) / BigInt(line.quantity));
  return fen(Math.min(left, cumulative(taken + quantity) - cumulative(taken)));
}

export const mayFollow = (from: OrderStatus, to: OrderStatus): boolean => ORDER_TRANSITIONS[from].includes(to);
export const mayFollowAfterSale = (from: AfterSaleStatus, to: AfterSaleStatus): boolean => AFTER_SALE_TRANSITIONS[from].includes(to);

/**
 * Status of a paid order from how much of what has to be shipped has been. `withdrawnQuantity` units were refunded before they left;
 * units refunded after they left do not count against the rest.
 */
export function shippingStatus(
  lines: readonly { quantity: number; shippedQuantity: number; withdrawnQuantity: number }[],
): 'paid' | 'partly_shipped' | 'shipped' {
  const anyShipped = lines.some((line) => line.shippedQuantity > 0);
  const allShipped = anyShipped && lines.every((line) => line.shippedQuantity >= line.quantity - line.withdrawnQuantity);
  if (allShipped) return 'shipped';
  return anyShipped ? 'partly_shipped' : 'paid';
}
