import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import type { OrderTables } from '../tables';

/** Kinds of goods a cart holds at most. */
export const CART_LIMIT = 100;

export interface CartItemRow {
  readonly skuId: string;
  readonly quantity: number;
  readonly selected: number;
}

const itemsOf = (query: Query) => query.withTables<OrderTables>();

export async function cartItems(query: Query, memberId: string): Promise<CartItemRow[]> {
  return itemsOf(query)
    .selectFrom('order_cart_items')
    .select(['skuId', 'quantity', 'selected'])
    .where('memberId', '=', memberId)
    .orderBy('addedAt', 'desc')
    .orderBy('skuId')
    .execute();
}

interface ItemChange {
  readonly memberId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly now: number;
}

/** Sets the quantity; answers false when the item is not in the cart. */
export async function setItem(transaction: Transaction, item: ItemChange & { selected: boolean | undefined }): Promise<boolean> {
  const change = item.selected === undefined ? { quantity: item.quantity } : { quantity: item.quantity, selected: item.selected ? 1 : 0 };
  const { numUpdatedRows } = await itemsOf(transaction)
    .updateTable('order_cart_items')
    .set(change)
    .where('memberId', '=', item.memberId)
    .where('skuId', '=', item.skuId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Adds to the quantity, at most to 999; answers false when the item is not in the cart. */
export async function addToItem(transaction: Transaction, item: ItemChange): Promise<boolean> {
  const { numUpdatedRows } = await itemsOf(transaction)
    .updateTable('order_cart_items')
    .set({ quantity: sql<number>`case when quantity + ${item.quantity} > 999 then 999 else quantity + ${item.quantity} end`, selected: 1 })
    .where('memberId', '=', item.memberId)
    .where('skuId', '=', item.skuId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Puts a new item in; answers false when the same item came in meanwhile. */
export async function insertItem(transaction: Transaction, item: ItemChange): Promise<boolean> {
  return insertIfAbsent(transaction, 'order_cart_items', {
    memberId: item.memberId,
    skuId: item.skuId,
    quantity: item.quantity,
    selected: 1,
    addedAt: item.now,
  });
}

export async function removeItems(transaction: Transaction, memberId: string, skuIds: readonly string[]): Promise<void> {
  if (skuIds.length === 0) return;
  await itemsOf(transaction).deleteFrom('order_cart_items').where('memberId', '=', memberId).where('skuId', 'in', skuIds).execute();
}

export async function emptyCart(transaction: Transaction, memberId: string): Promise<void> {
  await itemsOf(transaction).deleteFrom('order_cart_items').where('memberId', '=', memberId).execute();
}
