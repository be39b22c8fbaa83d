/** A column of a list. `value` feeds the cell, the export and the copy; a page may draw the cell itself with a slot of the same key. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly value: (row: Row) => string | number | null;
  /** How `value` is shown: plain text, amount in fen, instant, count, or a number to be copied. */
  readonly kind?: 'text' | 'fen' | 'instant' | 'count' | 'code';
  readonly widthPx?: number;
  /** Not shown until somebody chooses it. */
  readonly optional?: boolean;
  /** Stays in view at the right edge. */
  readonly pinned?: boolean;
  /** Cannot be hidden. */
  readonly fixed?: boolean;
}

export const isRightAligned = (kind: Column<never>['kind']): boolean => kind === 'fen' || kind === 'count';

/** Keys of the columns to show: what was chosen, else all that are not optional; fixed ones always. Order is the page's. */
export function shownColumns<Row>(columns: readonly Column<Row>[], chosen: readonly string[] | null): Column<Row>[] {
  return columns.filter((column) => column.fixed === true || (chosen === null ? column.optional !== true : chosen.includes(column.key)));
}
