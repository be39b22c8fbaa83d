import type { Ledger, LedgerOptions } from './ledger';

export function createLedger(_options: LedgerOptions): Ledger {
  throw new Error('not written yet');
}
