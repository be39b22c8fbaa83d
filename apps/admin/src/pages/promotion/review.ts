import type { ItemOf } from '../../api/client';

type Withdrawal = ItemOf<'/staff/v1/withdrawals'>;

/** What the reader may do about a withdrawal, and why not if nothing. The server decides; this only explains beforehand. */
export type Review = 'may_decide' | 'already_approved_by_you' | 'no_permission' | 'not_reviewing';

export function reviewOf(withdrawal: Pick<Withdrawal, 'status' | 'approvedBy'>, mayReview: boolean, names: readonly string[]): Review {
  if (withdrawal.status !== 'reviewing') return 'not_reviewing';
  if (!mayReview) return 'no_permission';
  return withdrawal.approvedBy.some((name) => names.includes(name)) ? 'already_approved_by_you' : 'may_decide';
}
