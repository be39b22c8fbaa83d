import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Day, FenAmount, Instant, Type } from '@qianxing/http/schemas';

export const insightContract = defineContract({
  dashboard: {
    method: 'GET',
    path: '/staff/v1/dashboard',
    access: 'staff:dashboard.read',
    summary: 'Figures of the period with the period before, daily series and work that waits',
    query: Closed({ from: Type.Optional(Day), to: Type.Optional(Day) }),
    response: Closed({
      from: Day,
      to: Day,
      asOf: Instant,
      current: Closed({
        paidFen: FenAmount,
        refundedFen: FenAmount,
        netFen: FenAmount,
        placedOrders: Count,
        paidOrders: Count,
        buyers: Count,
        averageOrderFen: FenAmount,
      }),
      previous: Closed({
        paidFen: FenAmount,
        refundedFen: FenAmount,
        netFen: FenAmount,
        placedOrders: Count,
        paidOrders: Count,
        buyers: Count,
        averageOrderFen: FenAmount,
      }),
      days: Type.Array(
        Closed({ day: Day, placedOrders: Count, paidOrders: Count, paidFen: FenAmount, refundedFen: FenAmount, buyers: Count }),
      ),
      topProducts: Type.Array(Closed({ productId: Type.String(), title: Type.String(), quantity: Count, paidFen: FenAmount })),
      ordersByStatus: Type.Record(Type.String(), Count),
      work: Closed({
        toShip: Count,
        afterSales: Count,
        withdrawals: Count,
        shippingExceptions: Count,
        unknownPayments: Count,
        deadLetters: Count,
      }),
      promotion: Closed({ promoters: Count, pendingFen: FenAmount, availableFen: FenAmount, paidFen: FenAmount }),
    }),
  },
});
