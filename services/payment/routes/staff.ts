import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import { shopDayStart, toIso } from '@qianxing/time';
import { attemptsOf } from '../attempts';
import type { PaymentContext } from '../context';
import { paymentContract } from '../contract';
import { noticesAbout } from '../notices';
import { fail } from '../problems';
import { lastBillDay, reconcile } from '../reconciliation/run';
import { discrepancyCounts, findReconciliation, listDiscrepancies, listReconciliations, resolveDiscrepancy } from '../reconciliation/store';
import { retryRefund } from '../refunds/lifecycle';
import { findRefund, listRefunds, paymentNumbers } from '../refunds/store';
import { queryAndApply } from '../settlement';
import { findPayment, listPayments } from '../store';
import type { DiscrepancyRow, PaymentRow, ReconciliationRow, RefundRow, TransferRow } from '../tables';
import { listTransfers } from '../transfers/store';
import { isoOrNull } from '../views';

type StaffPayment = ResponseOf<typeof paymentContract.staffPayment>;

export function staffRoutes(context: PaymentContext): Route[] {
  const { database } = context.platform;

  const staffPayment = async (paymentId: string): Promise<Result<StaffPayment>> => {
    const row = await findPayment(database.query, paymentId);
    if (!row) return fail('paymentNotFound');
    const notices = await noticesAbout(database.query, row.paymentNo);
    const attempts = await attemptsOf(database.query, paymentId);
    return ok({
      ...paymentRow(row),
      notices: notices.map((notice) => ({
        noticeId: notice.noticeId,
        kind: notice.kind,
        receivedAt: toIso(notice.receivedAt),
        processedAt: isoOrNull(notice.processedAt),
        result: notice.result,
      })),
      attempts: attempts.map(({ operation, outcome, code, message, at }) => ({ operation, outcome, code, message, at: toIso(at) })),
    });
  };
  const refundViews = async (rows: readonly RefundRow[]) => {
    const numbers = await paymentNumbers(database.query, [...new Set(rows.map((row) => row.paymentId))]);
    return rows.map((row) => refundView(row, numbers.get(row.paymentId) ?? ''));
  };
  const reconciliationViews = async (rows: readonly ReconciliationRow[]) => {
    const counts = await discrepancyCounts(
      database.query,
      rows.map((row) => row.reconciliationId),
    );
    return rows.map((row) => ({
      ...row,
      discrepancies: counts.get(row.reconciliationId) ?? 0,
      createdAt: toIso(row.createdAt),
      finishedAt: isoOrNull(row.finishedAt),
    }));
  };

  return [
    implement(paymentContract.staffPayments, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const rows = await listPayments(
        database.query,
        { status: query.status, text: query.text },
        { before: cursor.value?.[0], limit: (query.limit ?? 20) + 1 },
      );
      const page = pageOf(rows, query.limit ?? 20, (row) => row.paymentId);
      return ok({ items: page.items.map(paymentRow), nextCursor: page.nextCursor });
    }),
    implement(paymentContract.staffPayment, ({ params }) => staffPayment(params.paymentId)),
    implement(paymentContract.staffQueryPayment, async ({ params }) => {
      const row = await findPayment(database.query, params.paymentId);
      if (!row) return fail('paymentNotFound');
      await queryAndApply(context, row);
      return staffPayment(params.paymentId);
    }),
    implement(paymentContract.staffRefunds, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const rows = await listRefunds(database.query, query.status, { before: cursor.value?.[0], limit: (query.limit ?? 20) + 1 });
      const page = pageOf(rows, query.limit ?? 20, (row) => row.refundId);
      return ok({ items: await refundViews(page.items), nextCursor: page.nextCursor });
    }),
    implement(paymentContract.retryRefund, async ({ params }) => {
      const row = await findRefund(database.query, params.refundId);
      if (!row) return fail('refundNotFound');
      if (!(await retryRefund(context, row))) return fail('refundNotRetryable');
      const [view] = await refundViews([(await findRefund(database.query, params.refundId)) ?? row]);
      return view ? ok(view) : fail('refundNotFound');
    }),
    implement(paymentContract.staffTransfers, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const rows = await listTransfers(database.query, query.status, { before: cursor.value?.[0], limit: (query.limit ?? 20) + 1 });
      const page = pageOf(rows, query.limit ?? 20, (row) => row.transferId);
      return ok({ items: page.items.map(transferView), nextCursor: page.nextCursor });
    }),
    implement(paymentContract.reconciliations, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const rows = await listReconciliations(database.query, { before: cursor.value?.[0], limit: (query.limit ?? 20) + 1 });
      const page = pageOf(rows, query.limit ?? 20, (row) => row.day);
      return ok({ items: await reconciliationViews(page.items), nextCursor: page.nextCursor });
    }),
    implement(paymentContract.runReconciliation, async ({ body, now }) => {
      const start = shopDayStart(body.day);
      if (Number.isNaN(start) || body.day > lastBillDay(now)) return fail('dayNotOver', { path: '/day' });
      const [view] = await reconciliationViews([await reconcile(context, body.day)]);
      return view ? ok(view) : fail('reconciliationNotFound');
    }),
    implement(paymentContract.discrepancies, async ({ params, query }) => {
      if (!(await findReconciliation(database.query, params.reconciliationId))) return fail('reconciliationNotFound');
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const rows = await listDiscrepancies(database.query, params.reconciliationId, {
        after: cursor.value?.[0],
        limit: (query.limit ?? 20) + 1,
      });
      const page = pageOf(rows, query.limit ?? 20, (row) => row.discrepancyId);
      return ok({ items: page.items.map(discrepancyView), nextCursor: page.nextCursor });
    }),
    implement(paymentContract.resolveDiscrepancy, async ({ params, body, now }) => {
      const row = await database.transaction((transaction) => resolveDiscrepancy(transaction, params.discrepancyId, body.resolution, now));
      return row ? ok(discrepancyView(row)) : fail('discrepancyNotFound');
    }),
  ];
}

function pageOf<R>(rows: readonly R[], limit: number, keyOf: (row: R) => string): { items: R[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor([keyOf(last)]) : null };
}

function paymentRow(row: PaymentRow) {
  const { paymentId, paymentNo, tradeId, tradeNo, channel, status, amountFen, refundedFen, providerTransactionId } = row;
  return {
    paymentId,
    paymentNo,
    tradeId,
    tradeNo,
    channel,
    status,
    amountFen,
    refundedFen,
    providerTransactionId,
    paidAt: isoOrNull(row.paidAt),
    createdAt: toIso(row.createdAt),
  };
}

function refundView(row: RefundRow, paymentNo: string) {
  const { refundId, refundNo, refundKey, paymentId, amountFen, status, reason, problem } = row;
  return {
    refundId,
    refundNo,
    refundKey,
    paymentId,
    paymentNo,
    amountFen,
    status,
    reason,
    problem,
    createdAt: toIso(row.createdAt),
    succeededAt: isoOrNull(row.succeededAt),
  };
}

function transferView(row: TransferRow) {
  const { transferId, transferNo, payoutKey, rail, amountFen, status, problem } = row;
  return {
    transferId,
    transferNo,
    payoutKey,
    rail,
    amountFen,
    status,
    problem,
    createdAt: toIso(row.createdAt),
    finishedAt: isoOrNull(row.finishedAt),
  };
}

function discrepancyView(row: DiscrepancyRow) {
  const { discrepancyId, kind, billKind, number, oursFen, theirsFen, resolution } = row;
  return { discrepancyId, kind, billKind, number, oursFen, theirsFen, resolution, resolvedAt: isoOrNull(row.resolvedAt) };
}
