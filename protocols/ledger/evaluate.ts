import { type Fen, fen } from '@qianxing/money';
import type { AccountState, AccountsByAddress } from './accounts';
import type { Posting, PostingEntry, PostingReference, PostOutcome, Refusal } from './model';

/** A transaction that is in the database, or planned earlier in the batch. */
export interface KnownTransaction {
  readonly id: string;
  readonly hash: string;
  readonly kind: string;
  readonly postedAt: number;
}

/** What the database says about the keys, reversals and references of a batch. Grows while the batch is evaluated. */
export interface Facts {
  readonly byKey: Map<string, KnownTransaction>;
  /** Ids of transactions that have been reversed. */
  readonly reversed: Set<string>;
  /** Fen a reference holds on an account that keeps references apart, by `heldKey`. */
  readonly held: Map<string, number>;
}

export interface Candidate {
  readonly index: number;
  readonly posting: Posting;
  readonly hash: string;
  /** Addresses of the entries' accounts, in the order of the entries. */
  readonly addresses: readonly string[];
}

export interface PlannedEntry {
  readonly account: AccountState;
  readonly amountFen: number;
  /** Null on folded accounts, like `accountVersion`. */
  readonly balanceAfterFen: number | null;
  readonly accountVersion: number | null;
}

export interface PlannedTransaction extends Candidate {
  readonly id: string;
  readonly postedAt: number;
  readonly entries: readonly PlannedEntry[];
}

export interface Plan {
  readonly outcomes: ReadonlyMap<number, PostOutcome>;
  readonly transactions: readonly PlannedTransaction[];
}

export const heldKey = (address: string, reference: PostingReference): string => `${address} ${reference.type}/${reference.id}`;

/**
 * Decides a batch in memory, posting by posting in the order given, on balances that are locked. Changes `accounts` and
 * `facts` as if each accepted posting had been made.
 */
export function evaluate(
  candidates: readonly Candidate[],
  accounts: AccountsByAddress,
  facts: Facts,
  nowMs: number,
  newId: () => string,
): Plan {
  const outcomes = new Map<number, PostOutcome>();
  const transactions: PlannedTransaction[] = [];
  for (const candidate of candidates) {
    const known = facts.byKey.get(candidate.posting.key);
    if (known !== undefined) {
      outcomes.set(candidate.index, repeated(known, candidate.hash));
      continue;
    }
    const legs = legsOf(candidate, accounts);
    const refusal = refusalOf(candidate.posting, legs, facts);
    if (refusal !== undefined) {
      outcomes.set(candidate.index, { status: 'refused', refusal });
      continue;
    }
    const transaction = accept(candidate, legs, facts, nowMs, newId());
    transactions.push(transaction);
    outcomes.set(candidate.index, { status: 'posted', transactionId: transaction.id, postedAt: transaction.postedAt });
  }
  return { outcomes, transactions };
}

function repeated(known: KnownTransaction, hash: string): PostOutcome {
  if (known.hash === hash) return { status: 'replayed', transactionId: known.id, postedAt: known.postedAt };
  return { status: 'refused', refusal: { code: 'keyReused', transactionId: known.id, postedKind: known.kind } };
}

/** One entry with the account it moves. */
interface Leg extends PostingEntry {
  readonly state: AccountState;
}

function legsOf({ posting, addresses }: Candidate, accounts: AccountsByAddress): Leg[] {
  return posting.entries.map(({ account, amountFen }, position) => {
    const state = accounts.get(addresses[position] ?? '');
    if (state === undefined) throw new Error(`account ${addresses[position]} was not opened`);
    return { account, amountFen, state };
  });
}

function refusalOf(posting: Posting, legs: readonly Leg[], facts: Facts): Refusal | undefined {
  const required = posting.requiresKey === undefined ? undefined : facts.byKey.get(posting.requiresKey);
  if (posting.requiresKey !== undefined && required === undefined) return { code: 'requiredMissing', requiredKey: posting.requiresKey };
  if (posting.reversesId !== undefined) {
    if (required?.id !== posting.reversesId) return { code: 'invalid', reason: 'reversesId and requiresKey name different transactions' };
    if (facts.reversed.has(posting.reversesId)) return { code: 'alreadyReversed', transactionId: posting.reversesId };
  }
  for (const leg of legs) {
    const refusal = refusalOfLeg(posting, leg, facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusalOfLeg(posting: Posting, { account, amountFen, state }: Leg, facts: Facts): Refusal | undefined {
  const { rule } = state;
  if (rule.folded) return undefined;
  const after = state.balanceFen + amountFen;
  if (!Number.isSafeInteger(after)) return { code: 'invalid', reason: `the balance of ${state.address} would not be exact` };
  if (amountFen < 0 && after < 0 && !(rule.overdraftBy ?? []).includes(posting.kind))
    return { code: 'insufficient', account, balanceFen: fen(state.balanceFen), amountFen };
  if (amountFen > 0 || rule.perReference === undefined) return undefined;
  const heldFen: Fen = fen(facts.held.get(heldKey(state.address, posting.reference)) ?? 0);
  const fits = rule.perReference === 'whole' ? heldFen === -amountFen : heldFen >= -amountFen;
  return fits ? undefined : { code: 'notHeld', account, heldFen, amountFen };
}

function accept(candidate: Candidate, legs: readonly Leg[], facts: Facts, nowMs: number, id: string): PlannedTransaction {
  const { posting, hash } = candidate;
  // Never earlier than the entry before on any of its accounts, whatever the clocks of several machines say.
  const postedAt = legs.reduce((latest, { state }) => (state.rule.folded ? latest : Math.max(latest, state.lastPostedAt)), nowMs);
  const entries = legs.map(({ state, amountFen }) => applyEntry(state, amountFen, postedAt));
  for (const { state, amountFen } of legs) {
    if (state.rule.folded || state.rule.perReference === undefined) continue;
    const key = heldKey(state.address, posting.reference);
    facts.held.set(key, (facts.held.get(key) ?? 0) + amountFen);
  }
  facts.byKey.set(posting.key, { id, hash, kind: posting.kind, postedAt });
  if (posting.reversesId !== undefined) facts.reversed.add(posting.reversesId);
  return { ...candidate, id, postedAt, entries };
}

function applyEntry(account: AccountState, amountFen: number, postedAt: number): PlannedEntry {
  account.lastPostedAt = Math.max(account.lastPostedAt, postedAt);
  account.version += 1;
  account.balanceFen += amountFen;
  if (account.rule.folded) return { account, amountFen, balanceAfterFen: null, accountVersion: null };
  return { account, amountFen, balanceAfterFen: account.balanceFen, accountVersion: account.version };
}
