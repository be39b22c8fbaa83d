import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { memberErased } from '@qianxing/user/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CART_LIMIT } from './cart/store';
import { orderContract } from './contract';
import { ADDRESS, codeOf, MEMBER, OTHER_MEMBER, openShop, type Shop, SKUS, sku, successOf } from './order-for-tests';

describe.each(testDatabases())('the cart on $name', (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
    await shop.stock(SKUS.valve, 5);
    await shop.stock(SKUS.wheel, 5);
  });
  afterEach(() => shop.close());

  const add = (skuId: string, quantity: number) => shop.call(orderContract.addCartItem, shop.buyer(), { body: { skuId, quantity } });
  const put = (skuId: string, body: { quantity: number; selected?: boolean }) =>
    shop.call(orderContract.putCartItem, shop.buyer(), { params: { skuId }, body });
  const read = async (memberId = MEMBER) => successOf(await shop.call(orderContract.cart, shop.buyer(memberId)));

  it('adds up, keeps the newest first, and shows prices of this moment', async () => {
    successOf(await add(SKUS.valve, 1));
    shop.clock.advance(1);
    successOf(await add(SKUS.wheel, 1));
    const cart = successOf(await add(SKUS.valve, 2));
    expect(cart.items.map((item) => [item.skuId, item.quantity, item.obstacle])).toEqual([
      [SKUS.wheel, 1, null],
      [SKUS.valve, 3, null],
    ]);
    expect(cart).toMatchObject({ selectedCount: 4, selectedTotalFen: 10_001 + 3 * 999 });
    shop.catalogue.set(SKUS.wheel, sku(SKUS.wheel, { priceFen: 9_000 }));
    expect((await read()).selectedTotalFen).toBe(9_000 + 3 * 999);
    expect((await read(OTHER_MEMBER)).items).toEqual([]);
  });

  it('counts only what is selected and can be ordered, and says what is in the way', async () => {
    successOf(await add(SKUS.valve, 5));
    successOf(await add(SKUS.wheel, 1));
    successOf(await put(SKUS.wheel, { quantity: 2, selected: false }));
    expect(await read()).toMatchObject({ selectedCount: 5, selectedTotalFen: 5 * 999 });
    successOf(await put(SKUS.valve, { quantity: 6 }));
    const obstacle = async () => (await read()).items.find((item) => item.skuId === SKUS.valve)?.obstacle;
    expect(await obstacle()).toBe('too_many');
    await shop.stock(SKUS.valve, 0);
    expect(await obstacle()).toBe('out_of_stock');
    shop.catalogue.set(SKUS.valve, sku(SKUS.valve, { listed: false }));
    expect(await obstacle()).toBe('delisted');
    expect(await read()).toMatchObject({ selectedCount: 0, selectedTotalFen: 0 });
    shop.catalogue.delete(SKUS.valve);
    expect((await read()).items.map((item) => item.skuId)).toEqual([SKUS.wheel]);
  });

  it('holds at most 999 of an item, refuses what is not sold and what is not in it', async () => {
    successOf(await add(SKUS.valve, 998));
    expect(successOf(await add(SKUS.valve, 998)).items[0]?.quantity).toBe(999);
    expect(codeOf(await add(SKUS.delisted, 1))).toBe('order.skuNotFound');
    expect(codeOf(await put(SKUS.wheel, { quantity: 1 }))).toBe('order.skuNotFound');
    const removed = await shop.call(orderContract.deleteCartItems, shop.buyer(), { body: { skuIds: [SKUS.valve, newId()] } });
    expect(successOf(removed).items).toEqual([]);
  });

  it('holds a limited number of kinds, of which more may still be added', async () => {
    const ids = Array.from({ length: CART_LIMIT + 1 }, (_, index) => newId(1_000 + index));
    for (const id of ids) shop.catalogue.set(id, sku(id));
    for (const id of ids.slice(0, CART_LIMIT)) successOf(await add(id, 1));
    expect(codeOf(await add(ids[CART_LIMIT]!, 1))).toBe('order.cartFull');
    expect(successOf(await add(ids[0]!, 1)).items).toHaveLength(CART_LIMIT);
  });

  it('given the same new item twice at once, then both count', async () => {
    const answers = await Promise.all([add(SKUS.valve, 1), add(SKUS.valve, 2)]);
    for (const answer of answers) successOf(answer);
    expect((await read()).items.map((item) => item.quantity)).toEqual([3]);
  });

  it('given an order, then what was ordered leaves the cart and the rest stays', async () => {
    successOf(await add(SKUS.valve, 1));
    successOf(await add(SKUS.wheel, 1));
    const body = { items: [{ skuId: SKUS.valve, quantity: 1 }], addressId: ADDRESS, expectedPayableFen: 1_999 };
    successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }));
    await shop.bus.drain();
    expect((await read()).items.map((item) => item.skuId)).toEqual([SKUS.wheel]);
  });

  it('given a member is erased, then their cart is empty and others’ are not', async () => {
    successOf(await add(SKUS.valve, 1));
    successOf(await shop.call(orderContract.addCartItem, shop.buyer(OTHER_MEMBER), { body: { skuId: SKUS.valve, quantity: 1 } }));
    await shop.publish(memberErased, MEMBER, { memberId: MEMBER });
    expect((await read()).items).toEqual([]);
    expect((await read(OTHER_MEMBER)).items).toHaveLength(1);
  });
});
