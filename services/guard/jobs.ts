import type { Job } from '@qianxing/service';
import { MINUTE_MS } from '@qianxing/time';
import type { GuardContext } from './context';
import { reviewDue } from './reviews';

/** Subjects judged in one run. */
const PORTION = 20;

export function guardJobs(context: GuardContext): Job[] {
  return [{ name: 'guard.review', everyMs: MINUTE_MS, run: () => reviewDue(context, PORTION) }];
}
