import { fillMessage, type Problem, type Result } from '@qianxing/errors';
import { carriers } from '@qianxing/kuaidi100';
import type { FulfilmentContext } from './context';
import { type CsvRow, parseCsv } from './csv';
import { fail, fulfilmentProblems } from './problems';
import { type Parcel, ship } from './shipping';
import { linesOfShipments, linesOfTasks, shipmentsByWaybill, tasksByNo } from './store';
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

/** Rows of one order with one waybill number: one parcel, shipped as a whole or not at all. */
interface ParcelRows {
  readonly orderNo: string;
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly rows: CsvRow[];
}

/** Units that parcels further up in the file take; only a dry run needs to remember them. */
type Planned = Map<string, number>;

/**
 * Ships parcel by parcel, each in a transaction of its own. A dry run does the same, remembers what earlier parcels would take and rolls
 * back, so that it does not promise what would fail.
 */
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
  const planned: Planned = new Map();
  for (const parcel of parcelsOf(rows, errors)) errors.push(...(await shipRows(context, parcel, dryRun, planned, now)));
  errors.sort((a, b) => a.row - b.row);
  const accepted = rows.length - errors.length;
  return { ok: true, value: { rows: rows.length, accepted, shipped: dryRun ? 0 : accepted, errors } };
}

/** Groups the rows that can be read; the others become errors. */
function parcelsOf(rows: readonly CsvRow[], errors: RowError[]): ParcelRows[] {
  const parcels = new Map<string, ParcelRows>();
  for (const row of rows) {
    const { orderNo = '', waybillNo = '', carrierCode: given = '', quantity = '' } = row.cells;
    const carrier = carriers.find((candidate) => candidate.code === given || candidate.zh === given);
    if (!carrier) errors.push(rowError(row.row, 'carrierCode', 'fulfilment.carrierUnknown', { carrier: given }));
    else if (!/^[A-Za-z0-9-]{6,40}$/.test(waybillNo)) errors.push(rowError(row.row, 'waybillNo', 'fulfilment.waybillInvalid'));
    else if (!/^(?:[1-9]\d{0,5})?$/.test(quantity)) errors.push(rowError(row.row, 'quantity', 'fulfilment.quantityInvalid'));
    else {
      const key = `${orderNo} ${carrier.code} ${waybillNo}`;
      const parcel = parcels.get(key) ?? { orderNo, carrierCode: carrier.code, waybillNo, rows: [] };
      parcel.rows.push(row);
      parcels.set(key, parcel);
    }
  }
  return [...parcels.values()];
}

async function shipRows(
  context: FulfilmentContext,
  parcel: ParcelRows,
  dryRun: boolean,
  planned: Planned,
  now: number,
): Promise<RowError[]> {
  const { database } = context.platform;
  const task = (await tasksByNo(database.query, [parcel.orderNo])).get(parcel.orderNo);
  if (!task) return parcel.rows.map(({ row }) => rowError(row, 'orderNo', 'fulfilment.orderNotFound'));
  const all = await linesOfTasks(database.query, [task.orderId]);
  if (await isThereAlready(context, task.orderId, parcel, all)) return [];
  const waiting = all.map((line) => ({ ...line, shippedQuantity: line.shippedQuantity + (planned.get(line.orderLineId) ?? 0) }));
  const errors: RowError[] = [];
  const wanted = parcel.rows.flatMap((row) => {
    const lines = wantedLines(waiting, row.cells);
    if (lines.length === 0) errors.push(rowError(row.row, row.cells.skuLabel ? 'skuLabel' : 'orderNo', 'fulfilment.nothingToShip'));
    const tooMany = lines.find(({ line, quantity }) => quantity > leftOf(line));
    if (tooMany)
      errors.push(rowError(row.row, 'quantity', 'fulfilment.quantityTooLarge', { title: tooMany.line.title, left: leftOf(tooMany.line) }));
    for (const { line, quantity } of lines) line.shippedQuantity += quantity;
    return lines.map(({ line, quantity }) => ({ orderLineId: line.orderLineId, quantity }));
  });
  if (errors.length > 0) return wholeParcel(parcel, errors);
  const { carrierCode, waybillNo } = parcel;
  const problem = await shipOrTry(context, { orderId: task.orderId, carrierCode, waybillNo, lines: wanted }, dryRun, now);
  if (problem) return parcel.rows.map(({ row }) => problemOfRow(row, problem));
  for (const { orderLineId, quantity } of wanted) planned.set(orderLineId, (planned.get(orderLineId) ?? 0) + (dryRun ? quantity : 0));
  return [];
}

/** Rows without a fault of their own are not shipped either when another row of their parcel has one. */
function wholeParcel(parcel: ParcelRows, errors: readonly RowError[]): RowError[] {
  const rest = parcel.rows.filter(({ row }) => !errors.some((error) => error.row === row));
  const firstOf = [...new Map([...errors].reverse().map((error) => [error.row, error])).values()];
  return [...firstOf, ...rest.map(({ row }) => rowError(row, null, 'fulfilment.parcelIncomplete'))];
}

/** The file may be sent again: a parcel that is there with all that its rows name is left as it is. */
async function isThereAlready(
  context: FulfilmentContext,
  orderId: string,
  parcel: ParcelRows,
  lines: readonly TaskLineRow[],
): Promise<boolean> {
  const { query } = context.platform.database;
  const known = (await shipmentsByWaybill(query, parcel.carrierCode, parcel.waybillNo)).find((shipment) => shipment.orderId === orderId);
  if (!known) return false;
  const shipped = await linesOfShipments(query, [known.shipmentId]);
  return parcel.rows.every(({ cells }) => {
    if (!cells.skuLabel) return lines.every((line) => leftOf(line) === 0);
    return shipped.some((line) => line.label === cells.skuLabel && (!cells.quantity || line.quantity >= Number(cells.quantity)));
  });
}

async function shipOrTry(context: FulfilmentContext, parcel: Parcel, dryRun: boolean, now: number): Promise<Problem | undefined> {
  try {
    const shipped = await context.platform.database.transaction(async (transaction) => {
      const result = await ship(context, transaction, parcel, now);
      if (dryRun && result.ok) throw new DryRun();
      return result;
    });
    return shipped.ok ? undefined : shipped.problem;
  } catch (error) {
    if (error instanceof DryRun) return undefined;
    throw error;
  }
}

const leftOf = (line: TaskLineRow): number => line.quantity - line.shippedQuantity - line.heldQuantity;

/** Everything that waits, or one specification with a quantity (all that is left of it unless told). */
function wantedLines(lines: readonly TaskLineRow[], cells: CsvRow['cells']): { line: TaskLineRow; quantity: number }[] {
  const waiting = lines.filter((line) => leftOf(line) > 0);
  if (!cells.skuLabel) return waiting.map((line) => ({ line, quantity: leftOf(line) }));
  const line = waiting.find((candidate) => candidate.label === cells.skuLabel);
  return line ? [{ line, quantity: cells.quantity ? Number(cells.quantity) : leftOf(line) }] : [];
}

function rowError(row: number, field: string | null, code: string, params: Readonly<Record<string, string | number>> = {}): RowError {
  const definition = fulfilmentProblems[code];
  return { row, field, code, zh: fillMessage(definition?.zh ?? code, params), en: fillMessage(definition?.en ?? code, params) };
}

function problemOfRow(row: number, problem: Problem): RowError {
  const field = problem.path?.includes('quantity') ? 'quantity' : problem.path?.includes('waybillNo') ? 'waybillNo' : null;
  return rowError(row, field, problem.code, problem.params ?? {});
}
