import type { PromoterAccountKind } from '@qianxing/ledger';
import type { NewRecord } from '@qianxing/transparency-log';

/** A ledger transaction as far as it touches one promoter's accounts. */
export interface Movement {
  readonly transactionId: string;
  readonly promoterId: string;
  readonly kind: string;
  readonly postedAt: number;
  readonly referenceType: string;
  readonly referenceId: string;
  /** JSON of the posting's explanation. */
  readonly detail: string | null;
  readonly entries: readonly MovementEntry[];
}

export interface MovementEntry {
  readonly account: PromoterAccountKind;
  readonly amountFen: number;
  readonly balanceAfterFen: number;
  /** Place of the entry in its account, from 1. */
  readonly accountVersion: number;
}

/** What a commission is computed from and what is kept of a payout: facts that the promoter may recompute. Nothing about the buyer. */
const EXPLAINED = ['baseFen', 'rateBp', 'refundedBeforeFen', 'refundedAfterFen', 'taxFen', 'feeFen'] as const;

/** How the accounts are called in records, as everywhere that promoters look. */
const ACCOUNT_NAMES: Readonly<Record<PromoterAccountKind, string>> = {
  pending: 'pending',
  available: 'available',
  withdrawing: 'reserved',
};

/**
 * The record of a movement. Its amount is the change of everything the promoter has (pending, available and reserved together): a release
 * moves nothing in or out. Each account it touches stands there with its change and its balance.
 */
export function recordOf(movement: Movement): NewRecord {
  const { transactionId, promoterId, kind, postedAt, entries } = movement;
  return {
    recordId: transactionId,
    promoterId,
    kind,
    amountFen: entries.reduce((sum, { amountFen }) => sum + amountFen, 0),
    at: postedAt,
    details: { ...explanationOf(movement), ...balancesOf(entries) },
    pseudonyms: pseudonymsOf(movement),
  };
}

function explanationOf({ detail, referenceType, referenceId }: Movement): Record<string, number> {
  const facts = (detail === null ? {} : JSON.parse(detail)) as Readonly<Record<string, unknown>>;
  const explained = EXPLAINED.flatMap((name): [string, number][] => {
    const value = facts[name];
    return typeof value === 'number' ? [[name, value]] : [];
  });
  const level = referenceType === 'commission' ? Number(referenceId.split(':')[1]) : Number.NaN;
  return { ...Object.fromEntries(explained), ...(Number.isSafeInteger(level) ? { level } : {}) };
}

function balancesOf(entries: readonly MovementEntry[]): Record<string, number> {
  return Object.fromEntries(
    entries.flatMap(({ account, amountFen, balanceAfterFen }) => [
      [`${ACCOUNT_NAMES[account]}Fen`, amountFen],
      [`${ACCOUNT_NAMES[account]}AfterFen`, balanceAfterFen],
    ]),
  );
}

/** What belongs together can be seen to, and nothing more: the order line of a commission, the withdrawal of a payout. */
function pseudonymsOf({ referenceType, referenceId }: Movement): Record<string, string> {
  switch (referenceType) {
    case 'commission':
      return { line: referenceId.split(':')[0] ?? '' };
    case 'withdrawal':
      return { withdrawal: referenceId };
    default:
      return {};
  }
}

/** How many entries of each account have been taken. */
export type Versions = Readonly<Record<PromoterAccountKind, number>>;

/**
 * Puts movements of one promoter into the ledger's order: along each account by its versions, and between accounts that do not meet by
 * instant and id. What does not follow on is left for the next portion.
 */
export function inLedgerOrder(
  movements: readonly Movement[],
  from: Versions,
): { readonly movements: readonly Movement[]; readonly versions: Versions } {
  const versions = { ...from };
  const waiting = [...movements].sort(byInstant);
  const ordered: Movement[] = [];
  for (;;) {
    const next = waiting.findIndex(({ entries }) =>
      entries.every(({ account, accountVersion }) => accountVersion === versions[account] + 1),
    );
    const [movement] = next < 0 ? [] : waiting.splice(next, 1);
    if (movement === undefined) return { movements: ordered, versions };
    for (const { account } of movement.entries) versions[account] += 1;
    ordered.push(movement);
  }
}

const byInstant = (left: Movement, right: Movement): number =>
  left.postedAt - right.postedAt || (left.transactionId < right.transactionId ? -1 : 1);
