/** An amount in fen, taken apart for display: sign, whole yuan with separators, two digits of cents. */
export interface YuanParts {
  readonly sign: '' | '-';
  readonly yuan: string;
  readonly cents: string;
}

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** @throws RangeError if `amountFen` is not a safe integer */
export function yuanParts(amountFen: number): YuanParts {
  if (!Number.isSafeInteger(amountFen)) throw new RangeError(`not an amount in fen: ${amountFen}`);
  const digits = String(Math.abs(amountFen)).padStart(3, '0');
  return { sign: amountFen < 0 ? '-' : '', yuan: grouped(digits.slice(0, -2)), cents: digits.slice(-2) };
}

/** `123456` → `1,234.56` */
export function formatYuan(amountFen: number): string {
  const { sign, yuan, cents } = yuanParts(amountFen);
  return `${sign}${yuan}.${cents}`;
}

/** `123456` → `¥1,234.56`; with `signed` a plus stands before what is earned. */
export function formatMoney(amountFen: number, signed = false): string {
  const { sign, yuan, cents } = yuanParts(amountFen);
  const shownSign = sign === '' && signed && amountFen > 0 ? '+' : sign;
  return `${shownSign}¥${yuan}.${cents}`;
}

/** `500` → `5%`, `125` → `1.25%` */
export function formatRate(rateBp: number): string {
  return `${String(rateBp / 100)}%`;
}

/** What a person has typed as yuan, in fen; null if it is not an amount with at most two decimals. */
export function parseYuan(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Large counts for tight places: `12843` → `1.2万` or `12.8k`. */
export function formatCount(count: number, language: 'zh' | 'en'): string {
  const [unit, size] = language === 'zh' ? (['万', 10_000] as const) : (['k', 1_000] as const);
  if (count < size) return String(count);
  return `${String(Math.floor((count / size) * 10) / 10)}${unit}`;
}
