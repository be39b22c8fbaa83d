import type { Caller, Sku, Trade } from '../world/shop';
import { pay, place } from '../world/shop';
import type { World } from '../world/world';

/** Orders that clients were told of. */
export interface Sold {
  readonly placed: readonly Trade[];
  readonly paid: readonly Trade[];
}

const CLIENTS = 8;
const PAYS_EVERY = 5;

/**
 * Clients that buy one unit each time, as fast as they are served, `orders` times in all; every fifth order is paid too. `at` is called
 * once with every number of orders that were acknowledged, while the others go on.
 */
export async function buyUnderLoad(world: World, call: Caller, orders: number, at: (acknowledged: number) => void): Promise<Sold> {
  const { buyer, skus } = world.cast;
  const plenty = skus.filter(({ available }) => available > orders);
  const goods: readonly Sku[] = plenty.length > 0 ? plenty : skus;
  const placed: Trade[] = [];
  const paid: Trade[] = [];
  let begun = 0;
  const client = async () => {
    while (begun < orders) {
      const number = begun;
      begun += 1;
      const sku = goods[number % goods.length];
      if (sku === undefined) throw new Error('no goods');
      const trade = await place(call, buyer, [{ skuId: sku.skuId, quantity: 1 }]);
      placed.push(trade);
      at(placed.length);
      if (number % PAYS_EVERY !== 0) continue;
      await pay(call, world.place.sandboxUrl, buyer, trade);
      paid.push(trade);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { placed, paid };
}
