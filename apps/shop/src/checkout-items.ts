import { storage } from './platform/storage';

/** What is to be ordered; `fromCart` items leave the cart when the trade is placed. */
export interface CheckoutItems {
  readonly items: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly fromCart: boolean;
}

const STORED = 'checkoutItems';

/** Handed from the cart or a product to the checkout page; survives the way over login and a reload. */
export const keepCheckoutItems = (items: CheckoutItems): void => storage.write(STORED, items);
export const keptCheckoutItems = (): CheckoutItems | null => storage.read<CheckoutItems>(STORED);
export const dropCheckoutItems = (): void => storage.remove(STORED);
