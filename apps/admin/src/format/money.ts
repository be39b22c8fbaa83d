/** `123456` fen as `¥1,234.56`; negative amounts carry a real minus sign in front of the currency sign. */
export function formatFen(amountFen: number): string {
  const sign = amountFen < 0 ? '−' : '';
  const absolute = Math.abs(amountFen);
  const yuan = Math.trunc(absolute / 100).toLocaleString('en-US');
  const cents = String(absolute % 100).padStart(2, '0');
  return `${sign}¥${yuan}.${cents}`;
}

/** `123456` fen as `1234.56`, for files. */
export function fenAsDecimal(amountFen: number): string {
  const sign = amountFen < 0 ? '-' : '';
  const absolute = Math.abs(amountFen);
  return `${sign}${Math.trunc(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`;
}

/** `500` basis points as `5%`, `525` as `5.25%`. */
export function formatBp(rateBp: number): string {
  return `${(rateBp / 100).toFixed(2).replace(/\.?0+$/, '')}%`;
}

/** Short figure for chart axes: `18 万` or `180k` yuan. */
export function formatFenShort(amountFen: number, language: 'zh' | 'en'): string {
  const yuan = amountFen / 100;
  const trim = (value: number) => value.toFixed(1).replace(/\.0$/, '');
  if (language === 'zh') return Math.abs(yuan) >= 10_000 ? `${trim(yuan / 10_000)} 万` : trim(yuan);
  if (Math.abs(yuan) >= 1_000_000) return `${trim(yuan / 1_000_000)}m`;
  return Math.abs(yuan) >= 1_000 ? `${trim(yuan / 1_000)}k` : trim(yuan);
}
