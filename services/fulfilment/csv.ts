/** One data row of a file: its number as people count (the header is row 1) and its cells by column. */
export interface CsvRow {
  readonly row: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * Parses CSV (RFC 4180): quoted cells, doubled quotes, CRLF or LF, an optional byte order mark; blank lines are skipped. `columns` maps
 * accepted header texts to column names.
 *
 * @returns rows, or the columns that are missing
 */
export function parseCsv(
  text: string,
  columns: Readonly<Record<string, readonly string[]>>,
  required: readonly string[],
): { rows: CsvRow[]; missing: string[] } {
  const [header = [], ...lines] = splitCsv(text.replace(/^\uFEFF/, ''));
  const names = header.map((title) => columnOf(title, columns));
  const missing = required.filter((name) => !names.includes(name));
  const rows = lines
    .map((cells, index) => ({
      row: index + 2,
      cells: Object.fromEntries(names.map((name, column) => [name, (cells[column] ?? '').trim()])),
    }))
    .filter(({ cells }) => Object.values(cells).some((cell) => cell !== ''));
  return { rows: missing.length > 0 ? [] : rows, missing };
}

function columnOf(title: string, columns: Readonly<Record<string, readonly string[]>>): string {
  const wanted = title.trim().toLowerCase();
  for (const [name, titles] of Object.entries(columns)) if (titles.some((candidate) => candidate.toLowerCase() === wanted)) return name;
  return `other:${wanted}`;
}

function splitCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    cells.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === ',') endCell();
    else if (sign === '\n') {
      endCell();
      lines.push(cells);
      cells = [];
    } else if (sign !== '\r') cell += sign;
  }
  if (cell !== '' || cells.length > 0) {
    endCell();
    lines.push(cells);
  }
  return lines;
}
