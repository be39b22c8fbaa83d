import type { Fen } from '@qianxing/money';

/**
 * One account. Amounts are integer fen with one sign convention everywhere: **positive = we owe the owner** (credit),
 * negative = the owner, or an expense, owes us. Accounts come into being, with balance zero, when they are first used.
 */
export interface AccountReference {
  /** For example `promoter`, `merchant`, `platform`; 1–16 characters `[A-Za-z0-9_-]`. */
  readonly ownerType: string;
  /** 1–40 characters `[A-Za-z0-9_.-]`. */
  readonly ownerId: string;
  /** A kind of the chart, for example `available`. */
  readonly kind: string;
}

/** How accounts of one kind behave. */
export type AccountRule =
  /** Balance updated under a row lock with every posting; never below zero except by the transaction kinds in `overdraftBy`. */
  | {
      readonly folded: false;
      /** Transaction kinds that may take the balance below zero, for example a claw-back of commission already spent. */
      readonly overdraftBy?: readonly string[];
      /**
       * Keeps the money of each reference (one commission, one withdrawal) apart: a posting may take out at most what its own
       * reference still has there (`atMost`), or that and nothing less (`whole`, for holds that end once).
       */
      readonly perReference?: 'atMost' | 'whole';
    }
  /** Touched by nearly every posting (expense, clearing, bank): entries only, balance folded from deltas; no floor. */
  | {
      readonly folded: true;
      /** Must return to zero for each reference; `checkLedger` reports what stays open too long. */
      readonly clearing?: boolean;
    };

/** The chart of accounts: every kind that may be posted to. A kind's rule must not change once accounts of it exist. */
export type Chart = Readonly<Record<string, AccountRule>>;

export interface PostingEntry {
  readonly account: AccountReference;
  /** Integer fen, not zero, at most 9×10^11 either way. */
  readonly amountFen: Fen;
}

/** JSON that explains a posting. Part of the request hash: only facts that are the same on every retry belong in it. */
export type PostingDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** The business object a posting is about; holds and clearing are matched by it. */
export interface PostingReference {
  /** 1–24 characters `[A-Za-z0-9_-]`. */
  readonly type: string;
  /** 1–64 characters `[A-Za-z0-9_.:-]`. */
  readonly id: string;
}

/** A request to post one transaction. The entries, 2–64 on distinct accounts, sum to zero. */
export interface Posting {
  /**
   * Natural idempotency key of the business outcome, 1–96 characters, for example `earn:{line}:{level}`. One key, one
   * transaction, for ever. Outcomes that exclude one another share a key.
   */
  readonly key: string;
  /** Kind of transaction, 1–32 characters, for example `commissionEarned`. */
  readonly kind: string;
  readonly reference: PostingReference;
  readonly entries: readonly PostingEntry[];
  /** Refused unless a transaction with this key exists (earlier, or earlier in the same batch). */
  readonly requiresKey?: string;
  /** The transaction this one reverses; a transaction is reversed at most once. */
  readonly reversesId?: string;
  readonly detail?: PostingDetail;
}

/** Why a posting was refused. A refused posting leaves no trace and does not use up its key. */
export type Refusal =
  | { readonly code: 'invalid'; readonly reason: string }
  /** The key stands for a transaction with other content: HTTP 409, and an incident when two outcomes exclude each other. */
  | { readonly code: 'keyReused'; readonly transactionId: string; readonly postedKind: string }
  | { readonly code: 'insufficient'; readonly account: AccountReference; readonly balanceFen: Fen; readonly amountFen: Fen }
  | { readonly code: 'requiredMissing'; readonly requiredKey: string }
  /** The reference does not hold (exactly) this much on an account that keeps references apart. */
  | { readonly code: 'notHeld'; readonly account: AccountReference; readonly heldFen: Fen; readonly amountFen: Fen }
  | { readonly code: 'alreadyReversed'; readonly transactionId: string };

export type PostOutcome =
  | { readonly status: 'posted'; readonly transactionId: string; readonly postedAt: number }
  /** The same posting had been made before; nothing was written. */
  | { readonly status: 'replayed'; readonly transactionId: string; readonly postedAt: number }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export interface Balance {
  readonly account: AccountReference;
  readonly balanceFen: Fen;
  /** Entries ever posted to the account. */
  readonly entryCount: number;
  /** UTC ms of the latest entry, null when there is none. */
  readonly lastPostedAt: number | null;
}

export interface TransactionEntry {
  readonly seq: number;
  readonly account: AccountReference;
  readonly amountFen: Fen;
  /** Balance of the account after this entry; null on folded accounts. */
  readonly balanceAfterFen: Fen | null;
}

export interface Transaction {
  /** ULID. */
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly reference: PostingReference;
  readonly reversesId: string | null;
  readonly detail: PostingDetail | null;
  /** UTC ms; never decreases along one account that is not folded. */
  readonly postedAt: number;
  readonly entries: readonly TransactionEntry[];
}

export interface StatementQuery {
  /** UTC ms, inclusive. */
  readonly from?: number;
  /** UTC ms, exclusive. */
  readonly until?: number;
  readonly order?: 'oldestFirst' | 'newestFirst';
  /** 1–200, default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface StatementRow {
  readonly transactionId: string;
  readonly seq: number;
  readonly key: string;
  readonly kind: string;
  readonly reference: PostingReference;
  readonly detail: PostingDetail | null;
  readonly amountFen: Fen;
  /** Null on folded accounts in pages; always present in exports. */
  readonly balanceAfterFen: Fen | null;
  readonly postedAt: number;
}

export interface StatementPage {
  readonly rows: readonly StatementRow[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** What `checkLedger` found wrong. `invariant` is I1–I10 or I16 as listed in the README. */
export interface Finding {
  readonly invariant: Invariant;
  /** English sentence for the operator. */
  readonly message: string;
  /** Ids and figures of the fault. */
  readonly details: Readonly<Record<string, string | number | null>>;
}

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I16';
