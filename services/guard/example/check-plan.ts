import { evaluate, readSubject, repairSubject, summaryOf } from '@qianxing/guard/engine';
import { CURRENT_PACK_ID, readPack } from '@qianxing/guard/packs';

/** Judges a plan as JSON text, repairs it with the pack's own alternatives and tells what it did, line by line. `at` is UTC milliseconds. */
export function checkPlan(text: string, at: number): string[] {
  const pack = readPack(CURRENT_PACK_ID);
  if ('fault' in pack) return [pack.fault];
  const plan = readSubject('plan', JSON.parse(text));
  if ('fault' in plan) return [plan.fault];
  const before = evaluate(pack, plan, at);
  const { applied, after, patch } = repairSubject(pack, plan, at);
  return [
    summaryOf(before).zh,
    ...before.findings.map(({ ruleId, severity, override }) => `  ${ruleId} ${severity} / ${override}`),
    `${patch.length} operations by the alternatives of ${applied.join(', ')}`,
    summaryOf(after).zh,
  ];
}
