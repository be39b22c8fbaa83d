import type { ItemOf } from '../../api/client';

export type ImportStatus = ItemOf<'/staff/v1/channels-imports'>['status'];

/** True while the server works by itself and the page has to ask again. */
export const isRunning = (status: ImportStatus): boolean => status === 'fetching' || status === 'applying';

/** Which of fetch, preview, apply, result is under way; 4 when all are done. */
export function activeStep(status: ImportStatus): number {
  switch (status) {
    case 'fetching':
      return 0;
    case 'previewed':
      return 1;
    case 'applying':
      return 2;
    case 'completed':
      return 4;
    case 'failed':
    case 'cancelled':
      return 3;
    default:
      return status satisfies never;
  }
}
