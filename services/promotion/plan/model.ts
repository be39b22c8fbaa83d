import { Closed, Count, RateBp, type Static, Text, Type } from '@qianxing/http/schemas';
import { BP_WHOLE } from '@qianxing/money';
import { Value } from '@sinclair/typebox/value';

/** Commission has three levels at most; a fourth cannot be written down. */
export type CommissionLevel = 1 | 2 | 3;
export type PlanStatus = 'draft' | 'published' | 'retired';

const levelSchema = <const L extends CommissionLevel>(level: L) => Closed({ level: Type.Literal(level), rateBp: RateBp });

/** One to three levels, without gaps, from the direct referrer upwards; the type of a plan's levels is this union of tuples. */
const LevelsSchema = Type.Union([
  Type.Tuple([levelSchema(1)]),
  Type.Tuple([levelSchema(1), levelSchema(2)]),
  Type.Tuple([levelSchema(1), levelSchema(2), levelSchema(3)]),
]);

const ConditionSchema = Type.Union([
  Closed({ kind: Type.Literal('paid_orders'), count: Type.Integer({ minimum: 1, maximum: 1_000 }) }),
  Closed({ kind: Type.Literal('approval') }),
]);

/** A plan as data. What is not written here does not exist: unknown fields are refused. */
export const PlanDocument = Closed({
  code: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
  version: Type.Integer({ minimum: 1 }),
  nameZh: Text(80),
  nameEn: Text(80),
  /** Commission is computed from the cash really paid for the goods of a line, without freight. */
  base: Type.Literal('line_cash_paid'),
  rounding: Type.Literal('floor'),
  levels: LevelsSchema,
  /** Any one condition is enough; an empty list lets everybody enrol. */
  qualification: Closed({ anyOf: Type.Array(ConditionSchema, { maxItems: 5 }) }),
  /** How many layers of a team are counted; display only. */
  teamLayers: Type.Integer({ minimum: 1, maximum: 10 }),
  selfPurchase: Type.Literal(false),
  /** An inactive promoter's level is not passed on to the next one above. */
  compression: Type.Literal(false),
  settleAfter: Type.Literal('return_window_closed'),
  minimumAge: Count,
});
export type PlanDocument = Static<typeof PlanDocument>;
export type QualificationCondition = Static<typeof ConditionSchema>;

/** First fault of a plan in words, or undefined. The rates of all levels together may not exceed the base. */
export function faultOfPlan(document: unknown): string | undefined {
  const error = Value.Errors(PlanDocument, document).First();
  if (error !== undefined) return `${error.path === '' ? 'the plan' : error.path}: ${error.message}`;
  const { levels } = document as PlanDocument;
  const totalBp = levels.reduce((sum, level) => sum + level.rateBp, 0);
  return totalBp > BP_WHOLE ? `the levels add up to ${totalBp} basis points of a base of ${BP_WHOLE}` : undefined;
}

/** Plan read back from its JSON. @throws TypeError when it is not one: only checked plans are stored. */
export function parsePlan(json: string): PlanDocument {
  const document: unknown = JSON.parse(json);
  const fault = faultOfPlan(document);
  if (fault !== undefined) throw new TypeError(`not a plan: ${fault}`);
  return document as PlanDocument;
}

/** What is known about a member for the qualification. */
export interface QualificationFacts {
  readonly paidOrders: number;
  readonly approved: boolean;
}

export interface JudgedCondition {
  readonly kind: 'paid_orders' | 'approval';
  readonly current: number;
  readonly needed: number;
  readonly met: boolean;
  readonly zh: string;
  readonly en: string;
}

export function judgeQualification(
  conditions: readonly QualificationCondition[],
  facts: QualificationFacts,
): { met: boolean; conditions: JudgedCondition[] } {
  const judged = conditions.map((condition) => judgeCondition(condition, facts));
  return { met: judged.length === 0 || judged.some(({ met }) => met), conditions: judged };
}

function judgeCondition(condition: QualificationCondition, facts: QualificationFacts): JudgedCondition {
  switch (condition.kind) {
    case 'paid_orders':
      return {
        kind: 'paid_orders',
        current: facts.paidOrders,
        needed: condition.count,
        met: facts.paidOrders >= condition.count,
        zh: `已付款且未全额退款的订单达到 ${condition.count} 笔`,
        en: `${condition.count} paid ${condition.count === 1 ? 'order' : 'orders'} not refunded in full`,
      };
    case 'approval':
      return {
        kind: 'approval',
        current: facts.approved ? 1 : 0,
        needed: 1,
        met: facts.approved,
        zh: '经平台审核通过',
        en: 'Approved by the platform',
      };
    default:
      return condition satisfies never;
  }
}
