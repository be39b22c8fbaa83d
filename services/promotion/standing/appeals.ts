import type { Query } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import type { ResponseOf } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { PromotionContext } from '../context';
import type { Promoter, promotionContract } from '../contract';
import { fail } from '../problems';
import { promoterOfMember } from '../referral/store';
import type { PromoterRow } from '../tables';
import { appealsOf, changesOf, insertAppeal, latestChange } from './store';

/** Most changes of one promoter's status that are shown. */
const SHOWN = 50;

/** Why somebody's new earning is stopped and what they wrote against it; null while it is not. */
export async function stopOf(query: Query, promoter: PromoterRow | undefined): Promise<Promoter['stop']> {
  if (promoter === undefined || promoter.status === 'active') return null;
  const change = await latestChange(query, promoter.promoterId);
  if (change === undefined) return null;
  const appeal = (await appealsOf(query, [change.entryId])).get(change.entryId);
  return {
    reason: change.reason,
    at: toIso(change.at),
    appeal: appeal === undefined ? null : { text: appeal.text, at: toIso(appeal.at) },
  };
}

/** Against the pause or removal in force, once for each; the same words again answer the same. */
export async function appealAgainstStop(context: PromotionContext, memberId: string, text: string, now: number): Promise<Result<void>> {
  const { database } = context.platform;
  const promoter = await promoterOfMember(database.query, memberId);
  const change = promoter === undefined ? undefined : await latestChange(database.query, promoter.promoterId);
  if (promoter === undefined || change === undefined || change.status === 'active') return fail('nothingToAppeal');
  const appeal = { entryId: change.entryId, promoterId: promoter.promoterId, text, at: now };
  const first = await database.transaction((transaction) => insertAppeal(transaction, appeal));
  const known = (await appealsOf(database.query, [change.entryId])).get(change.entryId);
  return first || known?.text === text ? ok() : fail('appealed');
}

/** Changes of status with the appeals against them, oldest first. */
export async function standingOf(
  query: Query,
  promoterId: string,
): Promise<ResponseOf<typeof promotionContract.staffPromoter>['standing']> {
  const changes = (await changesOf(query, promoterId, SHOWN)).reverse();
  const appeals = await appealsOf(
    query,
    changes.map(({ entryId }) => entryId),
  );
  return changes.flatMap((change) => {
    const { status, staffName } = change;
    const appeal = appeals.get(change.entryId);
    const entry = { kind: 'status' as const, status, text: change.reason, staffName, at: toIso(change.at) };
    return appeal === undefined
      ? [entry]
      : [entry, { kind: 'appeal' as const, status, text: appeal.text, staffName: null, at: toIso(appeal.at) }];
  });
}
