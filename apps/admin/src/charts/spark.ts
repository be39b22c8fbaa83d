/** Points of a small line over the whole box, two pixels away from its edges; empty for fewer than two values. */
export function sparkPoints(values: readonly number[], widthPx: number, heightPx: number): string {
  if (values.length < 2) return '';
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest;
  const inner = heightPx - 4;
  return values
    .map((value, index) => {
      const x = (index * widthPx) / (values.length - 1);
      const y = span === 0 ? heightPx / 2 : 2 + inner * (1 - (value - lowest) / span);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
