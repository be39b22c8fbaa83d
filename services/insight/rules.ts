import { ok, type Result } from '@qianxing/errors';
import { DAY_MS, shopDay, shopDayStart } from '@qianxing/time';
import type { Dashboard } from './contract';
import { fail } from './problems';

const DEFAULT_DAYS = 7;
const MOST_DAYS = 92;

/** Shop days `from` to `to`, both included, and the same as half-open instants `[fromMs, toMs)`. */
export interface Period {
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Without `to` the period ends today, without `from` it has seven days. Fails on a day that does not exist, a reversed or too long range. */
export function periodOf(asked: { from?: string | undefined; to?: string | undefined }, now: number): Result<Period> {
  const to = asked.to ?? shopDay(now);
  if (!exists(to)) return fail('dayUnknown', { params: { day: to }, path: '/to' });
  const toMs = shopDayStart(to) + DAY_MS;
  const from = asked.from ?? shopDay(toMs - DEFAULT_DAYS * DAY_MS);
  if (!exists(from)) return fail('dayUnknown', { params: { day: from }, path: '/from' });
  const fromMs = shopDayStart(from);
  if (fromMs >= toMs) return fail('rangeReversed', { path: '/from' });
  if (toMs - fromMs > MOST_DAYS * DAY_MS) return fail('rangeTooLong', { params: { limit: MOST_DAYS }, path: '/from' });
  return ok({ from, to, fromMs, toMs });
}

function exists(day: string): boolean {
  const start = shopDayStart(day);
  return !Number.isNaN(start) && shopDay(start) === day;
}

/** The period of the same length that ends where this one begins. */
export function periodBefore(period: Period): Period {
  const fromMs = period.fromMs - (period.toMs - period.fromMs);
  return { from: shopDay(fromMs), to: shopDay(period.fromMs - DAY_MS), fromMs, toMs: period.fromMs };
}

type Figures = Dashboard['current'];

/** Sums days up. Buyers are given: somebody who bought on two days is one buyer. The average is rounded down to whole fen. */
export function figuresOf(days: Dashboard['days'], buyers: number): Figures {
  const sum = (value: (day: Dashboard['days'][number]) => number): number => days.reduce((total, day) => total + value(day), 0);
  const paidFen = sum((day) => day.paidFen);
  const refundedFen = sum((day) => day.refundedFen);
  const paidOrders = sum((day) => day.paidOrders);
  return {
    paidFen,
    refundedFen,
    netFen: paidFen - refundedFen,
    placedOrders: sum((day) => day.placedOrders),
    paidOrders,
    buyers,
    averageOrderFen: paidOrders === 0 ? 0 : Math.floor(paidFen / paidOrders),
  };
}
