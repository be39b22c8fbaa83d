import { ExpressionError, MissingField } from './expression/values';
import { rulesInForce } from './in-force';
import type { CompiledRule, Pack } from './pack';
import type { Override, Severity } from './pack-document';
import { type PatchOperation, patchOf } from './repair';
import type { ReadSubject } from './subjects/read';

/** What one rule found. */
export interface Finding {
  readonly ruleId: string;
  readonly pack: string;
  readonly severity: Severity;
  readonly override: Override;
  readonly articles: readonly string[];
  readonly zh: string;
  readonly en: string;
  readonly fixZh: string;
  readonly fixEn: string;
  /**
   * Why the rule could not be decided: JSON pointer of the field that is missing, or the fault of the rule itself. What cannot be decided counts as a
   * violation when the rule blocks, and as unknown otherwise; it never passes.
   */
  readonly undecided?: string;
  /** JSON Patch (RFC 6902) that applies the lawful alternative, where a machine can. */
  readonly patch?: readonly PatchOperation[];
}

/** Worst severity found; `clean` says only that this pack knows of no violation. */
export type Verdict = Severity | 'clean';

export interface Evaluation {
  readonly packId: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** How many rules were asked. */
  readonly rulesAsked: number;
  /** Fields that no rule knows. */
  readonly unjudged: readonly string[];
}

/**
 * Asks every rule of the pack that is in force on the day of `at` and made for this kind of subject. There is no early exit.
 *
 * @param at UTC milliseconds
 */
export function evaluate(pack: Pack, subject: ReadSubject, at: number): Evaluation {
  const asked = rulesInForce(pack, subject.type, at);
  const findings = asked.flatMap((compiled) => {
    const answer = ask(compiled, subject);
    return answer === 'holds' ? [] : [findingOf(pack, compiled, subject, answer)];
  });
  return { packId: pack.packId, verdict: verdictOf(findings), findings, rulesAsked: asked.length, unjudged: subject.unjudged };
}

type Answer = 'holds' | 'violated' | { readonly undecided: string };

export function ask({ when }: CompiledRule, { value, read }: ReadSubject): Answer {
  try {
    return when(read, value) ? 'violated' : 'holds';
  } catch (error) {
    if (error instanceof MissingField) return { undecided: error.path };
    if (error instanceof ExpressionError) return { undecided: error.message };
    throw error;
  }
}

function findingOf(pack: Pack, compiled: CompiledRule, subject: ReadSubject, answer: Exclude<Answer, 'holds'>): Finding {
  const { id, severity, override, articles, zh, en, fixZh, fixEn } = compiled.rule;
  const patch = patchOf(compiled, subject);
  return {
    ruleId: id,
    pack: pack.packId,
    ...{ severity, override, articles, zh, en, fixZh, fixEn },
    ...(answer === 'violated' ? {} : { undecided: answer.undecided }),
    ...(patch === undefined ? {} : { patch }),
  };
}

export function verdictOf(findings: readonly Pick<Finding, 'severity'>[]): Verdict {
  const found = new Set(findings.map(({ severity }) => severity));
  return found.has('block') ? 'block' : found.has('warn') ? 'warn' : found.has('info') ? 'info' : 'clean';
}
