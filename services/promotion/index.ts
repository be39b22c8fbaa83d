import { readTogether } from '@qianxing/database';
import { defineService, type Platform, type Service } from '@qianxing/service';
import { MINUTE_MS } from '@qianxing/time';
import { createAccounts } from './account/account';
import { promotionChecks } from './checks';
import type { PromotionContext, PromotionOptions } from './context';
import type { PromotionApi } from './contract';
import { promotionJobs } from './jobs';
import { promotion } from './migrations/0001-promotion';
import { realNames } from './migrations/0002-real-names';
import { standing } from './migrations/0003-standing';
import { planJudgement } from './migrations/0004-plan-judgement';
import { recordStandings } from './migrations/0005-record-standings';
import { ledgerSchema } from './migrations/ledger';
import { transparencyLogSchema } from './migrations/transparency-log';
import type { PromotionNeeds } from './needs';
import { guardedPlan, scopeOf } from './plan/guarded-plan';
import { parsePlan } from './plan/model';
import { createPlans } from './plan/plans';
import { demoPlan, directSalePlan } from './plan/seed';
import { findPlanVersion } from './plan/store';
import { createPosters } from './poster/posters';
import { promotionProblems } from './problems';
import { createProofLog, logLag } from './proof/log';
import { createRecorder } from './proof/recorder';
import { promotionReactions } from './reactions';
import { countPromoters, earningAncestors, membersById } from './referral/store';
import { promoterRoutes } from './routes/promoter';
import { proofRoutes } from './routes/proof';
import { referralRoutes } from './routes/referral';
import { staffRoutes } from './routes/staff';
import { staffWithdrawalRoutes } from './routes/staff-withdrawals';
import { standingRoutes } from './routes/standing';
import { withdrawalRoutes } from './routes/withdrawals';
import { countWaiting } from './standing/store';
import type { MemberRow } from './tables';
import { payoutRealName } from './withdrawal/payouts';
import { countInReview } from './withdrawal/store';

export type { PromotionOptions } from './context';
export type { PromotionNeeds } from './needs';

/** Referral, plans, commission, the promoters' accounts, withdrawals and posters. See README.md. */
export function createPromotionService(platform: Platform, needs: PromotionNeeds, options: PromotionOptions): Service<PromotionApi> {
  const proofLog = createProofLog(platform.database, platform.clock, options.transparencyLog);
  const context: PromotionContext = {
    platform,
    needs,
    options,
    proofLog,
    accounts: createAccounts(platform.database, platform.clock, createRecorder(platform.database, proofLog.log)),
    plans: createPlans(platform, needs, { ...options, seeds: options.plans ?? [demoPlan, directSalePlan] }),
    posters: createPosters(platform.clock),
  };
  return defineService<PromotionApi>({
    name: 'promotion',
    migrations: [...ledgerSchema, promotion, realNames, standing, planJudgement, ...transparencyLogSchema, recordStandings],
    problems: promotionProblems,
    routes: [
      ...promoterRoutes(context),
      ...referralRoutes(context),
      ...withdrawalRoutes(context),
      ...proofRoutes(context),
      ...staffRoutes(context),
      ...standingRoutes(context),
      ...staffWithdrawalRoutes(context),
    ],
    reactions: promotionReactions(context),
    jobs: promotionJobs(context),
    checks: promotionChecks(context),
    api: promotionApi(context),
  });
}

/** Longer than a registration is ever under way; after that the member buys as somebody whom nobody brought. */
const PENDING_AT_MOST_MS = 5 * MINUTE_MS;

async function isBindingPending({ platform, needs }: PromotionContext, known: MemberRow | undefined, memberId: string): Promise<boolean> {
  if (known !== undefined && known.memberNo !== null) return false;
  const profile = (await needs.members([memberId])).get(memberId);
  return profile !== undefined && platform.clock.now() - profile.createdAt < PENDING_AT_MOST_MS;
}

function promotionApi(context: PromotionContext): PromotionApi {
  const { query } = context.platform.database;
  const memberOf = readTogether((memberIds) => membersById(query, memberIds));
  const ancestorsOf = readTogether((memberIds) => earningAncestors(query, memberIds));
  return {
    beneficiaries: async (memberId) => {
      const { row, document } = await context.plans.active();
      if (row.standing === 'stopped' && context.options.blockedPlans === 'refused') return null;
      const ancestors = (await ancestorsOf(memberId)) ?? [];
      const levels = document.levels.flatMap(({ level, rateBp }) => {
        const ancestor = ancestors.find(({ layer }) => layer === level);
        return ancestor === undefined ? [] : [{ level, promoterId: ancestor.promoterId, promoterNo: ancestor.promoterNo, rateBp }];
      });
      return levels.length === 0 ? null : { planVersionId: row.planVersionId, levels };
    },
    guardedPlan: async (planVersionId) => {
      const row = await findPlanVersion(query, planVersionId);
      return row === undefined
        ? undefined
        : { scope: scopeOf(row), plan: guardedPlan(parsePlan(row.document), context.options.planSurroundings) };
    },
    isBindingPending: async (memberId) => isBindingPending(context, await memberOf(memberId), memberId),
    payoutRealName: (payoutKey) => payoutRealName(context, payoutKey),
    recoverLog: async () => {
      const outcome = await context.proofLog.log.recover();
      return outcome.ok ? { recovered: outcome.value } : { refused: outcome.fault.message };
    },
    logLag: () => logLag(context.proofLog.log, context.platform.clock.now()),
    totals: async () => {
      const { promoters, paidFen } = await countPromoters(query);
      const { pendingFen, availableFen } = await context.accounts.totals(query);
      const withdrawalsToReview = await countInReview(query);
      const applicationsToReview = await countWaiting(query);
      return { promoters, pendingFen, availableFen, paidFen, withdrawalsToReview, applicationsToReview };
    },
  };
}
