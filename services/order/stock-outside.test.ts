import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop, SKUS } from './order-for-tests';
import { reserve, sell } from './stock/store';

for (const kind of testDatabases()) {
  describe(`stock told by a shop outside, on ${kind.name}`, () => {
    let shop: Shop;
    beforeEach(async () => {
      shop = await openShop(kind);
    });
    afterEach(() => shop.close());

    const told = (available: number, toldUnits?: number) => shop.service.api.setAvailable(SKUS.tyre, 'w', available, 'outside', toldUnits);
    const available = async () => (await shop.service.api.available([SKUS.tyre])).get(SKUS.tyre)?.available;
    const take = (quantity: number) =>
      shop.database.transaction((transaction) => reserve(transaction, [{ skuId: SKUS.tyre, quantity }], shop.clock.now()));

    it('is less by what was taken here and the shop outside did not know of, reserved or sold', async () => {
      await told(10, 0);
      await take(3);
      await shop.database.transaction((transaction) => sell(transaction, [{ skuId: SKUS.tyre, quantity: 2 }], shop.clock.now()));
      await told(10, 0);
      expect(await available()).toBe(7);
      await told(8, 2);
      expect(await available()).toBe(7);
      await told(7, 3);
      expect(await available()).toBe(7);
    });

    it('is never below nothing, and counts as it is when nobody says what was known', async () => {
      await told(10, 0);
      await take(3);
      await told(2, 0);
      expect(await available()).toBe(0);
      await told(2);
      expect(await available()).toBe(2);
    });
  });
}
