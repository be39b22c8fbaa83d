import { storage } from './platform/storage';

const STORED = 'openPayments';
const MAX_KEPT = 20;

/** Which payment belongs to a trade: the page to which the cashier returns only knows the trade. */
export function keepPaymentId(tradeId: string, paymentId: string): void {
  const entries = Object.entries(storage.read<Record<string, string>>(STORED) ?? {}).filter(([kept]) => kept !== tradeId);
  storage.write(STORED, Object.fromEntries([...entries, [tradeId, paymentId]].slice(-MAX_KEPT)));
}

export const keptPaymentId = (tradeId: string): string | null => storage.read<Record<string, string>>(STORED)?.[tradeId] ?? null;
