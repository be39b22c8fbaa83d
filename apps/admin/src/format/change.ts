export interface Change {
  readonly direction: 'up' | 'down' | 'same' | 'new';
  /** Per mille of the earlier figure, absent where there was none. */
  readonly permille: number | null;
  /** `12.4%`, without sign. */
  readonly text: string;
}

/** How a figure moved against the period before. */
export function changeOf(current: number, previous: number): Change {
  if (previous === 0) return { direction: current === 0 ? 'same' : 'new', permille: null, text: '—' };
  const permille = Math.round(((current - previous) * 1000) / Math.abs(previous));
  const direction = permille > 0 ? 'up' : permille < 0 ? 'down' : 'same';
  return { direction, permille, text: `${(Math.abs(permille) / 10).toFixed(1)}%` };
}

/** Paid orders of placed orders in basis points, 0 where none was placed. */
export function conversionBp(paid: number, placed: number): number {
  return placed === 0 ? 0 : Math.round((paid * 10_000) / placed);
}
