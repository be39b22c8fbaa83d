/** Which rows of a long list are drawn: those in view and a margin around them, with the height of what is left out. */
export interface RowWindow {
  readonly first: number;
  /** One past the last drawn row. */
  readonly end: number;
  readonly abovePx: number;
  readonly belowPx: number;
}

const MARGIN_ROWS = 12;
/** Shorter lists are drawn whole. */
const WHOLE_ROWS = 60;

export function rowWindow(rows: number, rowPx: number, scrollTopPx: number, heightPx: number): RowWindow {
  if (rows <= WHOLE_ROWS) return { first: 0, end: rows, abovePx: 0, belowPx: 0 };
  const visible = Math.ceil(heightPx / rowPx);
  const first = Math.min(Math.max(0, Math.floor(scrollTopPx / rowPx) - MARGIN_ROWS), Math.max(0, rows - visible));
  const end = Math.min(rows, first + visible + 2 * MARGIN_ROWS);
  return { first, end, abovePx: first * rowPx, belowPx: (rows - end) * rowPx };
}
