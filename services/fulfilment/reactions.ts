import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { type Reaction, reaction } from '@qianxing/events';
import { afterSaleHold, orderPaid } from '@qianxing/order/contract';
import { memberErased } from '@qianxing/user/contract';
import { addHeld, lockTask, refreshOpen, releaseHeld } from './store';
import type { FulfilmentTables } from './tables';

export function fulfilmentReactions(): Reaction[] {
  return [
    reaction('fulfilment.openTask', orderPaid, async (transaction, event) => {
      const { payload } = event;
      const first = await insertIfAbsent(transaction, 'fulfilment_tasks', {
        orderId: payload.orderId,
        orderNo: payload.orderNo,
        tradeId: payload.tradeId,
        memberId: payload.memberId,
        paymentId: payload.paymentId,
        warehouseId: payload.warehouseId,
        recipientName: payload.recipient.name,
        recipientPhone: payload.recipient.phone,
        region: payload.recipient.region,
        detail: payload.recipient.detail,
        open: 1,
        deliveredAt: null,
        paidAt: payload.paidAt,
      });
      if (!first) return;
      for (const [position, line] of payload.lines.entries()) {
        await insertIfAbsent(transaction, 'fulfilment_task_lines', {
          orderLineId: line.orderLineId,
          orderId: payload.orderId,
          position,
          title: line.title,
          label: line.label,
          quantity: line.quantity,
          shippedQuantity: 0,
          heldQuantity: 0,
        });
      }
    }),
    reaction('fulfilment.hold', afterSaleHold, (transaction, event) =>
      event.payload.released ? release(transaction, event.payload) : hold(transaction, event.payload),
    ),
    reaction('fulfilment.forgetMember', memberErased, (transaction, event) => forget(transaction, event.payload.memberId)),
  ];
}

interface Hold {
  readonly afterSaleId: string;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly quantity: number;
}

/** Refunded units stay held: they must never be shipped. Only a rejected or cancelled after-sale gives them back. */
async function hold(transaction: Transaction, { afterSaleId, orderId, orderLineId, quantity }: Hold): Promise<void> {
  await lockTask(transaction, orderId);
  if (!(await insertIfAbsent(transaction, 'fulfilment_holds', { afterSaleId, orderLineId, quantity: 0, released: 0 }))) return;
  const held = await addHeld(transaction, orderLineId, quantity);
  await transaction
    .withTables<FulfilmentTables>()
    .updateTable('fulfilment_holds')
    .set({ quantity: held })
    .where('afterSaleId', '=', afterSaleId)
    .execute();
  await refreshOpen(transaction, orderId);
}

async function release(transaction: Transaction, { afterSaleId, orderId, orderLineId }: Hold): Promise<void> {
  await lockTask(transaction, orderId);
  const tables = transaction.withTables<FulfilmentTables>();
  const row = await tables.selectFrom('fulfilment_holds').selectAll().where('afterSaleId', '=', afterSaleId).executeTakeFirst();
  if (!row || row.released === 1) return;
  await tables.updateTable('fulfilment_holds').set({ released: 1 }).where('afterSaleId', '=', afterSaleId).execute();
  if (row.quantity > 0) await releaseHeld(transaction, orderLineId, row.quantity);
  await refreshOpen(transaction, orderId);
}

/** Recipients of orders that need no more shipping are forgotten with their member. */
async function forget(transaction: Transaction, memberId: string): Promise<void> {
  await transaction
    .withTables<FulfilmentTables>()
    .updateTable('fulfilment_tasks')
    .set({ recipientName: '', recipientPhone: '', detail: '' })
    .where('memberId', '=', memberId)
    .where('open', '=', 0)
    .execute();
}
