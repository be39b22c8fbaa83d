import { formatMoney, parseYuan } from './format/money';
import type { TextKey } from './texts';

interface Limits {
  readonly availableFen: number;
  readonly minimumFen: number;
  readonly maximumFen: number;
}
export type AmountReading =
  | { readonly ok: true; readonly amountFen: number }
  | { readonly ok: false; readonly complaint: TextKey; readonly values?: Readonly<Record<string, string>> };

/** Reads what a promoter has typed against what may be withdrawn. */
export function readWithdrawalAmount(typed: string, limits: Limits): AmountReading {
  const amountFen = parseYuan(typed);
  if (amountFen === null || amountFen === 0) return { ok: false, complaint: 'withdrawal.invalid' };
  if (amountFen > limits.availableFen) return { ok: false, complaint: 'withdrawal.moreThanAvailable' };
  if (amountFen < limits.minimumFen)
    return { ok: false, complaint: 'withdrawal.tooSmall', values: { minimum: formatMoney(limits.minimumFen) } };
  if (amountFen > limits.maximumFen)
    return { ok: false, complaint: 'withdrawal.tooLarge', values: { maximum: formatMoney(limits.maximumFen) } };
  return { ok: true, amountFen };
}
