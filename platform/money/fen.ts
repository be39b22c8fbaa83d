/** Money in integer fen (1/100 yuan). The brand keeps yuan, rates and counts out of money arithmetic. */
export type Fen = number & { readonly __unit: 'fen' };

/** Largest amount accepted anywhere: 10 billion yuan. Sums of a million such amounts stay safe integers… below 2^53. */
export const FEN_MAX = 1_000_000_000_000;

export function isFen(value: unknown): value is Fen {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

/** @throws RangeError when the value is not a safe integer. */
export function fen(value: number): Fen {
  if (!isFen(value)) throw new RangeError(`not an integer amount in fen: ${value}`);
  return value;
}

export const addFen = (a: Fen, b: Fen): Fen => fen(a + b);
export const subtractFen = (a: Fen, b: Fen): Fen => fen(a - b);
export const sumFen = (amounts: Iterable<Fen>): Fen => {
  let total = 0;
  for (const amount of amounts) total += amount;
  return fen(total);
};

/** `123456` → `1234.56`; negative amounts keep their sign. */
export function formatYuan(amount: Fen): string {
  const absolute = Math.abs(amount);
  const cents = String(absolute % 100).padStart(2, '0');
  return `${amount < 0 ? '-' : ''}${Math.trunc(absolute / 100)}.${cents}`;
}

/** `123456` → `¥1,234.56`. */
export function formatFen(amount: Fen): string {
  const [whole = '0', cents = '00'] = formatYuan(amount).replace('-', '').split('.');
  return `${amount < 0 ? '-' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** `'12.3'` → `1230`. Accepts at most two decimals; returns `undefined` for anything else, also beyond `FEN_MAX`. */
export function parseYuan(text: string): Fen | undefined {
  const match = /^(-?)(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '0', cents = ''] = match;
  const amount = Number(whole) * 100 + Number(cents.padEnd(2, '0'));
  if (amount > FEN_MAX) return undefined;
  return fen(sign === '-' && amount > 0 ? -amount : amount);
}
