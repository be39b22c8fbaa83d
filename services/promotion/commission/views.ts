import { toIso } from '@qianxing/time';
import type { Commission } from '../contract';
import type { CommissionRow } from '../tables';

export const isoOrNull = (instantMs: number | null): string | null => (instantMs === null ? null : toIso(instantMs));

export function commissionView(row: CommissionRow): Commission {
  return {
    commissionId: row.commissionId,
    orderNo: row.orderNo,
    orderLineId: row.orderLineId,
    title: row.title,
    level: row.level,
    status: row.status,
    dueFen: row.dueFen,
    originalFen: row.originalFen,
    reversedFen: row.originalFen - row.dueFen,
    availableFrom: isoOrNull(row.availableFrom),
    createdAt: toIso(row.createdAt),
  };
}
