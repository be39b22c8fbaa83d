/** A bill before it becomes text: cells by column name. */
export interface BillFile {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly summaryColumns: readonly string[];
  readonly summarise: (rows: readonly Readonly<Record<string, string>>[]) => readonly string[];
}

/** Fen as yuan with two decimals. */
export const yuan = (amountFen: number): string =>
  `${amountFen < 0 ? '-' : ''}${Math.trunc(Math.abs(amountFen) / 100)}.${String(Math.abs(amountFen) % 100).padStart(2, '0')}`;

const fenOf = (text: string | undefined): number => Math.round(Number(text ?? '0') * 100);

/** Sum of one column of yuan amounts, in yuan. */
export const sumOf = (rows: readonly Readonly<Record<string, string>>[], column: string): string =>
  yuan(rows.reduce((sum, row) => sum + fenOf(row[column]), 0));

const line = (cells: readonly string[]): string => `${cells.map((cell) => `\`${cell}`).join(',')}\r\n`;

/** §10: header, rows, summary header, summary; every value behind a backtick, UTF-8 with byte order mark. */
export function billText(file: BillFile): string {
  const rows = file.rows.map((row) => line(file.columns.map((column) => row[column] ?? '')));
  return `\ufeff${file.columns.join(',')}\r\n${rows.join('')}${file.summaryColumns.join(',')}\r\n${line(file.summarise(file.rows))}`;
}
