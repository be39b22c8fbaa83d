import { fillMessage, type Problem, type Result } from '@qianxing/errors';
import { carriers } from '@qianxing/kuaidi100';
import type { FulfilmentContext } from './context';
import { type CsvRow, parseCsv } from './csv';
import { fail, fulfilmentProblems } from './problems';
import { ship } from './shipping';
import { linesOfTasks, tasksByNo } from './store';
import type { TaskLineRow } from './tables';

const COLUMNS = {
  orderNo: ['orderNo', '订单号', '订单编号'],
  carrierCode: ['carrierCode', '快递公司', '快递公司编码'],
  waybillNo: ['waybillNo', '运单号', '快递单号'],
  skuLabel: ['skuLabel', '规格'],
  quantity: ['quantity', '数量', '发货数量'],
};
const REQUIRED = ['orderNo', 'carrierCode', 'waybillNo'];
const ROW_LIMIT = 2_000;

export interface RowError {
  readonly row: number;
  readonly field: string | null;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

export interface ImportResult {
  readonly rows: number;
  readonly accepted: number;
  readonly shipped: number;
  readonly errors: readonly RowError[];
}

class DryRun extends Error {}

/** Ships row by row, each in a transaction of its own; a dry run does the same and rolls back, so that it cannot promise what would fail. */
export async function importShipments(
  context: FulfilmentContext,
  csv: string,
  dryRun: boolean,
  now: number,
): Promise<Result<ImportResult>> {
  const { rows, missing } = parseCsv(csv, COLUMNS, REQUIRED);
  if (missing.length > 0) return fail('csvHeader', { params: { columns: missing.join(', ') }, path: '/csv' });
  if (rows.length === 0) return fail('csvEmpty', { path: '/csv' });
  if (rows.length > ROW_LIMIT) return fail('csvTooLong', { params: { limit: ROW_LIMIT }, path: '/csv' });
  const errors: RowError[] = [];
  let accepted = 0;
  for (const row of rows) {
    const error = await shipRow(context, row, dryRun, now);
    if (error) errors.push(error);
    else accepted += 1;
  }
  return { ok: true, value: { rows: rows.length, accepted, shipped: dryRun ? 0 : accepted, errors } };
}

async function shipRow(context: FulfilmentContext, { row, cells }: CsvRow, dryRun: boolean, now: number): Promise<RowError | undefined> {
  const { database } = context.platform;
  const carrier = carriers.find((candidate) => candidate.code === cells.carrierCode || candidate.zh === cells.carrierCode);
  if (!carrier) return rowError(row, 'carrierCode', 'fulfilment.carrierUnknown', { carrier: cells.carrierCode ?? '' });
  if (!/^[A-Za-z0-9-]{6,40}$/.test(cells.waybillNo ?? ''))
    return {
      row,
      field: 'waybillNo',
      code: 'request.invalid',
      zh: '运单号应为 6 至 40 位字母或数字',
      en: 'A waybill number has 6 to 40 letters or digits',
    };
  const task = (await tasksByNo(database.query, [cells.orderNo ?? ''])).get(cells.orderNo ?? '');
  if (!task) return rowError(row, 'orderNo', 'fulfilment.orderNotFound', {});
  const lines = wantedLines(await linesOfTasks(database.query, [task.orderId]), cells);
  if (lines.length === 0) return rowError(row, cells.skuLabel ? 'skuLabel' : 'orderNo', 'fulfilment.nothingToShip', {});
  const parcel = { orderId: task.orderId, carrierCode: carrier.code, waybillNo: cells.waybillNo ?? '', lines };
  try {
    const shipped = await database.transaction(async (transaction) => {
      const result = await ship(context, transaction, parcel, now);
      if (dryRun && result.ok) throw new DryRun();
      return result;
    });
    return shipped.ok ? undefined : problemOfRow(row, shipped.problem);
  } catch (error) {
    if (error instanceof DryRun) return undefined;
    throw error;
  }
}

/** Everything that waits, or one specification with a quantity. */
function wantedLines(lines: readonly TaskLineRow[], cells: CsvRow['cells']): { orderLineId: string; quantity: number }[] {
  const waiting = lines
    .map((line) => ({ line, left: line.quantity - line.shippedQuantity - line.heldQuantity }))
    .filter(({ left }) => left > 0);
  if (!cells.skuLabel) return waiting.map(({ line, left }) => ({ orderLineId: line.orderLineId, quantity: left }));
  const quantity = Number(cells.quantity || '0');
  return waiting
    .filter(({ line }) => line.label === cells.skuLabel)
    .slice(0, 1)
    .map(({ line, left }) => ({ orderLineId: line.orderLineId, quantity: Number.isInteger(quantity) && quantity > 0 ? quantity : left }));
}

function rowError(row: number, field: string | null, code: string, params: Readonly<Record<string, string | number>>): RowError {
  const definition = fulfilmentProblems[code];
  return { row, field, code, zh: fillMessage(definition?.zh ?? code, params), en: fillMessage(definition?.en ?? code, params) };
}

function problemOfRow(row: number, problem: Problem): RowError {
  const field = problem.path?.includes('quantity') ? 'quantity' : null;
  return rowError(row, field, problem.code, problem.params ?? {});
}
