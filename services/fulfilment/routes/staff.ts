import { ok } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { FulfilmentContext } from '../context';
import { fulfilmentContract } from '../contract';
import { listExceptions, resolveException } from '../exceptions/store';
import { importShipments } from '../importing';
import { fail } from '../problems';
import { ship } from '../shipping';
import { linesOfTasks, listShipments, openTasks, shipmentsById, tasksById } from '../store';
import type { ExceptionRow, TaskLineRow, TaskRow } from '../tables';
import { staffShipmentViews } from '../views';

export function staffRoutes(context: FulfilmentContext): Route[] {
  const { database } = context.platform;

  const exceptionViews = async (rows: readonly ExceptionRow[]) => {
    const tasks = await tasksById(database.query, [...new Set(rows.map((row) => row.orderId))]);
    const parcels = await shipmentsById(
      database.query,
      rows.flatMap((row) => row.shipmentId ?? []),
    );
    return rows.map((row) => ({
      exceptionId: row.exceptionId,
      kind: row.kind,
      orderId: row.orderId,
      orderNo: tasks.get(row.orderId)?.orderNo ?? '',
      shipmentId: row.shipmentId,
      waybillNo: parcels.get(row.shipmentId ?? '')?.waybillNo ?? null,
      detail: row.detail,
      openedAt: toIso(row.openedAt),
      resolvedAt: row.resolvedAt === null ? null : toIso(row.resolvedAt),
      resolution: row.resolution,
    }));
  };

  return [
    implement(fulfilmentContract.toShip, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['integer', 'string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await openTasks(database.query, query.text, { after: cursor.value, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const lines = await linesOfTasks(
        database.query,
        page.map((row) => row.orderId),
      );
      const last = page.at(-1);
      return ok({
        items: page.map((row) =>
          toShipView(
            row,
            lines.filter((line) => line.orderId === row.orderId),
          ),
        ),
        nextCursor: rows.length > limit && last ? encodeCursor([last.paidAt, last.orderId]) : null,
      });
    }),
    implement(fulfilmentContract.ship, async ({ body, now }) => {
      const shipped = await database.transaction((transaction) => ship(context, transaction, body, now));
      if (!shipped.ok) return shipped;
      const [view] = await staffShipmentViews(database.query, [shipped.value]);
      return view ? ok(view) : fail('orderNotFound');
    }),
    implement(fulfilmentContract.importShipments, ({ body, now }) =>
      importShipments(context, body.csv, body.dryRun, now).then((result) =>
        result.ok ? ok({ ...result.value, errors: [...result.value.errors] }) : result,
      ),
    ),
    implement(fulfilmentContract.staffShipments, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const filter = { status: query.status, orderId: query.orderId, waybillNo: query.text };
      const rows = await listShipments(database.query, filter, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({
        items: await staffShipmentViews(database.query, page),
        nextCursor: rows.length > limit && last ? encodeCursor([last.shipmentId]) : null,
      });
    }),
    implement(fulfilmentContract.exceptions, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listExceptions(database.query, query.open, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({ items: await exceptionViews(page), nextCursor: rows.length > limit && last ? encodeCursor([last.exceptionId]) : null });
    }),
    implement(fulfilmentContract.resolveException, async ({ params, body, now }) => {
      const row = await database.transaction((transaction) => resolveException(transaction, params.exceptionId, body.resolution, now));
      const [view] = row ? await exceptionViews([row]) : [];
      return view ? ok(view) : fail('exceptionNotFound');
    }),
  ];
}

function toShipView(task: TaskRow, lines: readonly TaskLineRow[]) {
  return {
    orderId: task.orderId,
    orderNo: task.orderNo,
    warehouseName: task.warehouseName,
    recipientMasked: `${[...task.recipientName][0] ?? ''}** ${task.recipientPhone.replace(/^(\d{3})\d+(\d{4})$/, '$1****$2')}`,
    region: task.region,
    lines: lines.map((line) => ({
      orderLineId: line.orderLineId,
      title: line.title,
      label: line.label,
      quantity: line.quantity,
      shippedQuantity: line.shippedQuantity,
      heldQuantity: line.heldQuantity,
      toShipQuantity: line.quantity - line.shippedQuantity - line.heldQuantity,
    })),
    paidAt: toIso(task.paidAt),
  };
}
