import type { PlanDocument } from './model';

/** The plan of the demonstration: 5 %, 2 % and 1 % of what was paid; one paid order qualifies. */
export const demoPlan: PlanDocument = {
  code: 'three-level-demo',
  version: 1,
  nameZh: '三级推广演示方案',
  nameEn: 'Three-level demonstration plan',
  base: 'line_cash_paid',
  rounding: 'floor',
  levels: [
    { level: 1, rateBp: 500 },
    { level: 2, rateBp: 200 },
    { level: 3, rateBp: 100 },
  ],
  qualification: { anyOf: [{ kind: 'paid_orders', count: 1 }] },
  teamLayers: 10,
  selfPurchase: false,
  compression: false,
  settleAfter: 'return_window_closed',
  minimumAge: 18,
};

/** The lawful default: only the direct referrer earns, from sales alone, and nobody has to buy to take part. */
export const directSalePlan: PlanDocument = {
  ...demoPlan,
  code: 'direct-sale',
  nameZh: '单级推广方案',
  nameEn: 'Direct-sale plan',
  levels: [{ level: 1, rateBp: 500 }],
  qualification: { anyOf: [] },
};
