interface Size {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimInch: number;
}

const ascending = (values: Iterable<number>) => [...new Set(values)].sort((a, b) => a - b);

/** Widths on sale, in millimetres. */
export const widthsOf = (sizes: readonly Size[]): number[] => ascending(sizes.map(({ widthMm }) => widthMm));

/** Aspect ratios on sale with a width, in percent. */
export const aspectsOf = (sizes: readonly Size[], widthMm: number | null): number[] =>
  ascending(sizes.filter((size) => size.widthMm === widthMm).map(({ aspectPercent }) => aspectPercent));

/** Rims on sale with a width and an aspect ratio, in inches. */
export const rimsOf = (sizes: readonly Size[], widthMm: number | null, aspectPercent: number | null): number[] =>
  ascending(sizes.filter((size) => size.widthMm === widthMm && size.aspectPercent === aspectPercent).map(({ rimInch }) => rimInch));

/** `205/55R16`, as far as it is chosen. */
export function sizeLabel(widthMm: number | null, aspectPercent: number | null, rimInch: number | null): string {
  if (widthMm === null) return '';
  return `${widthMm}${aspectPercent === null ? '' : `/${aspectPercent}`}${rimInch === null ? '' : `R${rimInch}`}`;
}

/** Reads `205/55R16` (also `205/55 R16C`); null if it is not a metric size. */
export function readSize(label: string): Size | null {
  const match = /^(\d{3})\s*\/\s*(\d{2,3})\s*Z?R\s*(\d{2}(?:\.\d)?)/i.exec(label.trim());
  return match === null ? null : { widthMm: Number(match[1]), aspectPercent: Number(match[2]), rimInch: Number(match[3]) };
}
