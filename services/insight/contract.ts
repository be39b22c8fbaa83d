import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Day, FenAmount, Instant, type Static, Type } from '@qianxing/http/schemas';

const Figures = Closed({
  paidFen: FenAmount,
  refundedFen: FenAmount,
  netFen: FenAmount,
  placedOrders: Count,
  paidOrders: Count,
  buyers: Count,
  averageOrderFen: FenAmount,
});
const Dashboard = Closed({
  from: Day,
  to: Day,
  asOf: Instant,
  current: Figures,
  previous: Figures,
  days: Type.Array(Closed({ day: Day, placedOrders: Count, paidOrders: Count, paidFen: FenAmount, refundedFen: FenAmount, buyers: Count })),
  topProducts: Type.Array(Closed({ productId: Type.String(), title: Type.String(), quantity: Count, paidFen: FenAmount })),
  /** Orders under way as of now; completed and cancelled ones of those placed in the period. */
  ordersByStatus: Type.Record(Type.String(), Count),
  work: Closed({
    toShip: Count,
    afterSales: Count,
    withdrawals: Count,
    applications: Count,
    shippingExceptions: Count,
    unknownPayments: Count,
    deadLetters: Count,
  }),
  promotion: Closed({ promoters: Count, pendingFen: FenAmount, availableFen: FenAmount, paidFen: FenAmount }),
});
export type Dashboard = Static<typeof Dashboard>;

export const insightContract = defineContract({
  dashboard: {
    method: 'GET',
    path: '/staff/v1/dashboard',
    access: 'staff:dashboard.read',
    summary: 'Figures of the period with the period before, daily series and work that waits',
    query: Closed({ from: Type.Optional(Day), to: Type.Optional(Day) }),
    response: Dashboard,
  },
});
