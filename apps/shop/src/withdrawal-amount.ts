import { formatMoney, parseYuan } from './format/money';
import type { TextKey } from './texts';

interface NameRule {
  /** From this amount on a transfer needs the receiver's real name, fen. */
  readonly realNameFromFen: number;
}

export const needsRealName = (rail: 'transfer' | 'profit_sharing', amountFen: number, { realNameFromFen }: NameRule): boolean =>
  rail === 'transfer' && amountFen >= realNameFromFen;

const NEVER_IN_A_NAME = /[\d_@#$%^&*()+=<>[\]{}|\\/~`!?,;:"，。；：！？（）]/;

/** A name worth sending, or null; the server knows letters of all scripts, which older web views do not. */
export function readRealName(typed: string): string | null {
  const name = typed.trim().replace(/\s+/g, ' ');
  return name.length >= 2 && name.length <= 40 && !NEVER_IN_A_NAME.test(name) ? name : null;
}

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
