import type { Query } from '@qianxing/database';
import { toIso } from '@qianxing/time';
import type { AfterSale } from '../contract';
import type { AfterSaleRow } from '../tables';
import { type AfterSaleHistoryRow, historyOfAfterSales, linesById, orderNumbers } from './store';

/** Rows with what the views need of other tables; three queries whatever the number of rows. */
export async function afterSaleViews(
  query: Query,
  rows: readonly AfterSaleRow[],
  viewer: 'buyer' | 'staff',
  returnAddress: string,
): Promise<AfterSale[]> {
  const lines = await linesById(
    query,
    rows.map((row) => row.orderLineId),
  );
  const numbers = await orderNumbers(
    query,
    rows.map((row) => row.orderId),
  );
  const history = await historyOfAfterSales(
    query,
    rows.map((row) => row.afterSaleId),
  );
  return rows.map((row) => {
    const line = lines.get(row.orderLineId);
    return {
      afterSaleId: row.afterSaleId,
      afterSaleNo: row.afterSaleNo,
      orderId: row.orderId,
      orderNo: numbers.get(row.orderId) ?? '',
      orderLineId: row.orderLineId,
      title: line?.title ?? '',
      label: line?.label ?? '',
      pictureUrl: line?.pictureUrl ?? '',
      kind: row.kind,
      quantity: row.quantity,
      refundFen: row.goodsRefundFen + row.freightRefundFen,
      reason: row.reason,
      description: row.description,
      status: row.status,
      rejectReason: row.rejectReason,
      returnAddress: row.kind === 'return_and_refund' && (row.status === 'approved' || row.status === 'returning') ? returnAddress : null,
      returnCarrierCode: row.returnCarrierCode,
      returnWaybillNo: row.returnWaybillNo,
      history: historyView(history, row.afterSaleId),
      actions: viewer === 'buyer' ? buyerActions(row) : staffActions(row),
      createdAt: toIso(row.createdAt),
    };
  });
}

function historyView(history: readonly AfterSaleHistoryRow[], afterSaleId: string): AfterSale['history'] {
  return history
    .filter((entry) => entry.afterSaleId === afterSaleId)
    .map((entry) => ({ status: entry.status, by: entry.actor, note: entry.note, at: toIso(entry.at) }));
}

function buyerActions(row: AfterSaleRow): AfterSale['actions'] {
  if (row.status === 'applied') return ['cancel'];
  if (row.status === 'approved' && row.kind === 'return_and_refund') return ['send_back', 'cancel'];
  return [];
}

function staffActions(row: AfterSaleRow): AfterSale['actions'] {
  if (row.status === 'applied') return ['approve', 'reject'];
  if (row.kind === 'return_and_refund' && (row.status === 'approved' || row.status === 'returning')) return ['confirm_return'];
  return [];
}
