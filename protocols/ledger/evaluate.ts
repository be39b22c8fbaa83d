import { type Fen, fen } from '@qianxing/money';
import type { AccountState, AccountsByAddress } from './accounts';
import type { Posting, PostingEntry, PostingReference, PostOutcome, Refusal } from './model';
import { addressOf } from './posting';

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
    const refusal = refusalOf(candidate.posting, accounts, facts);
    if (refusal !== undefined) {
      outcomes.set(candidate.index, { status: 'refused', refusal });
      continue;
    }
    const transaction = accept(candidate, accounts, facts, nowMs, newId);
    transactions.push(transaction);
    outcomes.set(candidate.index, { status: 'posted', transactionId: transaction.id, postedAt: transaction.postedAt });
  }
  return { outcomes, transactions };
}

function repeated(known: KnownTransaction, hash: string): PostOutcome {
  if (known.hash === hash) return { status: 'replayed', transactionId: known.id, postedAt: known.postedAt };
  return { status: 'refused', refusal: { code: 'keyReused', transactionId: known.id, postedKind: known.kind } };
}

function refusalOf(posting: Posting, accounts: AccountsByAddress, facts: Facts): Refusal | undefined {
  const required = posting.requiresKey === undefined ? undefined : facts.byKey.get(posting.requiresKey);
  if (posting.requiresKey !== undefined && required === undefined) return { code: 'requiredMissing', requiredKey: posting.requiresKey };
  if (posting.reversesId !== undefined) {
    if (required?.id !== posting.reversesId) return { code: 'invalid', reason: 'reversesId and requiresKey name different transactions' };
    if (facts.reversed.has(posting.reversesId)) return { code: 'alreadyReversed', transactionId: posting.reversesId };
  }
  for (const entry of posting.entries) {
    const refusal = refusalOfEntry(posting, entry, stateFor(accounts, entry), facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusalOfEntry(posting: Posting, entry: PostingEntry, state: AccountState, facts: Facts): Refusal | undefined {
  const { rule } = state;
  if (rule.folded) return undefined;
  const { account, amountFen } = entry;
  const after = state.balanceFen + amountFen;
  if (!Number.isSafeInteger(after)) return { code: 'invalid', reason: `the balance of ${state.address} would not be exact` };
  if (amountFen < 0 && after < 0 && !(rule.overdraftBy ?? []).includes(posting.kind))
    return { code: 'insufficient', account, balanceFen: fen(state.balanceFen), amountFen };
  if (amountFen > 0 || rule.perReference === undefined) return undefined;
  const heldFen: Fen = fen(facts.held.get(heldKey(state.address, posting.reference)) ?? 0);
  const fits = rule.perReference === 'whole' ? heldFen === -amountFen : heldFen >= -amountFen;
  return fits ? undefined : { code: 'notHeld', account, heldFen, amountFen };
}

function accept(candidate: Candidate, accounts: AccountsByAddress, facts: Facts, nowMs: number, newId: () => string): PlannedTransaction {
  const { posting, hash } = candidate;
  const states = posting.entries.map((entry) => stateFor(accounts, entry));
  // Never earlier than the entry before on any of its accounts, whatever the clocks of several machines say.
  const postedAt = states.reduce((latest, { rule, lastPostedAt }) => (rule.folded ? latest : Math.max(latest, lastPostedAt)), nowMs);
  const id = newId();
  const entries = posting.entries.map((entry, position) => {
    const state = states[position];
    if (state === undefined) throw new Error('entry without account');
    return applyEntry(state, entry.amountFen, postedAt);
  });
  for (const entry of posting.entries) {
    const { rule, address } = stateFor(accounts, entry);
    if (rule.folded || rule.perReference === undefined) continue;
    const key = heldKey(address, posting.reference);
    facts.held.set(key, (facts.held.get(key) ?? 0) + entry.amountFen);
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

function stateFor(accounts: AccountsByAddress, { account }: PostingEntry): AccountState {
  const state = accounts.get(addressOf(account));
  if (state === undefined) throw new Error(`account ${addressOf(account)} was not opened`);
  return state;
}
