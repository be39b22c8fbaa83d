import { isUniqueViolation } from '@qianxing/database';
import { type Failed, ok, platformProblems, type Result } from '@qianxing/errors';
import { formatYuan } from '@qianxing/money';
import type { Platform } from '@qianxing/service';
import type { OrderPolicy } from './model';
import type { OrderableSku, OrderNeeds } from './needs';
import { type PlacedTrade, type Placement, replay, tradeByRequestKey } from './placement';
import { fail } from './problems';
import { type Item, type PricedTrade, priceTrade } from './rules';

const NUMBERS_DRAWN = 5;

/** What a checkout asks for. */
export interface OrderRequest {
  readonly memberId: string;
  readonly requestKey: string;
  /** Hash of the request's body. */
  readonly requestHash: string;
  readonly items: readonly Item[];
  readonly addressId: string;
  readonly expectedPayableFen: number;
  readonly remark: string | null;
  readonly now: number;
}

export interface Ordering {
  readonly platform: Platform;
  readonly needs: OrderNeeds;
  readonly policy: OrderPolicy;
  readonly submit: (placement: Placement) => Promise<Result<PlacedTrade>>;
}

/** Prices items with facts of the catalogue. Fails on a doubled, unknown or delisted SKU, naming the field. */
export async function priceItems(
  ordering: Pick<Ordering, 'needs' | 'policy'>,
  items: readonly Item[],
  provinceCode: string | undefined,
): Promise<Result<PricedTrade>> {
  const doubled = doubledSku(items);
  if (doubled) return doubled;
  return priceWith(ordering, items, await ordering.needs.skuFacts(items.map(({ skuId }) => skuId)), provinceCode);
}

function doubledSku(items: readonly Item[]): Failed | undefined {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item.skuId)) return fail('duplicateSku', { path: `/items/${index}/skuId` });
    seen.add(item.skuId);
  }
  return undefined;
}

function priceWith(
  { policy }: Pick<Ordering, 'policy'>,
  items: readonly Item[],
  skus: ReadonlyMap<string, OrderableSku>,
  provinceCode: string | undefined,
): Result<PricedTrade> {
  for (const [index, item] of items.entries()) {
    if (!skus.get(item.skuId)?.listed) return fail('skuNotFound', { path: `/items/${index}/skuId`, details: { skuId: item.skuId } });
  }
  return ok(priceTrade(items, skus, policy, provinceCode));
}

/**
 * Places a trade. The answer comes after the commit. The same request key answers with the same trade; the same key with another body
 * is a conflict. Prices are the server's: a total that differs from the one the buyer saw is refused with the new total.
 */
export async function placeTrade(ordering: Ordering, request: OrderRequest): Promise<Result<PlacedTrade>> {
  const offer = await offerFor(ordering, request);
  if (offer.ok) return submitOnce(ordering, placementOf(ordering, request, offer.value));
  // What was placed with this key before stays placed, whatever has become of its price or its address since.
  const known = await tradeByRequestKey(ordering.platform.database.query, request.memberId, request.requestKey);
  return known ? replay(known, request.requestHash) : offer;
}

type Offer = Pick<Placement, 'requestHash' | 'priced' | 'address' | 'beneficiaries'>;

/** What is placed if nothing has changed: goods at the server's prices, address, and who earns. */
async function offerFor(ordering: Ordering, request: OrderRequest): Promise<Result<Offer>> {
  const { needs } = ordering;
  const doubled = doubledSku(request.items);
  if (doubled) return doubled;
  const [address, skus, beneficiaries] = await Promise.all([
    needs.address(request.memberId, request.addressId),
    needs.skuFacts(request.items.map(({ skuId }) => skuId)),
    needs.beneficiaries(request.memberId),
  ]);
  if (!address) return fail('addressNotFound', { path: '/addressId' });
  const priced = priceWith(ordering, request.items, skus, address.provinceCode);
  if (!priced.ok) return priced;
  if (priced.value.payableFen !== request.expectedPayableFen) {
    return fail('priceChanged', {
      path: '/expectedPayableFen',
      params: { payable: formatYuan(priced.value.payableFen) },
      details: { payableFen: priced.value.payableFen },
    });
  }
  // A buyer who registered a moment ago may belong to a promoter of whom we have not heard yet: freezing «nobody» would take their commission.
  if (beneficiaries === null && (await needs.isBindingPending(request.memberId))) return platformProblems.fail('busy');
  return ok({ requestHash: request.requestHash, priced: priced.value, address, beneficiaries });
}

function placementOf(ordering: Ordering, request: OrderRequest, offer: Offer): Placement {
  return {
    ...offer,
    memberId: request.memberId,
    requestKey: request.requestKey,
    remark: request.remark,
    now: request.now,
    expiresAt: request.now + ordering.policy.paymentWindowMs,
  };
}

/**
 * Another process may place the same key between our look and our insert; its trade is then the answer. Without one it was the number
 * that somebody else drew in the same second: every try draws a new one.
 */
async function submitOnce(ordering: Ordering, placement: Placement): Promise<Result<PlacedTrade>> {
  for (let tries = 0; tries < NUMBERS_DRAWN; tries += 1) {
    try {
      return await ordering.submit(placement);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const winner = await tradeByRequestKey(ordering.platform.database.query, placement.memberId, placement.requestKey);
      if (winner) return replay(winner, placement.requestHash);
    }
  }
  return platformProblems.fail('busy');
}
