export { type CheckOptions, checkLedger } from './check';
export { type ClearingState, clearingReport } from './clearing';
export {
  type ClawbackInput,
  type CommissionLevel,
  type CommissionPayer,
  type CommissionTerms,
  clawback,
  clawbackDue,
  commissionChart,
  commissionDue,
  debtWrittenOff,
  type EarnInput,
  earn,
  type PayoutSettledInput,
  type PlatformAccountKind,
  type PromoterAccountKind,
  payoutSettled,
  platformAccount,
  promoterAccount,
  type ReleaseInput,
  release,
  taxRemitted,
  type WithdrawalInput,
  type WithdrawalPaidInput,
  withdrawalHeld,
  withdrawalPaid,
  withdrawalReturned,
} from './commission';
export { createLedger } from './create';
export type { FoldOptions, Ledger, LedgerOptions, RebuildOptions } from './ledger';
export { type LedgerMigration, ledgerMigrations } from './migrations';
export type {
  AccountReference,
  AccountRule,
  Balance,
  Chart,
  Finding,
  Invariant,
  Posting,
  PostingDetail,
  PostingEntry,
  PostingReference,
  PostOutcome,
  Refusal,
  StatementPage,
  StatementQuery,
  StatementRow,
  Transaction,
  TransactionEntry,
} from './model';
export type { RebuildPage } from './rebuild';
export type { LedgerDialect, LedgerSql, SqlRow, SqlValue } from './sql';
export type { ReversalRequest, TransactionName } from './transactions';
