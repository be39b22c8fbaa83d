import { type Fen, parseYuan } from '@qianxing/money';
import { type BillCells, type BillResult, billFault } from './bill-table';
import { parseBillTime } from './wechat-time';

/** Thrown by the readers below, caught in `readingBill` only. */
class CellError extends Error {}

/** Runs a reader of cells; the first cell that is not of its form becomes the fault. */
export function readingBill<T>(line: number, read: () => T): BillResult<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof CellError) return billFault(line, error.message);
    throw error;
  }
}

/** An empty value, a lone `0` in an id column and a missing column all mean "none". */
export function optionalCell(cells: BillCells, name: string): string | undefined {
  const value = cells[name]?.trim();
  return value === '' || value === '0' ? undefined : value;
}

export function cell(cells: BillCells, name: string): string {
  const value = cells[name];
  if (value === undefined) throw new CellError(`column ${name} is missing`);
  return value.trim();
}

/** Free text keeps its spaces. */
export function freeCell(cells: BillCells, name: string): string {
  return cells[name] ?? '';
}

export function timeCell(cells: BillCells, name: string): number {
  const at = parseBillTime(cell(cells, name));
  if (at === undefined) throw new CellError(`${name} is not a time`);
  return at;
}

export function optionalTimeCell(cells: BillCells, name: string): number | undefined {
  return optionalCell(cells, name) === undefined ? undefined : timeCell(cells, name);
}

/** Yuan with at most two decimals, as integer fen. */
export function fenCell(cells: BillCells, name: string): Fen {
  const amount = parseYuan(cell(cells, name));
  if (amount === undefined) throw new CellError(`${name} is not an amount in yuan`);
  return amount;
}

export function optionalFenCell(cells: BillCells, name: string): Fen | undefined {
  return cells[name] === undefined || cells[name].trim() === '' ? undefined : fenCell(cells, name);
}

/** Fees have five decimals. They are whole fen in practice; a fraction of a fen is not rounded away but refused. */
export function feeCell(cells: BillCells, name: string): Fen {
  const match = /^(-?\d{1,10}(?:\.\d{1,2})?)0*$/.exec(cell(cells, name));
  const amount = match?.[1] === undefined ? undefined : parseYuan(match[1]);
  if (amount === undefined) throw new CellError(`${name} is not a fee in whole fen`);
  return amount;
}

/** `0.60%` → 60 basis points; `undefined` for none. */
export function rateCell(cells: BillCells, name: string): number | undefined {
  const value = optionalCell(cells, name);
  if (value === undefined) return undefined;
  const amount = value.endsWith('%') ? parseYuan(value.slice(0, -1)) : undefined;
  if (amount === undefined) throw new CellError(`${name} is not a rate in percent with two decimals`);
  return amount;
}

export function countCell(cells: BillCells, name: string): number {
  const value = cell(cells, name);
  // Counts come as `12` and as `12.0`.
  const match = /^(\d{1,15})(?:\.0+)?$/.exec(value);
  if (match?.[1] === undefined) throw new CellError(`${name} is not a count`);
  return Number(match[1]);
}

export function oneOfCell<const T extends string>(cells: BillCells, name: string, values: readonly T[]): T {
  const value = cell(cells, name);
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new CellError(`${name} has the undocumented value ${value}`);
  return found;
}
