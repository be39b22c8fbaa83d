import { type Bracket, china2025, type TaxTable } from './tables';

/** Income paid to one person in one month (`YYYY-MM`, shop's zone). */
export interface PaidMonth {
  readonly month: string;
  readonly incomeFen: number;
  /** Other deductions that the person may claim up to this month, fen. */
  readonly otherDeductionsFen?: number;
}

export interface WithheldMonth extends PaidMonth {
  readonly taxFen: number;
  readonly netFen: number;
}

/**
 * Tax withheld month by month with the cumulative method: `max(0, taxable × rate − quick deduction − already withheld)`, taxable being the cumulative
 * income × 80 % − 5,000 yuan × months in a row − other deductions. The row starts again with the year and after a month without pay.
 * A month in which nothing is paid is written as income 0 or left out.
 *
 * @param months ascending, each month once. @throws RangeError when they are not, or an amount is no whole number of fen
 */
export function withholdCumulatively(months: readonly PaidMonth[], table: TaxTable = china2025): WithheldMonth[] {
  const { taxableShareBp, monthlyDeductionFen, brackets } = table.cumulative;
  const withheld: WithheldMonth[] = [];
  let row = emptyRow;
  for (const paid of months) {
    assertAmount(paid.incomeFen);
    const before = withheld.at(-1)?.month ?? '';
    if (paid.month <= before) throw new RangeError(`months are not ascending: ${paid.month}`);
    if (paid.incomeFen === 0 || !followsInYear(before, paid.month)) row = emptyRow;
    const inRow = { months: row.months + 1, incomeFen: row.incomeFen + paid.incomeFen };
    const deductionsFen = monthlyDeductionFen * inRow.months + (paid.otherDeductionsFen ?? 0);
    const taxableFen = Math.max(0, shareOf(inRow.incomeFen, taxableShareBp) - deductionsFen);
    const taxFen = Math.max(0, progressive(taxableFen, brackets) - row.taxFen);
    withheld.push({ ...paid, taxFen, netFen: paid.incomeFen - taxFen });
    row = paid.incomeFen === 0 ? emptyRow : { ...inRow, taxFen: row.taxFen + taxFen };
  }
  return withheld;
}

/** Months in a row so far, what was paid and what was withheld in them. */
const emptyRow = { months: 0, incomeFen: 0, taxFen: 0 };

/** Whether the second month is the next one of the same year. */
function followsInYear(before: string, month: string): boolean {
  const [year, ordinal] = numbersOf(month);
  if (before === '') return false;
  const [yearBefore, ordinalBefore] = numbersOf(before);
  return year === yearBefore && ordinal === ordinalBefore + 1;
}

function numbersOf(month: string): readonly [year: number, ordinal: number] {
  const [, year, ordinal] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined || ordinal === undefined) throw new RangeError(`not a month: ${month}`);
  return [Number(year), Number(ordinal)];
}

/** Tax on one payment where the payer is no platform; a month's payments for one job are one payment. Fen. */
export function withholdPerPayment(incomeFen: number, table: TaxTable = china2025): number {
  assertAmount(incomeFen);
  const { fixedUpToFen, fixedDeductionFen, taxableShareBp, brackets } = table.perPayment;
  const taxableFen = incomeFen <= fixedUpToFen ? incomeFen - fixedDeductionFen : shareOf(incomeFen, taxableShareBp);
  return progressive(Math.max(0, taxableFen), brackets);
}

/** What a prize is. A coupon lowers a price and is no income. */
export type PrizeForm = 'cash' | 'goods' | 'service' | 'coupon';

/**
 * Tax on a prize, fen: 20 % of cash or market value, without a threshold. Where the operator bears it, the prize is what is left after tax:
 * value ÷ 80 % × 20 %.
 */
export function prizeTax(form: PrizeForm, valueFen: number, borneBy: 'winner' | 'operator', table: TaxTable = china2025): number {
  assertAmount(valueFen);
  if (form === 'coupon') return 0;
  const { prizeRateBp } = table;
  return borneBy === 'winner' ? shareOf(valueFen, prizeRateBp) : roundedQuotient(valueFen * prizeRateBp, 10_000 - prizeRateBp);
}

/** Days by which the payer files, `YYYY-MM-DD`: the return of a month, and the platform's report of the quarter that it belongs to. */
export function filingDays(month: string): { readonly withholdingReturn: string; readonly platformReport: string } {
  const [year, ordinal] = numbersOf(month);
  const afterQuarter = Math.ceil(ordinal / 3) * 3 + 1;
  return { withholdingReturn: dayOf(year, ordinal + 1, 15), platformReport: dayOf(year, afterQuarter + 1, 0) };
}

/** Whether somebody who earned this much in twelve months is to be guided to register a business. */
export const shouldRegister = (twelveMonthsFen: number, table: TaxTable = china2025): boolean => twelveMonthsFen > table.registerAboveFen;

/** Whether a month's sales may be exempt from value-added tax when the platform files for the person. */
export const mayBeVatExempt = (monthFen: number, table: TaxTable = china2025): boolean => monthFen <= table.vatExemptMonthlyFen;

/** Day 0 of a month is the last of the month before. */
const dayOf = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

function progressive(taxableFen: number, brackets: readonly Bracket[]): number {
  const bracket = brackets.find(({ upToFen }) => taxableFen <= upToFen);
  if (bracket === undefined) throw new RangeError('the tax table has no bracket for this income');
  return Math.max(0, shareOf(taxableFen, bracket.rateBp) - bracket.quickDeductionFen);
}

/** `amount × rate`, rounded to the fen, half up. */
const shareOf = (amountFen: number, rateBp: number): number => Number((BigInt(amountFen) * BigInt(rateBp) + 5_000n) / 10_000n);

const roundedQuotient = (dividend: number, divisor: number): number =>
  Number((BigInt(dividend) * 2n + BigInt(divisor)) / (BigInt(divisor) * 2n));

function assertAmount(amountFen: number): void {
  if (!Number.isSafeInteger(amountFen) || amountFen < 0) throw new RangeError(`not an amount in fen: ${amountFen}`);
}
