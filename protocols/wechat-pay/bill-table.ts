/**
 * The outer form of all bills: UTF-8 text, a header line, detail lines whose values each start with a backtick, a
 * summary header and one summary line.
 *
 * Source: https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html and format-fundflow.html
 */
export interface BillTable {
  readonly columns: readonly string[];
  /** Values by column name, without the backtick, as text. */
  readonly rows: readonly BillCells[];
  /** Line number in the file of each row, from 1. */
  readonly lineNumbers: readonly number[];
  readonly summary: BillCells;
}

export type BillCells = Readonly<Record<string, string | undefined>>;

export type BillResult<T> =
  | { readonly ok: true; readonly value: T }
  /** `line` counts from 1 and is 0 when no single line is at fault. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

interface Line {
  readonly number: number;
  readonly text: string;
}

export const billFault = (line: number, reason: string): { readonly ok: false; readonly line: number; readonly reason: string } => ({
  ok: false,
  line,
  reason,
});

/** Wide parentheses and stray spaces occur in column names. */
const columnName = (name: string): string => name.trim().replace('（', '(').replace('）', ')').replace(/^`/, '');

const valueCount = (text: string): number => text.split(',`').length;

/** A line break inside a goods name splits a detail line: a piece without backtick, or after a line too short, belongs to the line before. */
function joinBrokenLines(lines: readonly Line[], columnCount: number): readonly Line[] {
  const joined: Line[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const isComplete = before === undefined || valueCount(before.text) >= columnCount;
    if (before === undefined || (isComplete && line.text.startsWith('`'))) joined.push(line);
    else joined[joined.length - 1] = { number: before.number, text: `${before.text}\n${line.text}` };
  }
  return joined;
}

/**
 * Assigns values to columns. Too many values mean that a free text contained the separator: the surplus goes into the
 * free column, so the amounts on both sides stay where they belong.
 */
function cellsOf(text: string, columns: readonly string[], freeColumn: string | undefined): BillCells | undefined {
  const values = text.slice(1).split(',`');
  const surplus = values.length - columns.length;
  if (surplus < 0) return undefined;
  if (surplus > 0) {
    const at = freeColumn === undefined ? -1 : columns.indexOf(freeColumn);
    if (at < 0) return undefined;
    values.splice(at, surplus + 1, values.slice(at, at + surplus + 1).join(',`'));
  }
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]));
}

function linesOf(file: Uint8Array): readonly Line[] | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file);
    return text
      .split(/\r?\n/)
      .map((line, index) => ({ number: index + 1, text: line }))
      .filter((line) => line.text !== '');
  } catch {
    return undefined;
  }
}

/**
 * Splits a bill into named texts.
 *
 * @param summaryStart name of the first summary column, which tells where the details end
 * @param freeColumn column of free text, the only one that can contain what looks like the start of the next value
 */
export function parseBillTable(file: Uint8Array, summaryStart: string, freeColumn?: string): BillResult<BillTable> {
  const lines = linesOf(file);
  if (lines === undefined) return billFault(0, 'the bill is not UTF-8');
  const [header, ...rest] = lines;
  if (header === undefined || header.text.startsWith('`')) return billFault(1, 'the bill has no header');
  // Searched from the end: a goods name may contain the word too.
  const summaryAt = rest.findLastIndex((line) => columnName(line.text.split(',')[0] ?? '') === summaryStart);
  const [summaryHeader, summaryLine, ...beyond] = summaryAt < 0 ? [] : rest.slice(summaryAt);
  if (summaryHeader === undefined || summaryLine === undefined || beyond.length > 0)
    return billFault(0, 'the bill has no summary at its end');
  const columns = header.text.split(',').map(columnName);
  const rows: BillCells[] = [];
  const lineNumbers: number[] = [];
  for (const line of joinBrokenLines(rest.slice(0, summaryAt), columns.length)) {
    const cells = line.text.startsWith('`') ? cellsOf(line.text, columns, freeColumn) : undefined;
    if (cells === undefined) return billFault(line.number, 'the values do not fit the columns');
    rows.push(cells);
    lineNumbers.push(line.number);
  }
  const summary = cellsOf(summaryLine.text, summaryHeader.text.split(',').map(columnName), undefined);
  if (summary === undefined || !summaryLine.text.startsWith('`'))
    return billFault(summaryLine.number, 'the summary does not fit its header');
  return { ok: true, value: { columns, rows, lineNumbers, summary } };
}
