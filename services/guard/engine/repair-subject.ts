import { createPatch } from 'rfc6902';
import { ask, type Evaluation, evaluate } from './evaluate';
import type { Pack } from './pack';
import { type PatchOperation, patched, patchOf } from './repair';
import type { ReadSubject } from './subjects/read';

export interface Repair {
  /** Rules whose alternatives were applied, in this order. */
  readonly applied: readonly string[];
  /** From the subject as it was to the repaired one. */
  readonly patch: readonly PatchOperation[];
  readonly repaired: object;
  readonly before: Evaluation;
  readonly after: Evaluation;
}

/** One alternative can call for another (a limit that only shows when a reward has changed); more rounds than this would be a circle. */
const ROUNDS_AT_MOST = 5;

/**
 * Applies the lawful alternatives of the pack, one rule after the other, each against what the ones before it left.
 *
 * @param only rules to repair; all that have a patch unless told
 */
export function repairSubject(pack: Pack, subject: ReadSubject, at: number, only?: readonly string[]): Repair {
  const before = evaluate(pack, subject, at);
  const applied: string[] = [];
  let current = subject;
  let after = before;
  for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
    const found = new Set(after.findings.map(({ ruleId }) => ruleId));
    const chosen = pack.rules.filter(({ rule }) => found.has(rule.id) && (only === undefined || only.includes(rule.id)));
    const unchanged = current;
    for (const compiled of chosen) {
      const patch = ask(compiled, current) === 'holds' ? undefined : patchOf(compiled, current);
      const next = patch === undefined ? undefined : patched(current, patch);
      if (next === undefined) continue;
      current = next;
      if (!applied.includes(compiled.rule.id)) applied.push(compiled.rule.id);
    }
    if (current === unchanged) break;
    after = evaluate(pack, current, at);
  }
  const patch = createPatch(subject.value, current.value) as PatchOperation[];
  return { applied, patch, repaired: current.value, before, after };
}
