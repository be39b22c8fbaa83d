import { ok, type Result } from '@qianxing/errors';
import type { ResponseOf } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import { estimatedByPromoter } from '../commission/store';
import type { PromotionContext } from '../context';
import type { Promoter, promotionContract } from '../contract';
import { judgeQualification } from '../plan/model';
import { fail } from '../problems';
import { stopOf } from '../standing/appeals';
import { findApplication } from '../standing/store';
import type { ApplicationRow, PromoterRow } from '../tables';
import { ensureMember } from './binding';
import { CHANNEL_NAMES } from './rules';
import { findMember, insertPromoter, type PromoterListRow, promoterOfMember, promotersByNo } from './store';
import { createTeam } from './team';

type Balances = Promoter['balances'];
export type StaffPromoter = ResponseOf<typeof promotionContract.setPromoterStatus>;

export const referralUrl = (context: PromotionContext, code: string): string => `${context.options.publicUrl}/r/${code}`;

/** The account page of a member, enrolled or not. Before enrolment the id is the member's own: there is none of a promoter yet. */
export async function promoterView(context: PromotionContext, memberId: string): Promise<Promoter> {
  const { query } = context.platform.database;
  const promoter = await promoterOfMember(query, memberId);
  const member = await findMember(query, memberId);
  const { row, document } = await context.plans.active();
  const application = await findApplication(query, memberId);
  const approved = promoter !== undefined || application?.status === 'approved';
  const facts = { paidOrders: await context.needs.paidOrderCount(memberId), approved };
  const balances = promoter === undefined ? undefined : (await balancesOf(context, [promoter])).get(promoter.promoterId);
  return {
    promoterId: promoter?.promoterId ?? memberId,
    promoterNo: promoter?.promoterNo ?? member?.memberNo ?? 0,
    status: promoter?.status ?? 'none',
    referralCode: promoter?.referralCode ?? null,
    referralUrl: promoter === undefined ? null : referralUrl(context, promoter.referralCode),
    qualification: judgeQualification(document.qualification.anyOf, facts),
    referrer: await referrerOf(context, member),
    balances: balances ?? NO_BALANCES,
    plan: {
      planVersionId: row.planVersionId,
      nameZh: row.nameZh,
      nameEn: row.nameEn,
      levels: document.levels.map(({ level, rateBp }) => ({ level, rateBp })),
    },
    directCustomers: member?.directCustomers ?? 0,
    application: application === undefined ? null : applicationView(application),
    stop: await stopOf(query, promoter),
  };
}

const applicationView = ({ status, reason, requestedAt, decidedAt }: ApplicationRow): Promoter['application'] => ({
  status,
  reason,
  requestedAt: toIso(requestedAt),
  decidedAt: decidedAt === null ? null : toIso(decidedAt),
});

const NO_BALANCES: Balances = { estimatedFen: 0, pendingFen: 0, availableFen: 0, reservedFen: 0, paidFen: 0, taxWithheldFen: 0 };

async function referrerOf(context: PromotionContext, member: Awaited<ReturnType<typeof findMember>>): Promise<Promoter['referrer']> {
  if (member === undefined || member.referrerNo === null || member.boundAt === null) return null;
  const referrer = (await promotersByNo(context.platform.database.query, [member.referrerNo])).get(member.referrerNo);
  const names = referrer === undefined ? undefined : await context.needs.members([referrer.memberId]);
  const channel = CHANNEL_NAMES[member.visitChannel ?? 'link'];
  const visitedAt = toIso(member.visitedAt ?? member.boundAt);
  return {
    nickname: names?.get(referrer?.memberId ?? '')?.nicknameMasked ?? '***',
    boundAt: toIso(member.boundAt),
    evidence: `${channel.zh} ${channel.en} · ${visitedAt} · ${member.visitId ?? ''}`,
  };
}

/** Balances of several promoters with a fixed number of queries. */
async function balancesOf(context: PromotionContext, promoters: readonly PromoterRow[]): Promise<Map<string, Balances>> {
  const { query } = context.platform.database;
  const ids = promoters.map(({ promoterId }) => promoterId);
  const balances = await context.accounts.balances(query, ids);
  const estimated = await estimatedByPromoter(query, ids);
  return new Map(
    promoters.map(({ promoterId, paidFen, taxWithheldFen }) => {
      const own = balances.get(promoterId) ?? { pendingFen: 0, availableFen: 0, reservedFen: 0 };
      return [promoterId, { ...own, estimatedFen: estimated.get(promoterId) ?? 0, paidFen, taxWithheldFen }];
    }),
  );
}

/** Makes a member a promoter once; the second time answers the same. */
export async function enrol(context: PromotionContext, memberId: string, agreementVersion: string, now: number): Promise<Result<Promoter>> {
  const { database } = context.platform;
  const known = await promoterOfMember(database.query, memberId);
  if (known?.status === 'removed') return fail('promoterRemoved');
  if (known !== undefined) return ok(await promoterView(context, memberId));
  const { agreementVersion: inForce } = context.options;
  if (agreementVersion !== inForce)
    return fail('agreementOutdated', { path: '/agreementVersion', params: { version: inForce }, details: { currentVersion: inForce } });
  if (!(await context.needs.hasConsent(memberId, 'promoter_agreement'))) return fail('agreementNeeded', { path: '/agreementVersion' });
  const { document } = await context.plans.active();
  const approved = (await findApplication(database.query, memberId))?.status === 'approved';
  const facts = { paidOrders: await context.needs.paidOrderCount(memberId), approved };
  const { met, conditions } = judgeQualification(document.qualification.anyOf, facts);
  if (!met) {
    const words = (language: 'zh' | 'en') =>
      conditions.map((condition) => `${condition[language]}（${condition.current}/${condition.needed}）`);
    return fail('qualificationMissing', { params: { conditionZh: words('zh').join('；或'), conditionEn: words('en').join('; or ') } });
  }
  const memberNo = (await context.needs.members([memberId])).get(memberId)?.memberNo;
  if (memberNo === undefined) throw new Error(`member ${memberId} is unknown`);
  await database.transaction(async (transaction) => {
    await ensureMember(transaction, memberId, memberNo);
    if (await insertPromoter(transaction, { memberId, promoterNo: memberNo, agreementVersion, now }))
      await createTeam(transaction, memberNo);
  });
  return ok(await promoterView(context, memberId));
}

export async function staffPromoterViews(context: PromotionContext, rows: readonly PromoterListRow[]): Promise<StaffPromoter[]> {
  const names = await context.needs.members(rows.map((row) => row.memberId));
  const balances = await balancesOf(context, rows);
  return rows.map((row) => ({
    promoterId: row.promoterId,
    promoterNo: row.promoterNo,
    nickname: names.get(row.memberId)?.nickname ?? '',
    status: row.status,
    referralCode: row.referralCode,
    referrerNo: row.referrerNo,
    depth: row.depth,
    directCustomers: row.directCustomers,
    balances: balances.get(row.promoterId) ?? NO_BALANCES,
    enrolledAt: toIso(row.enrolledAt),
  }));
}
