import { ok, type Result } from '@qianxing/errors';
import type { ResponseOf } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { PromotionContext } from '../context';
import type { APPLICATION_STATUSES, Promoter, promotionContract } from '../contract';
import { fail } from '../problems';
import { ensureMember } from '../referral/binding';
import { promoterView } from '../referral/promoters';
import { promoterOfMember } from '../referral/store';
import type { ApplicationRow } from '../tables';
import { decide, findApplication, putApplication } from './store';

export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];
type StaffApplication = ResponseOf<typeof promotionContract.decideApplication>;

/** Asks for the approval that the plan in use offers as a way to qualify. */
export async function applyForApproval(context: PromotionContext, memberId: string, note: string, now: number): Promise<Result<Promoter>> {
  const { database } = context.platform;
  if ((await promoterOfMember(database.query, memberId)) !== undefined) return ok(await promoterView(context, memberId));
  const { document } = await context.plans.active();
  if (!document.qualification.anyOf.some(({ kind }) => kind === 'approval')) return fail('approvalNotOffered');
  const memberNo = (await context.needs.members([memberId])).get(memberId)?.memberNo;
  if (memberNo === undefined) throw new Error(`member ${memberId} is unknown`);
  await database.transaction(async (transaction) => {
    await ensureMember(transaction, memberId, memberNo);
    await putApplication(transaction, { memberId, memberNo, note, at: now });
  });
  return ok(await promoterView(context, memberId));
}

/** The same decision again answers the same; another one comes too late. */
export async function decideApplication(
  context: PromotionContext,
  memberId: string,
  decision: { status: 'approved' | 'refused'; reason: string; staffName: string; decidedAt: number },
): Promise<Result<StaffApplication>> {
  const { database } = context.platform;
  const decided = await database.transaction((transaction) => decide(transaction, memberId, decision));
  const row = await findApplication(database.query, memberId);
  if (row === undefined) return fail('applicationNotFound');
  if (!decided && row.status !== decision.status) return fail('applicationDecided');
  const [view] = await applicationViews(context, [row]);
  return view === undefined ? fail('applicationNotFound') : ok(view);
}

export async function applicationViews(context: PromotionContext, rows: readonly ApplicationRow[]): Promise<StaffApplication[]> {
  const names = await context.needs.members(rows.map((row) => row.memberId));
  return rows.map(({ requestedAt, decidedAt, ...row }) => ({
    ...row,
    nickname: names.get(row.memberId)?.nickname ?? '',
    requestedAt: toIso(requestedAt),
    decidedAt: decidedAt === null ? null : toIso(decidedAt),
  }));
}
