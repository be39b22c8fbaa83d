import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import type { Platform } from '@qianxing/service';
import { toIso } from '@qianxing/time';
import { type Dashboard, insightContract } from '../contract';
import type { InsightNeeds } from '../needs';
import { figuresOf, type Period, periodBefore, periodOf } from '../rules';

const TOP_PRODUCTS = 10;

export function staffRoutes({ clock }: Pick<Platform, 'clock'>, needs: InsightNeeds): Route[] {
  const salesOf = async (period: Period) => {
    const days = await needs.order.salesByDay(period.fromMs, period.toMs);
    return { days, figures: figuresOf(days, await needs.order.buyersBetween(period.fromMs, period.toMs)) };
  };

  const dashboard = async (period: Period): Promise<Dashboard> => {
    const [current, previous, topProducts, orders, payments, fulfilment, promotion, deadLetters] = await Promise.all([
      salesOf(period),
      salesOf(periodBefore(period)),
      needs.order.topProducts(period.fromMs, period.toMs, TOP_PRODUCTS),
      needs.order.countsByStatus(period.fromMs, period.toMs),
      needs.payment.countsByStatus(),
      needs.fulfilment.countsByStatus(),
      needs.promotion.totals(),
      needs.deadLetters(),
    ]);
    const { after_sales_waiting: afterSales = 0, ...ordersByStatus } = orders;
    const unknown = (counts: Record<string, number>): number => counts.unknown ?? 0;
    return {
      from: period.from,
      to: period.to,
      asOf: toIso(clock.now()),
      current: current.figures,
      previous: previous.figures,
      days: current.days,
      topProducts,
      ordersByStatus,
      work: {
        toShip: fulfilment.toShip,
        afterSales,
        withdrawals: promotion.withdrawalsToReview,
        applications: promotion.applicationsToReview,
        shippingExceptions: fulfilment.openExceptions,
        unknownPayments: unknown(payments.payments) + unknown(payments.refunds) + unknown(payments.transfers),
        deadLetters,
      },
      promotion: {
        promoters: promotion.promoters,
        pendingFen: promotion.pendingFen,
        availableFen: promotion.availableFen,
        paidFen: promotion.paidFen,
      },
    };
  };

  return [
    implement(insightContract.dashboard, async ({ query, now }) => {
      const period = periodOf(query, now);
      return period.ok ? ok(await dashboard(period.value)) : period;
    }),
  ];
}
