/**
 * Tax withheld from payments to individuals for services, as data. Source: cumulative withholding for people who work on internet
 * platforms, State Taxation Administration announcement no. 16 of 2025; rates and quick deductions, announcement no. 61 of 2018;
 * deduction of 20 % of the income, Individual Income Tax Law, article 6.
 */
export interface TaxTable {
  /** Part of the income that is taxed, basis points. */
  readonly taxableShareBp: number;
  /** Deducted for every month of the run, fen. */
  readonly monthlyDeductionFen: number;
  /** Ascending; the last has no upper limit. */
  readonly brackets: readonly { readonly upToFen: number; readonly rateBp: number; readonly quickDeductionFen: number }[];
}

const CUMULATIVE_LABOUR_TAX: TaxTable = {
  taxableShareBp: 8_000,
  monthlyDeductionFen: 500_000,
  brackets: [
    { upToFen: 3_600_000, rateBp: 300, quickDeductionFen: 0 },
    { upToFen: 14_400_000, rateBp: 1_000, quickDeductionFen: 252_000 },
    { upToFen: 30_000_000, rateBp: 2_000, quickDeductionFen: 1_692_000 },
    { upToFen: 42_000_000, rateBp: 2_500, quickDeductionFen: 3_192_000 },
    { upToFen: 66_000_000, rateBp: 3_000, quickDeductionFen: 5_292_000 },
    { upToFen: 96_000_000, rateBp: 3_500, quickDeductionFen: 8_592_000 },
    { upToFen: Number.MAX_SAFE_INTEGER, rateBp: 4_500, quickDeductionFen: 18_192_000 },
  ],
};

/** Income paid to one person in one month (`YYYY-MM`, shop's zone) and the tax kept from it. */
export interface TaxedMonth {
  readonly month: string;
  readonly incomeFen: number;
  readonly taxFen: number;
}

/**
 * Tax to keep from `incomeFen` paid in `month`:
 * `max(0, floor(cumulative × 80 % − 5,000 yuan × months) × rate − quick deduction − already kept)`, rounded to the fen, half up.
 * The run of months counts back from `month` within its calendar year and starts again after a month without payment.
 */
export function taxOn(incomeFen: number, month: string, history: readonly TaxedMonth[], table: TaxTable = CUMULATIVE_LABOUR_TAX): number {
  const run = monthsOfRun(month, new Set(history.map((entry) => entry.month)));
  const counted = history.filter((entry) => run.includes(entry.month));
  const cumulativeFen = counted.reduce((sum, entry) => sum + entry.incomeFen, incomeFen);
  const keptFen = counted.reduce((sum, entry) => sum + entry.taxFen, 0);
  const taxableFen = share(cumulativeFen, table.taxableShareBp, 0n) - table.monthlyDeductionFen * run.length;
  if (taxableFen <= 0) return 0;
  const bracket = table.brackets.find(({ upToFen }) => taxableFen <= upToFen);
  if (bracket === undefined) throw new RangeError('the tax table has no bracket for this income');
  const dueFen = share(taxableFen, bracket.rateBp, 5_000n) - bracket.quickDeductionFen;
  return Math.max(0, dueFen - keptFen);
}

const share = (amountFen: number, rateBp: number, roundingBp: bigint): number =>
  Number((BigInt(amountFen) * BigInt(rateBp) + roundingBp) / 10_000n);

/** Months of the run that ends in `month`, latest first. */
function monthsOfRun(month: string, paid: ReadonlySet<string>): string[] {
  const [year = '', ordinal = ''] = month.split('-');
  const run = [month];
  for (let before = Number(ordinal) - 1; before >= 1; before -= 1) {
    const earlier = `${year}-${String(before).padStart(2, '0')}`;
    if (!paid.has(earlier)) break;
    run.push(earlier);
  }
  return run;
}
