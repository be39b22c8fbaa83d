import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { type Reaction, reaction } from '@qianxing/events';
import { lineRefunded, orderCancelled, orderPaid, orderPlaced } from '@qianxing/order/contract';
import type { CatalogContext } from './context';
import { productChanged } from './contract';
import { addSold } from './store';
import { noteStockChange } from './sync/pushes';
import type { CatalogTables } from './tables';

export function catalogReactions(context: CatalogContext): Reaction[] {
  return [
    reaction('catalog.noteReserved', orderPlaced, async (transaction, event) => {
      for (const line of event.payload.lines) {
        await noteStockChange(transaction, {
          changeKey: `reserve:${line.orderLineId}`,
          skuId: line.skuId,
          quantity: line.quantity,
          at: event.occurredAt,
        });
      }
    }),
    reaction('catalog.noteReleased', orderCancelled, async (transaction, event) => {
      for (const line of event.payload.lines) {
        await noteStockChange(transaction, {
          changeKey: `release:${line.orderLineId}`,
          skuId: line.skuId,
          quantity: -line.quantity,
          at: event.occurredAt,
        });
      }
    }),
    reaction('catalog.countSold', orderPaid, async (transaction, event) => {
      for (const line of event.payload.lines) {
        const first = await insertIfAbsent(transaction, 'catalog_sold_lines', {
          orderLineId: line.orderLineId,
          productId: line.productId,
          quantity: line.quantity,
        });
        if (first) await addSold(transaction, line.productId, line.quantity);
      }
    }),
    reaction('catalog.countReturned', lineRefunded, (transaction, event) => countReturned(transaction, event.payload)),
    reaction('catalog.forgetProduct', productChanged, async (_transaction, event) => context.forget(`product/${event.payload.productId}`)),
  ];
}

async function countReturned(
  transaction: Transaction,
  refund: { afterSaleId: string; orderLineId: string; quantity: number },
): Promise<void> {
  const sold = await transaction
    .withTables<CatalogTables>()
    .selectFrom('catalog_sold_lines')
    .select('productId')
    .where('orderLineId', '=', refund.orderLineId)
    .executeTakeFirst();
  if (!sold) return;
  const first = await insertIfAbsent(transaction, 'catalog_sold_lines', {
    orderLineId: `refund:${refund.afterSaleId}`,
    productId: sold.productId,
    quantity: -refund.quantity,
  });
  if (first) await addSold(transaction, sold.productId, -refund.quantity);
}
