import type { AccountRecord, OpenedRecord } from '@qianxing/transparency-log/verify';

/** The three accounts of a promoter, fen. */
export interface AccountBalances {
  readonly pendingFen: number;
  readonly availableFen: number;
  readonly reservedFen: number;
}

const ACCOUNTS = ['pending', 'available', 'reserved'] as const;
type Account = (typeof ACCOUNTS)[number];

/** What the records of one promoter come to; a complaint where one of them does not compute. */
export type RecordSums = { readonly ok: true; readonly balances: AccountBalances } | { readonly ok: false; readonly complaint: string };

/**
 * Recomputes records whose chain holds already: each account's balance from its changes, each amount from the accounts, and commission from
 * base, rate and refunds (`floor(base × rate / 10000)`, in exact integers).
 */
export function sumRecords(records: readonly Pick<OpenedRecord, 'record'>[]): RecordSums {
  const balances: Record<Account, number> = { pending: 0, available: 0, reserved: 0 };
  for (const { record } of records) {
    const complaint = complaintAbout(record, balances);
    if (complaint !== undefined) return { ok: false, complaint: `record ${record.n}: ${complaint}` };
  }
  return { ok: true, balances: { pendingFen: balances.pending, availableFen: balances.available, reservedFen: balances.reserved } };
}

function complaintAbout(record: AccountRecord, balances: Record<Account, number>): string | undefined {
  let sum = 0;
  for (const account of ACCOUNTS) {
    const change = numberIn(record, `${account}Fen`);
    if (change === undefined) continue;
    balances[account] += change;
    sum += change;
    if (numberIn(record, `${account}AfterFen`) !== balances[account]) return `the balance of ${account} does not follow`;
  }
  if (sum !== record.amount) return 'the amount is not the sum over the accounts';
  return commissionOf(record) === record.amount ? undefined : 'the commission is not base times rate';
}

/** The amount that base, rate and refunds give; the record's own where they do not decide it. */
function commissionOf(record: AccountRecord): number {
  const due = (refundedFen: number) => dueOf(numberIn(record, 'baseFen') ?? 0, numberIn(record, 'rateBp') ?? 0, refundedFen);
  switch (record.kind) {
    case 'commissionEarned':
      return due(0);
    case 'commissionClawedBack':
      return due(numberIn(record, 'refundedAfterFen') ?? 0) - due(numberIn(record, 'refundedBeforeFen') ?? 0);
    default:
      return record.amount;
  }
}

/** `floor(rateBp × max(0, base − refunded) / 10000)`, fen. */
const dueOf = (baseFen: number, rateBp: number, refundedFen: number): number =>
  Number((BigInt(Math.max(0, baseFen - refundedFen)) * BigInt(rateBp)) / BigInt(10_000));

function numberIn(record: AccountRecord, field: string): number | undefined {
  const value = record[field];
  return typeof value === 'number' ? value : undefined;
}
