import { shopDay, shopDayStart } from '@qianxing/time';
import type { CompiledRule, Pack } from './pack';
import type { Rule } from './pack-document';
import type { SubjectType } from './subjects/subjects';

/** Rules for a kind of subject that hold on the day of `at` (UTC milliseconds, day in the shop's zone). */
export function rulesInForce({ rules }: Pack, type: SubjectType, at: number): CompiledRule[] {
  const day = shopDay(at);
  return rules.filter(({ rule }) => rule.type === type && rule.from <= day && (rule.to === undefined || day < rule.to));
}

const turningDays = ({ from, to }: Rule): string[] => (to === undefined ? [from] : [from, to]);

/** When the next rule for a kind of subject begins or ends to hold, UTC milliseconds; null when none will. */
export function nextChange({ rules }: Pack, type: SubjectType, at: number): number | null {
  const today = shopDay(at);
  const days = rules.flatMap(({ rule }) => (rule.type === type ? turningDays(rule) : [])).filter((day) => day > today);
  const [next] = days.sort();
  return next === undefined ? null : shopDayStart(next);
}

/** Whether a rule for a kind of subject began or ended to hold since `before`. */
export function changedSince(pack: Pack, type: SubjectType, before: number, at: number): boolean {
  const next = nextChange(pack, type, before);
  return next !== null && next <= at;
}
