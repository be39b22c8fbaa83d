import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Day, Id, Instant, Nullable, OneOf, PageOf, PageQuery, type Static, Text, Type } from '@qianxing/http/schemas';
import { SEVERITIES } from './engine/pack-document';
import { CHANNELS } from './engine/subjects/fields';
import type { PlanSubject } from './engine/subjects/plan';
import { SUBJECT_TYPES } from './engine/subjects/subjects';

export type { PlanSubject } from './engine/subjects/plan';

const OVERRIDES = ['never', 'legal', 'ack'] as const;
/** Why something was judged. */
export const EVALUATION_CAUSES = ['draft', 'publication', 'pack_change', 'override_change'] as const;
/** `clear`: nothing blocks · `grace`: newly blocked, may run until `graceUntil` · `stopped`: may not run. */
export const STANDINGS = ['clear', 'grace', 'stopped'] as const;
export const SIGN_OFF_STATUSES = ['proposed', 'effective', 'withdrawn'] as const;

const PackId = Type.String({ pattern: '^[a-z]{2}-\\d{4}\\.\\d{2}(\\.\\d+)?$' });
const RuleId = Type.String({ pattern: '^[A-Z]{2,4}-\\d{2}$' });
/** What a judgement is about: `plan:<code>@<version>` for plan versions, `draft:<name>` for drafts. */
const Scope = Type.String({ pattern: '^[a-z]+:[A-Za-z0-9._@-]{1,100}$' });
const Verdict = OneOf('clean', 'info', 'warn', 'block');

/** JSON Patch (RFC 6902). */
const Patch = Type.Array(Closed({ op: OneOf('add', 'replace', 'remove'), path: Type.String(), value: Type.Optional(Type.Unknown()) }));

const Finding = Closed({
  ruleId: RuleId,
  section: Type.String(),
  severity: OneOf(...SEVERITIES),
  override: OneOf(...OVERRIDES),
  articles: Type.Array(Type.String(), { description: 'citations; ask the rule for what they say' }),
  zh: Type.String(),
  en: Type.String(),
  fixZh: Type.String({ description: 'lawful alternative' }),
  fixEn: Type.String(),
  undecided: Nullable(Type.String({ description: 'pointer of the field that is missing; the rule counts as violated (block) or unknown' })),
  patch: Nullable(Patch),
  answeredBy: Nullable(OneOf('sign_off', 'acknowledgement')),
});

const Counts = Closed({ block: Count, warn: Count, info: Count });
const evaluationFields = {
  evaluationId: Nullable(Id),
  scope: Nullable(Scope),
  subjectType: OneOf(...SUBJECT_TYPES),
  subjectHash: Type.String({ description: 'SHA-256 of the subject in canonical JSON' }),
  packId: PackId,
  verdict: Verdict,
  blocked: Type.Boolean({ description: 'a finding blocks and nobody has signed for it: not publishable in production' }),
  summaryZh: Type.String(),
  summaryEn: Type.String(),
  counts: Counts,
  cause: OneOf(...EVALUATION_CAUSES),
  staffName: Nullable(Type.String()),
  evaluatedAt: Instant,
};
const EvaluationSummary = Closed(evaluationFields);
export const Evaluation = Closed({
  ...evaluationFields,
  rulesAsked: Count,
  groups: Type.Array(Closed({ severity: OneOf(...SEVERITIES), findings: Type.Array(Finding) }), {
    description: 'block, warn, info; empty groups are left out',
  }),
  unjudged: Type.Array(Type.String(), { description: 'pointers of fields that no rule knows' }),
});
export type Evaluation = Static<typeof Evaluation>;

const ArticleSummary = Closed({
  law: Type.String(),
  label: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  confidence: OneOf('statute', 'secondary', 'unverified'),
});
const ruleFields = {
  ruleId: RuleId,
  section: Type.String(),
  subjectType: OneOf(...SUBJECT_TYPES),
  severity: OneOf(...SEVERITIES),
  override: OneOf(...OVERRIDES),
  basis: OneOf('law', 'case', 'platform', 'policy'),
  confidence: OneOf('statute', 'secondary', 'unverified'),
  from: Type.String(),
  to: Nullable(Type.String()),
  zh: Type.String(),
  en: Type.String(),
  fixZh: Type.String(),
  fixEn: Type.String(),
  repairable: Type.Boolean(),
};
const RuleRow = Closed(ruleFields);
const RuleDetail = Closed({
  ...ruleFields,
  packId: PackId,
  when: Type.String({ description: 'the predicate as it is signed' }),
  citations: Type.Array(Closed({ citation: Type.String(), articles: Type.Array(ArticleSummary) }), {
    description: 'what the articles say, in short; not their wording',
  }),
});

const SignOff = Closed({
  signOffId: Id,
  scope: Scope,
  packId: PackId,
  ruleIds: Type.Array(RuleId),
  opinionId: Type.String(),
  counselName: Type.String(),
  counselLicenceNo: Type.String(),
  channels: Type.Array(OneOf(...CHANNELS)),
  platformApprovalId: Nullable(Type.String()),
  riskTextHash: Type.String(),
  status: OneOf(...SIGN_OFF_STATUSES),
  proposedBy: Type.String(),
  proposedAt: Instant,
  approvedBy: Nullable(Type.String()),
  approvedAt: Nullable(Instant),
  validUntil: Instant,
  expired: Type.Boolean(),
});
export type SignOffView = Static<typeof SignOff>;

const StandingRow = Closed({
  scope: Scope,
  subjectType: OneOf(...SUBJECT_TYPES),
  packId: PackId,
  verdict: Verdict,
  standing: OneOf(...STANDINGS),
  graceUntil: Nullable(Instant),
  inForceSince: Instant,
  evaluatedAt: Instant,
});

const Month = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'month in the zone of the shop' });
const PositiveOrNoFen = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'amount in fen' });
const Subject = Type.Unknown({ description: 'plan, draw, content … as the rules see it; amounts in fen, rates in basis points' });

export const guardContract = defineContract({
  guardPacks: {
    method: 'GET',
    path: '/staff/v1/guard/packs',
    access: 'staff:compliance.read',
    summary: 'Rule packs and which one judges',
    response: Closed({
      currentPackId: PackId,
      items: Type.Array(
        Closed({
          packId: PackId,
          nameZh: Type.String(),
          nameEn: Type.String(),
          effectiveFrom: Type.String(),
          rules: Count,
          contentHash: Type.String(),
        }),
      ),
    }),
  },
  guardRules: {
    method: 'GET',
    path: '/staff/v1/guard/rules',
    access: 'staff:compliance.read',
    summary: 'Rules of the pack that judges',
    query: Closed({ subjectType: Type.Optional(OneOf(...SUBJECT_TYPES)) }),
    response: Closed({
      packId: PackId,
      sections: Type.Array(Closed({ section: Type.String(), nameZh: Type.String(), nameEn: Type.String() })),
      items: Type.Array(RuleRow),
    }),
  },
  guardRule: {
    method: 'GET',
    path: '/staff/v1/guard/rules/:ruleId',
    access: 'staff:compliance.read',
    summary: 'One rule with what its articles say',
    params: Closed({ ruleId: RuleId }),
    response: RuleDetail,
  },
  evaluateSubject: {
    method: 'POST',
    path: '/staff/v1/guard/evaluations',
    access: 'staff:compliance.read',
    summary: 'Judge a draft; with a scope the judgement is kept in its history',
    perMinute: 120,
    body: Closed({
      subjectType: OneOf(...SUBJECT_TYPES),
      subject: Subject,
      alongside: Type.Optional(
        Type.Array(Type.Unknown(), {
          maxItems: 20,
          description: 'campaigns that touch the same people at the same time: judged as one plan',
        }),
      ),
      scope: Type.Optional(Scope),
    }),
    response: Evaluation,
  },
  repairSubject: {
    method: 'POST',
    path: '/staff/v1/guard/repairs',
    access: 'staff:compliance.read',
    summary: 'Apply the lawful alternatives and judge again; nothing is stored',
    perMinute: 120,
    body: Closed({
      subjectType: OneOf(...SUBJECT_TYPES),
      subject: Subject,
      ruleIds: Type.Optional(Type.Array(RuleId, { maxItems: 200, description: 'only these; all that a machine can apply unless told' })),
    }),
    response: Closed({
      applied: Type.Array(RuleId),
      patch: Patch,
      diff: Type.String({ description: 'unified diff of the subject as indented JSON' }),
      repaired: Type.Unknown(),
      before: Evaluation,
      after: Evaluation,
    }),
  },
  planVersionJudgement: {
    method: 'GET',
    path: '/staff/v1/guard/plan-versions/:planVersionId',
    access: 'staff:compliance.read',
    summary: 'A stored plan version as the rules see it, judged now with the signatures in force',
    params: Closed({ planVersionId: Id }),
    response: Closed({ scope: Scope, channels: Type.Array(OneOf(...CHANNELS)), subject: Type.Unknown(), evaluation: Evaluation }),
  },
  evaluations: {
    method: 'GET',
    path: '/staff/v1/guard/evaluations',
    access: 'staff:compliance.read',
    summary: 'History of judgements, newest first',
    query: Closed({ ...PageQuery, scope: Type.Optional(Scope) }),
    response: PageOf(EvaluationSummary),
  },
  evaluation: {
    method: 'GET',
    path: '/staff/v1/guard/evaluations/:evaluationId',
    access: 'staff:compliance.read',
    summary: 'One judgement with its findings and the subject as it was',
    params: Closed({ evaluationId: Id }),
    response: Closed({ evaluation: Evaluation, subject: Type.Unknown() }),
  },
  standings: {
    method: 'GET',
    path: '/staff/v1/guard/standings',
    access: 'staff:compliance.read',
    summary: 'What is in force and how it stands under the pack that judges',
    response: Closed({ items: Type.Array(StandingRow) }),
  },
  signOffs: {
    method: 'GET',
    path: '/staff/v1/guard/sign-offs',
    access: 'staff:compliance.read',
    summary: 'Signatures of counsel, newest first',
    query: Closed({ ...PageQuery, scope: Type.Optional(Scope) }),
    response: PageOf(SignOff),
  },
  proposeSignOff: {
    method: 'POST',
    path: '/staff/v1/guard/sign-offs',
    access: 'staff:compliance.sign',
    summary: 'Sign for rules on counsel’s opinion; takes effect when a second person signs',
    status: 201,
    idempotent: true,
    body: Closed({
      scope: Scope,
      ruleIds: Type.Array(RuleId, { minItems: 1, maxItems: 20, uniqueItems: true }),
      opinionId: Text(80, 2),
      counselName: Text(40, 2),
      counselLicenceNo: Text(40, 4),
      channels: Type.Array(OneOf(...CHANNELS), { minItems: 1, maxItems: 5, uniqueItems: true }),
      platformApprovalId: Type.Optional(Text(80, 2)),
      validUntil: Instant,
      riskTextHash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'hash of the risk texts that were shown, from /risk-text' }),
    }),
    response: SignOff,
  },
  riskText: {
    method: 'POST',
    path: '/staff/v1/guard/risk-text',
    access: 'staff:compliance.read',
    summary: 'What signers have to read before they sign for these rules, with its hash',
    body: Closed({ ruleIds: Type.Array(RuleId, { minItems: 1, maxItems: 20, uniqueItems: true }) }),
    response: Closed({ riskTextHash: Type.String(), packId: PackId, items: Type.Array(RuleRow) }),
  },
  approveSignOff: {
    method: 'POST',
    path: '/staff/v1/guard/sign-offs/:signOffId/approval',
    access: 'staff:compliance.sign',
    summary: 'Sign as the second, different person',
    params: Closed({ signOffId: Id }),
    body: Closed({}),
    response: SignOff,
  },
  withdrawSignOff: {
    method: 'POST',
    path: '/staff/v1/guard/sign-offs/:signOffId/withdrawal',
    access: 'staff:compliance.sign',
    summary: 'Take a signature back; what rests on it is judged again',
    params: Closed({ signOffId: Id }),
    body: Closed({ reason: Text(200, 4) }),
    response: SignOff,
  },
  taxPreview: {
    method: 'POST',
    path: '/staff/v1/guard/tax-previews',
    access: 'staff:compliance.read',
    summary: 'What would be withheld from payments to one person, and when it is filed; nothing is stored',
    body: Type.Union([
      Closed({
        kind: Type.Literal('cumulative'),
        months: Type.Array(Closed({ month: Month, incomeFen: PositiveOrNoFen }), { minItems: 1, maxItems: 24 }),
      }),
      Closed({ kind: Type.Literal('per_payment'), month: Month, incomeFen: PositiveOrNoFen }),
      Closed({
        ...{ kind: Type.Literal('prize'), month: Month, valueFen: PositiveOrNoFen },
        ...{ form: OneOf('cash', 'goods', 'service', 'coupon'), borneBy: OneOf('winner', 'operator') },
      }),
    ]),
    response: Closed({
      items: Type.Array(
        Closed({
          month: Month,
          grossFen: Count,
          taxFen: Count,
          netFen: Type.Integer(),
          withholdingReturn: Day,
          vatMayBeExempt: Type.Boolean(),
          platformReport: Day,
        }),
      ),
      registerBusiness: Type.Boolean({ description: 'more than five million yuan in twelve months' }),
      keepYears: Count,
    }),
  },
  acknowledge: {
    method: 'POST',
    path: '/staff/v1/guard/acknowledgements',
    access: 'staff:compliance.sign',
    summary: 'Confirm that findings which only need confirmation were read',
    body: Closed({ scope: Scope, ruleIds: Type.Array(RuleId, { minItems: 1, maxItems: 50, uniqueItems: true }) }),
    response: Closed({
      scope: Scope,
      items: Type.Array(Closed({ ruleId: RuleId, staffName: Type.String(), acknowledgedAt: Instant })),
    }),
  },
});

/** How a published plan stands changed: a new pack, a signature that ran out or was given, the end of a grace period. */
export const standingChanged = defineTopic<{
  scope: string;
  packId: string;
  standing: (typeof STANDINGS)[number];
  /** UTC milliseconds; null unless `grace`. */
  graceUntil: number | null;
  /** Rules that block and that nobody signed for. */
  openRuleIds: readonly string[];
}>()('guard.standingChanged');

/** What judging a plan before its publication answers. */
export interface PlanJudgement {
  readonly evaluationId: string;
  readonly packId: string;
  readonly verdict: 'clean' | 'info' | 'warn' | 'block';
  readonly blocked: boolean;
  readonly openRuleIds: readonly string[];
}

export interface GuardApi {
  /** Judges a plan that is about to be published, with the signatures in force, and keeps the judgement. Not inside a transaction. */
  judgePlan(request: { scope: string; plan: PlanSubject; staffName: string | null }): Promise<PlanJudgement>;
}
