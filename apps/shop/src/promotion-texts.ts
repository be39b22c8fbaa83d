import type { Commission, StatementLine, Withdrawal } from './api/types';
import { t } from './i18n';

export const commissionStatusText = (status: Commission['status']): string => t(`promotion.status_${status}`);
export const withdrawalStatusText = (status: Withdrawal['status']): string => t(`withdrawal.${status}`);
export const bucketText = (bucket: StatementLine['bucket']): string => t(`promotion.bucket_${bucket}`);

type Tone = '' | 'good' | 'warning' | 'info' | 'plain';

export function commissionTone(status: Commission['status']): Tone {
  switch (status) {
    case 'estimated':
      return 'plain';
    case 'pending':
      return 'warning';
    case 'available':
    case 'paid':
      return 'good';
    case 'reversed':
      return '';
    default:
      return status satisfies never;
  }
}

export function withdrawalTone(status: Withdrawal['status']): Tone {
  switch (status) {
    case 'reviewing':
    case 'awaiting_confirmation':
    case 'unknown':
      return 'warning';
    case 'approved':
    case 'sending':
      return 'info';
    case 'paid':
      return 'good';
    case 'cancelled':
      return 'plain';
    case 'failed':
    case 'rejected':
      return '';
    default:
      return status satisfies never;
  }
}
