/** A progressive rate: `taxable × rateBp − quickDeductionFen` up to `upToFen`. Ascending; the last has no upper limit. */
export interface Bracket {
  readonly upToFen: number;
  readonly rateBp: number;
  readonly quickDeductionFen: number;
}

/** What the tax of payments to individuals is computed from. Amounts in fen; data, so that another year is another table. */
export interface TaxTable {
  readonly from: string;
  readonly cumulative: {
    /** Part of the income that is taxed, basis points. */
    readonly taxableShareBp: number;
    readonly monthlyDeductionFen: number;
    readonly brackets: readonly Bracket[];
  };
  readonly perPayment: {
    /** Up to this income a fixed amount is deducted, above it a share. */
    readonly fixedUpToFen: number;
    readonly fixedDeductionFen: number;
    readonly taxableShareBp: number;
    readonly brackets: readonly Bracket[];
  };
  /** Rate on prizes, basis points. */
  readonly prizeRateBp: number;
  /** Monthly sales up to which value-added tax may be exempt when the platform files for the person. */
  readonly vatExemptMonthlyFen: number;
  /** Income of twelve months above which the person is to be guided to register a business. */
  readonly registerAboveFen: number;
  readonly keepYears: number;
}

const YUAN = 100;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const bracket = (upToYuan: number, rateBp: number, quickDeductionYuan: number): Bracket => ({
  upToFen: upToYuan === NO_LIMIT ? NO_LIMIT : upToYuan * YUAN,
  rateBp,
  quickDeductionFen: quickDeductionYuan * YUAN,
});

/**
 * Mainland China since 2025-10-01. Cumulative method for people who work on internet platforms: State Taxation Administration announcement no. 16 of
 * 2025; rates and quick deductions of both methods: announcement no. 61 of 2018; prizes: Individual Income Tax Law, articles 2(9) and 3(3). The
 * treatment of months without pay and of value-added tax is to be confirmed with the tax office.
 */
export const china2025: TaxTable = {
  from: '2025-10-01',
  cumulative: {
    taxableShareBp: 8_000,
    monthlyDeductionFen: 5_000 * YUAN,
    brackets: [
      bracket(36_000, 300, 0),
      bracket(144_000, 1_000, 2_520),
      bracket(300_000, 2_000, 16_920),
      bracket(420_000, 2_500, 31_920),
      bracket(660_000, 3_000, 52_920),
      bracket(960_000, 3_500, 85_920),
      bracket(NO_LIMIT, 4_500, 181_920),
    ],
  },
  perPayment: {
    fixedUpToFen: 4_000 * YUAN,
    fixedDeductionFen: 800 * YUAN,
    taxableShareBp: 8_000,
    brackets: [bracket(20_000, 2_000, 0), bracket(50_000, 3_000, 2_000), bracket(NO_LIMIT, 4_000, 7_000)],
  },
  prizeRateBp: 2_000,
  vatExemptMonthlyFen: 100_000 * YUAN,
  registerAboveFen: 5_000_000 * YUAN,
  keepYears: 10,
};
