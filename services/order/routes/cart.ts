import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import { addToItem, CART_LIMIT, cartItems, insertItem, removeItems, setItem } from '../cart/store';
import { cartView } from '../cart/view';
import type { OrderContext } from '../context';
import { orderContract } from '../contract';
import { fail } from '../problems';
import { stockRows } from '../stock/store';

export function cartRoutes(context: OrderContext): Route[] {
  const { database } = context.platform;

  const view = async (memberId: string) => {
    const items = await cartItems(database.query, memberId);
    const skuIds = items.map((item) => item.skuId);
    return cartView(items, await context.needs.skuFacts(skuIds), await stockRows(database.query, skuIds));
  };

  return [
    implement(orderContract.cart, async ({ actor }) => ok(await view(actor.memberId))),
    implement(orderContract.addCartItem, async ({ actor, body, now }) => {
      const skus = await context.needs.skuFacts([body.skuId]);
      if (!skus.get(body.skuId)?.listed) return fail('skuNotFound', { path: '/skuId' });
      const full = await database.transaction(async (transaction) => {
        const item = { memberId: actor.memberId, skuId: body.skuId, quantity: body.quantity, now };
        if (await addToItem(transaction, item)) return false;
        if ((await cartItems(transaction, actor.memberId)).length >= CART_LIMIT) return true;
        if (!(await insertItem(transaction, item))) await addToItem(transaction, item);
        return false;
      });
      return full ? fail('cartFull', { params: { limit: CART_LIMIT } }) : ok(await view(actor.memberId));
    }),
    implement(orderContract.putCartItem, async ({ actor, params, body, now }) => {
      const changed = await database.transaction((transaction) =>
        setItem(transaction, { memberId: actor.memberId, skuId: params.skuId, quantity: body.quantity, selected: body.selected, now }),
      );
      return changed ? ok(await view(actor.memberId)) : fail('skuNotFound', { path: '/skuId' });
    }),
    implement(orderContract.deleteCartItems, async ({ actor, body }) => {
      await database.transaction((transaction) => removeItems(transaction, actor.memberId, body.skuIds));
      return ok(await view(actor.memberId));
    }),
  ];
}
