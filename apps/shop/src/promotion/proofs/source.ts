import { api } from '@/api';
import type { ProofSource } from './check';

const PAGE = 100;
/** Longer than the log takes to publish what a movement has just written. */
const PAUSE_MS = 2_500;

/** The server, as the check asks it. */
export const serverSource: ProofSource = {
  log: () => api.get('/api/v1/transparency-log'),
  records: (cursor) => api.get('/api/v1/promoter/records', { query: { cursor, limit: PAGE } }),
  consistency: (from, to) => api.get('/api/v1/transparency-log/consistency', { query: { from, to } }),
  pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
  now: () => Date.now(),
};
