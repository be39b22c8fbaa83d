import { expect } from 'vitest';
import { until } from '../world/http';
import type { Person } from '../world/people';
import { type Caller, everything, type Item, type Order } from '../world/shop';
import { offlineCheck, quiet, sandboxBooks, type World } from '../world/world';
import type { Supervised } from './supervisor';

/** Two SKUs of two merchants where there are: one payment, two orders. */
export function basket({ cast: { skus } }: World): Item[] {
  const [first, ...others] = skus.filter(({ available }) => available > 40);
  const second = others.find(({ merchantId }) => merchantId !== first?.merchantId) ?? others[0];
  if (first === undefined || second === undefined) throw new Error('the template has too few goods');
  return [
    { skuId: first.skuId, quantity: 2 },
    { skuId: second.skuId, quantity: 1 },
  ];
}

/** What is true of a world before the faults, so that afterwards exactly what was asked for has been added. */
export interface Before {
  readonly paid: number;
  readonly refunds: number;
  readonly transfers: number;
  /** Units reserved or sold, by SKU. */
  readonly taken: ReadonlyMap<string, number>;
}

export async function lookBefore({ place, cast }: World, { call }: Pick<Supervised, 'call'>): Promise<Before> {
  const books = await sandboxBooks(place.sandboxUrl);
  return {
    paid: books.transactions.length,
    refunds: books.refunds.length,
    transfers: books.transfers.length,
    taken: await takenUnits(call, cast.admin),
  };
}

async function takenUnits(call: Caller, staff: Person): Promise<Map<string, number>> {
  const rows = await everything<{ skuId: string; reserved: number; sold: number }>(call, staff, '/staff/v1/stock');
  return new Map(rows.map(({ skuId, reserved, sold }) => [skuId, reserved + sold]));
}

/** What was asked for since `Before`. */
export interface Asked {
  readonly paidFen: readonly number[];
  readonly refundsFen: readonly number[];
  readonly transfersFen: readonly number[];
  /** Units reserved or sold, by SKU, less what came back. */
  readonly taken: ReadonlyMap<string, number>;
}

export const NOTHING: Asked = { paidFen: [], refundsFen: [], transfersFen: [], taken: new Map() };

const sorted = (amounts: readonly number[]) => [...amounts].sort((a, b) => a - b);

/**
 * The end of every fault test: exactly what was asked for happened, once, here and at the provider; the server comes to rest, and the
 * offline checker finds nothing.
 */
export async function expectExactly(world: World, server: Pick<Supervised, 'call' | 'stop'>, before: Before, asked: Asked): Promise<void> {
  const { sandboxUrl, serverUrl } = world.place;
  await until('every notice to be sent', async () => (await fetch(`${sandboxUrl}/sandbox/settle`, { method: 'POST' })).ok || undefined);
  await quiet(serverUrl);
  const taken = await takenUnits(server.call, world.cast.admin);
  for (const [skuId, units] of taken)
    expect(units, `units taken of ${skuId}`).toBe((before.taken.get(skuId) ?? 0) + (asked.taken.get(skuId) ?? 0));
  await server.stop();
  const books = await sandboxBooks(sandboxUrl);
  const paid = books.transactions.slice(before.paid).filter(({ state }) => state === 'SUCCESS' || state === 'REFUND');
  expect(sorted(paid.map(({ totalFen }) => totalFen))).toEqual(sorted(asked.paidFen));
  expect(sorted(books.refunds.slice(before.refunds).map(({ amountFen }) => amountFen))).toEqual(sorted(asked.refundsFen));
  expect(sorted(books.transfers.slice(before.transfers).map(({ amountFen }) => amountFen))).toEqual(sorted(asked.transfersFen));
  const { code, output } = await offlineCheck(world);
  expect(output).toContain('nothing found');
  expect(code).toBe(0);
}

/** Every order of the buyer; nothing doubled means as many as were placed. */
export const unitsOf = (orders: readonly Order[]): Map<string, number> => {
  const units = new Map<string, number>();
  for (const line of orders.flatMap(({ lines }) => lines))
    units.set(line.skuId, (units.get(line.skuId) ?? 0) + line.quantity - line.refundedQuantity);
  return units;
};
