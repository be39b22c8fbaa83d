/** Columns of the file, as the server reads them. */
export const SHIPPING_COLUMNS = ['orderNo', 'carrierCode', 'waybillNo', 'skuLabel', 'quantity'] as const;
const REQUIRED_COLUMNS = SHIPPING_COLUMNS.slice(0, 3);

/** A file to be filled in for these orders. */
export function shippingTemplate(orderNos: readonly string[], carrierCode: string): string {
  const rows = orderNos.map((orderNo) => `${orderNo},${carrierCode},`);
  return [REQUIRED_COLUMNS.join(','), ...rows].join('\n');
}

/** Text copied out of a spreadsheet is separated by tabs; the server reads commas. */
export function asCommaSeparated(text: string): string {
  const firstLine = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'));
  if (!firstLine.includes('\t') || firstLine.includes(',')) return text;
  return text
    .split(/\r?\n/)
    .map((line) =>
      line
        .split('\t')
        .map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(','),
    )
    .join('\n');
}

/** The text without byte order mark, and with a heading if it has none. */
export function withHeading(text: string): string {
  const plain = asCommaSeparated(text.replace(/^\uFEFF/, '')).trim();
  if (plain === '' || /^"?orderNo"?\s*,/i.test(plain)) return plain;
  const cells = plain.split('\n')[0]?.split(',').length ?? 0;
  const heading = cells > REQUIRED_COLUMNS.length ? SHIPPING_COLUMNS.slice(0, Math.min(cells, SHIPPING_COLUMNS.length)) : REQUIRED_COLUMNS;
  return `${heading.join(',')}\n${plain}`;
}
