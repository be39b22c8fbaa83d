import { balances, balancesAt, foldDeltas } from './balance';
import { ulidMaker } from './identifier';
import type { Ledger, LedgerOptions } from './ledger';
import { type Guards, postBatch } from './post';
import { rebuildPage } from './rebuild';
import { exportStatement, statement } from './statement';
import { findTransaction, findTransactionsByReference, reversalOf } from './transactions';

const FOLD_LIMIT = 1_000;
const REBUILD_LIMIT = 200;
const ALL_GUARDS: Guards = { lockRows: true, compareVersion: true };

/** Binds the ledger to a chart of accounts and a clock. */
export function createLedger(options: LedgerOptions): Ledger {
  return createLedgerWithGuards(options, ALL_GUARDS);
}

/** For race tests: a ledger with guards taken away. Exported from `@qianxing/ledger/testing` only. */
export function createLedgerWithGuards({ chart, now = Date.now }: LedgerOptions, guards: Guards): Ledger {
  const makeId = ulidMaker();
  const newId = () => makeId(now());
  const context = { chart, now, newId, guards };
  const post: Ledger['post'] = async (sql, posting) => {
    const [outcome] = await postBatch(context, sql, [posting]);
    if (outcome === undefined) throw new Error('a posting was left without outcome');
    return outcome;
  };
  return {
    post,
    postBatch: (sql, postings) => postBatch(context, sql, postings),
    async reverse(sql, request) {
      const original = await findTransaction(sql, { id: request.transactionId });
      return original === undefined ? undefined : post(sql, reversalOf(original, request));
    },
    balances,
    balancesAt,
    statement,
    exportStatement,
    findTransaction,
    findTransactionsByReference,
    fold: (sql, { limit = FOLD_LIMIT } = {}) => foldDeltas(sql, limit, newId),
    rebuildBalances: (sql, { after = 0, limit = REBUILD_LIMIT } = {}) => rebuildPage(sql, after, limit, newId),
  };
}
