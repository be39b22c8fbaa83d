import type { SheetData } from 'write-excel-file/browser';
import { fenAsDecimal } from '../format/money';
import { formatInstant } from '../format/time';
import type { Column } from './columns';

/** Spreadsheet programs run cells that begin with these; a quote in front keeps them text. */
const FORMULA_START = /^[=+\-@\t\r]/;

function csvCell(text: string, isNumber: boolean): string {
  const safe = !isNumber && FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isNumeric = <Row>(column: Column<Row>) => column.kind === 'fen' || column.kind === 'count';

function textOf<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row);
  if (value === null) return '';
  if (column.kind === 'fen') return fenAsDecimal(Number(value));
  return column.kind === 'instant' ? formatInstant(String(value)) : String(value);
}

/** Rows as CSV (RFC 4180) with a byte order mark, so that Excel reads the Chinese. Amounts are yuan with two decimals. */
export function rowsAsCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const head = columns.map((column) => csvCell(column.title, false)).join(',');
  const body = rows.map((row) => columns.map((column) => csvCell(textOf(column, row), isNumeric(column))).join(','));
  return `\uFEFF${[head, ...body].join('\r\n')}\r\n`;
}

/** Rows as cells of a spreadsheet: amounts and counts are numbers, everything else stays text (long numbers keep all digits). */
export function rowsAsCells<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): SheetData {
  return rows.map((row) =>
    columns.map((column) => {
      const value = column.value(row);
      if (value === null) return null;
      if (column.kind === 'fen') return { value: Number(fenAsDecimal(Number(value))), type: Number, format: '#,##0.00' };
      if (column.kind === 'count') return { value: Number(value), type: Number };
      return { value: textOf(column, row), type: String };
    }),
  );
}

function save(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function saveCsv<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  save(new Blob([rowsAsCsv(columns, rows)], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
}

/** Saves a spreadsheet; the writer is loaded only when it is needed. */
export async function saveXlsx<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
  const { default: writeXlsxFile } = await import('write-excel-file/browser');
  const head = columns.map((column) => ({ value: column.title, type: String, fontWeight: 'bold' as const }));
  const blob = await writeXlsxFile([head, ...rowsAsCells(columns, rows)], {
    columns: columns.map((column) => ({ width: Math.max(12, Math.round((column.widthPx ?? 120) / 8)) })),
  }).toBlob();
  save(blob, `${name}.xlsx`);
}
