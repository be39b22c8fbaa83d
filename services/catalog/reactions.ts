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
          skuId: line.skuId,
          quantity: line.quantity,
        });
        if (first) await addSold(transaction, line.productId, line.quantity);
      }
    }),
    reaction('catalog.noteRestocked', lineRefunded, async (transaction, event) => {
      const { afterSaleId, orderLineId, restockedQuantity } = event.payload;
      if (restockedQuantity === 0) return;
      const sold = await soldLine(transaction, orderLineId);
      if (!sold) throw new Error(`units of ${orderLineId} came back before they were noted as taken`);
      const quantity = -restockedQuantity;
      await noteStockChange(transaction, { changeKey: `restock:${afterSaleId}`, skuId: sold.skuId, quantity, at: event.occurredAt });
    }),
    reaction('catalog.countReturned', lineRefunded, (transaction, event) => countReturned(transaction, event.payload)),
    reaction('catalog.forgetProduct', productChanged, async (_transaction, event) => context.forget(`product/${event.payload.productId}`)),
  ];
}

async function soldLine(transaction: Transaction, orderLineId: string): Promise<{ productId: string; skuId: string } | undefined> {
  return transaction
    .withTables<CatalogTables>()
    .selectFrom('catalog_sold_lines')
    .select(['productId', 'skuId'])
    .where('orderLineId', '=', orderLineId)
    .executeTakeFirst();
}

async function countReturned(
  transaction: Transaction,
  refund: { afterSaleId: string; orderLineId: string; quantity: number },
): Promise<void> {
  const sold = await soldLine(transaction, refund.orderLineId);
  // Reactions do not wait for each other: thrown, it is delivered again.
  if (!sold) throw new Error(`${refund.orderLineId} was refunded before it was counted as sold`);
  const first = await insertIfAbsent(transaction, 'catalog_sold_lines', {
    orderLineId: `refund:${refund.afterSaleId}`,
    productId: sold.productId,
    skuId: sold.skuId,
    quantity: -refund.quantity,
  });
  if (first) await addSold(transaction, sold.productId, -refund.quantity);
}
