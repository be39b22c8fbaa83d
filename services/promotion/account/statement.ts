import type { Query } from '@qianxing/database';
import { sql } from 'kysely';

export interface MovementRow {
  transactionId: string;
  seq: number;
  postedAt: number;
  bucket: 'pending' | 'available' | 'withdrawing';
  kind: string;
  referenceType: string;
  referenceId: string;
  amountFen: number;
  balanceAfterFen: number;
}

type Place = readonly [postedAt: number, transactionId: string, seq: number];

/** Movements of a promoter's three accounts together, newest first. The ledger's own statement knows one account at a time. */
export async function movements(query: Query, promoterId: string, page: { before: Place | null; limit: number }): Promise<MovementRow[]> {
  const { before, limit } = page;
  const older =
    before === null
      ? sql``
      : sql`and e.postedAt <= ${before[0]} and (e.postedAt < ${before[0]} or e.transactionId < ${before[1]}
          or (e.transactionId = ${before[1]} and e.seq < ${before[2]}))`;
  const { rows } = await sql<MovementRow>`
    select e.transactionId, e.seq, e.postedAt, a.kind as bucket, t.kind, t.referenceType, t.referenceId, e.amountFen, e.balanceAfterFen
    from ledgerAccount a join ledgerEntry e on e.accountId = a.id join ledgerTransaction t on t.id = e.transactionId
    where a.address in (${sql.join(['pending', 'available', 'withdrawing'].map((kind) => `promoter/${promoterId}/${kind}`))}) ${older}
    order by e.postedAt desc, e.transactionId desc, e.seq desc limit ${limit}`.execute(query);
  return rows;
}

/** What a kind of ledger transaction is called on a statement. */
export const MOVEMENT_NAMES: Readonly<Record<string, { zh: string; en: string }>> = {
  commissionEarned: { zh: '佣金入账（待结算）', en: 'Commission earned, pending' },
  commissionReleased: { zh: '售后期满，佣金可提现', en: 'Return window over, commission available' },
  commissionClawedBack: { zh: '买家退款，冲回佣金', en: 'Buyer refunded, commission taken back' },
  withdrawalHeld: { zh: '申请提现，资金预留', en: 'Withdrawal requested, money set aside' },
  withdrawalPaid: { zh: '提现到账', en: 'Withdrawal paid' },
  withdrawalPartlyPaid: { zh: '提现部分到账，其余退回', en: 'Withdrawal paid in part, the rest returned' },
  withdrawalFailed: { zh: '提现失败，资金退回', en: 'Withdrawal failed, money returned' },
  withdrawalCancelled: { zh: '提现取消，资金退回', en: 'Withdrawal cancelled, money returned' },
  debtWrittenOff: { zh: '欠款核销', en: 'Debt written off' },
  adjustment: { zh: '人工更正', en: 'Correction by staff' },
};
