import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { type Reaction, reaction } from '@qianxing/events';
import { afterSaleHold, lineRefunded, orderPaid } from '@qianxing/order/contract';
import { memberErased } from '@qianxing/user/contract';
import type { FulfilmentContext } from './context';
import { reportIfCompleted } from './shipping-info/report';
import { addHeld, forgetRecipients, lockTask, refreshOpen, releaseHeld, setRefunded } from './store';
import type { FulfilmentTables, HoldRow } from './tables';
import { noteDelivery } from './tracking/news';

export function fulfilmentReactions(context: FulfilmentContext): Reaction[] {
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
        warehouseName: payload.warehouseName,
        recipientName: payload.recipient.name,
        recipientPhone: payload.recipient.phone,
        region: payload.recipient.region,
        detail: payload.recipient.detail,
        open: 1,
        forget: 0,
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
          refundedQuantity: 0,
        });
      }
      await applyWaitingHolds(transaction, payload.orderId);
    }),
    reaction('fulfilment.hold', afterSaleHold, (transaction, event) =>
      event.payload.released ? release(transaction, event.payload) : hold(context, transaction, event.payload, event.occurredAt),
    ),
    reaction('fulfilment.noteRefund', lineRefunded, (transaction, event) => noteRefund(transaction, event.payload, event.occurredAt)),
    reaction('fulfilment.forgetMember', memberErased, (transaction, event) => forget(transaction, event.payload.memberId)),
  ];
}

interface Hold {
  readonly afterSaleId: string;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly quantity: number;
}

/**
 * Refunded units stay held: they must never be shipped. Only a rejected or cancelled after-sale gives them back. A hold that arrives before
 * its order waits for it.
 */
async function hold(context: FulfilmentContext, transaction: Transaction, wanted: Hold, now: number): Promise<void> {
  const { afterSaleId, orderId, orderLineId, quantity } = wanted;
  const task = await lockTask(transaction, orderId);
  const row = { afterSaleId, orderId, orderLineId, wantedQuantity: quantity, quantity: 0, released: 0 };
  if (!(await insertIfAbsent(transaction, 'fulfilment_holds', row)) || !task) return;
  await holdBack(transaction, row);
  await refreshOpen(transaction, orderId);
  await noteDelivery(context, transaction, orderId, now);
  await reportIfCompleted(transaction, task.paymentId, now);
}

/** What is refunded is never shipped: the rest may be everything. */
async function noteRefund(
  transaction: Transaction,
  { orderId, orderLineId, lineRefundedQuantity }: { orderId: string; orderLineId: string; lineRefundedQuantity: number },
  now: number,
): Promise<void> {
  const task = await lockTask(transaction, orderId);
  if (task && (await setRefunded(transaction, orderLineId, lineRefundedQuantity)))
    await reportIfCompleted(transaction, task.paymentId, now);
}

async function holdBack(transaction: Transaction, { afterSaleId, orderLineId, wantedQuantity }: HoldRow): Promise<void> {
  const quantity = await addHeld(transaction, orderLineId, wantedQuantity);
  await transaction
    .withTables<FulfilmentTables>()
    .updateTable('fulfilment_holds')
    .set({ quantity })
    .where('afterSaleId', '=', afterSaleId)
    .execute();
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

async function applyWaitingHolds(transaction: Transaction, orderId: string): Promise<void> {
  const holds = await transaction
    .withTables<FulfilmentTables>()
    .selectFrom('fulfilment_holds')
    .selectAll()
    .where('orderId', '=', orderId)
    .where('released', '=', 0)
    .where('quantity', '=', 0)
    .orderBy('afterSaleId')
    .execute();
  for (const row of holds) await holdBack(transaction, row);
  if (holds.length > 0) await refreshOpen(transaction, orderId);
}

async function forget(transaction: Transaction, memberId: string): Promise<void> {
  await transaction
    .withTables<FulfilmentTables>()
    .updateTable('fulfilment_tasks')
    .set({ forget: 1 })
    .where('memberId', '=', memberId)
    .where('recipientPhone', '<>', '')
    .execute();
  await forgetRecipients(transaction);
}
