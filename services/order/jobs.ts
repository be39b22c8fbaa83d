import type { Job } from '@qianxing/service';
import { SECOND_MS } from '@qianxing/time';
import type { OrderContext } from './context';
import { cancelTrade, completeOrder, receiveOrder } from './lifecycle';
import { expiredTrades, ordersToComplete, ordersToReceive } from './store';

/** Items a sweep moves in one run. */
const PORTION = 100;

export function orderJobs({ platform, lifecycle }: OrderContext): Job[] {
  const { database, clock } = platform;

  /** Each item in a transaction of its own: one that cannot move does not hold back the others. */
  const sweep = async (ids: readonly string[], move: (id: string) => Promise<boolean>): Promise<number> => {
    let moved = 0;
    for (const id of ids) if (await move(id)) moved += 1;
    return moved;
  };

  return [
    {
      name: 'order.expireTrades',
      everyMs: SECOND_MS,
      run: async () => {
        const now = clock.now();
        return sweep(await expiredTrades(database.query, now, PORTION), (tradeId) =>
          database.transaction((transaction) => cancelTrade(lifecycle, transaction, tradeId, 'expired', now)),
        );
      },
    },
    {
      name: 'order.receiveAutomatically',
      everyMs: SECOND_MS,
      run: async () => {
        const now = clock.now();
        return sweep(await ordersToReceive(database.query, now, PORTION), (orderId) =>
          database.transaction((transaction) => receiveOrder(lifecycle, transaction, orderId, now, true)),
        );
      },
    },
    {
      name: 'order.complete',
      everyMs: SECOND_MS,
      run: async () => {
        const now = clock.now();
        return sweep(await ordersToComplete(database.query, now, PORTION), (orderId) =>
          database.transaction((transaction) => completeOrder(lifecycle, transaction, orderId, now)),
        );
      },
    },
  ];
}
