import type { KeyRing } from '@qianxing/auth';
import type { Platform } from '@qianxing/service';
import type { Accounts } from './account/account';
import type { PromotionNeeds } from './needs';
import type { PlanSurroundings } from './plan/guarded-plan';
import type { PlanDocument } from './plan/model';
import type { Plans } from './plan/plans';
import type { Posters } from './poster/posters';
import type { LogSettings, ProofLog } from './proof/log';
import type { BindingRule } from './referral/rules';
import type { WithdrawalPolicy } from './withdrawal/rules';

export interface PromotionOptions {
  /** Where the shop is reached, without a slash at the end; short links and posters lead there. */
  readonly publicUrl: string;
  /** Signs visit tokens. */
  readonly linkKeys: KeyRing;
  /** Seals the real names of receivers. */
  readonly sealKeys: KeyRing;
  /** How long a visit may wait for a login. */
  readonly visitTtlMs: number;
  /** Version of the promoter agreement in force. */
  readonly agreementVersion: string;
  readonly binding: BindingRule;
  /** Return window after receipt, the same as the order service's: when commission becomes available. */
  readonly returnWindowMs: number;
  readonly withdrawal: WithdrawalPolicy;
  /** App id whose OpenIDs payouts go to. */
  readonly transferAppId: string;
  /** What the compliance engine is told about the operator and where plans run. */
  readonly planSurroundings: PlanSurroundings;
  /** What happens to a plan that the compliance engine blocks: it is not published, or runs marked (sandbox only). */
  readonly blockedPlans: 'refused' | 'marked';
  /** Written into an empty database; the first one that may be is published. Default: the demonstration plan and the direct-sale plan. */
  readonly plans?: readonly PlanDocument[];
  /** The transparency log that movements of promoters' accounts are recorded in. */
  readonly transparencyLog: LogSettings;
  /** Seller's name on posters that show no product. */
  readonly sellerName: string;
}

/** What the shell of this service shares: routes, reactions and jobs get it from `index.ts`. */
export interface PromotionContext {
  readonly platform: Platform;
  readonly needs: PromotionNeeds;
  readonly options: PromotionOptions;
  readonly accounts: Accounts;
  readonly plans: Plans;
  readonly posters: Posters;
  readonly proofLog: ProofLog;
}
