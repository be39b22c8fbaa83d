import type { PlanSubject } from './engine/subjects/plan';

/** A stored plan version as the rules see it. */
export interface StoredPlan {
  /** `plan:<code>@<version>`. */
  readonly scope: string;
  readonly plan: PlanSubject;
}

/** The few functions the guard service needs from others. */
export interface GuardNeeds {
  planVersion(planVersionId: string): Promise<StoredPlan | undefined>;
}
