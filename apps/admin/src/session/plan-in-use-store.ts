import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { type Answer, api } from '../api/client';

export type Plans = Answer<'/staff/v1/plans', 'get'>;

/** What the banner over all pages says about the plan in use; null if there is nothing to say. */
export type PlanWarning = { readonly kind: 'trial' | 'grace' | 'stopped'; readonly planVersionId: string; readonly until: string | null };

/** @param plans the server's answer: its flags decide, nothing is judged here */
export function warningOf({ items, activePlanVersionId, blockedPlans }: Plans): PlanWarning | null {
  const plan = items.find((candidate) => candidate.planVersionId === activePlanVersionId);
  if (plan === undefined || (!plan.blocked && plan.standing === 'clear')) return null;
  const { planVersionId, graceUntil } = plan;
  if (plan.standing === 'grace') return { kind: 'grace', planVersionId, until: graceUntil };
  return { kind: blockedPlans === 'marked' ? 'trial' : 'stopped', planVersionId, until: null };
}

/** How the plan in use stands, for the banner. What is not known is not shown; what was known stays while the server cannot be reached. */
export const usePlanInUse = defineStore('plan-in-use', () => {
  const warning = shallowRef<PlanWarning | null>(null);
  return {
    warning,
    take(plans: Plans): void {
      warning.value = warningOf(plans);
    },
    async refresh(): Promise<void> {
      try {
        warning.value = warningOf(await api.get('/staff/v1/plans', {}));
      } catch {
        // The pages say that the server cannot be reached.
      }
    },
  };
});
