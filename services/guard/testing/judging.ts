import { type Evaluation, evaluate, type Finding } from '../engine/evaluate';
import type { Pack } from '../engine/pack';
import { type ReadSubject, readSubject } from '../engine/subjects/read';
import type { SubjectType } from '../engine/subjects/subjects';
import { CURRENT_PACK_ID, readPack } from '../packs/read';

export const AT = Date.parse('2026-11-22T12:00:00+08:00');

const loaded = readPack(CURRENT_PACK_ID);
if ('fault' in loaded) throw new Error(loaded.fault);
export const pack: Pack = loaded;

/** A copy of a subject with values put at these JSON pointers; `undefined` takes the field away. */
export function changed<S extends object>(subject: S, values: Readonly<Record<string, unknown>>): S {
  const copy = structuredClone(subject);
  for (const [pointer, value] of Object.entries(values)) {
    const tokens = pointer.split('/').slice(1);
    const last = tokens.pop() ?? '';
    let place = copy as Record<string, unknown>;
    for (const token of tokens) place = place[token] as Record<string, unknown>;
    if (value === undefined) delete place[last];
    else place[last] = structuredClone(value);
  }
  return copy;
}

export function subjectOf(type: SubjectType, value: unknown): ReadSubject {
  const subject = readSubject(type, value);
  if ('fault' in subject) throw new Error(subject.fault);
  return subject;
}

export const judge = (type: SubjectType, value: unknown): Evaluation => evaluate(pack, subjectOf(type, value), AT);

const marks = { 'block-never': '!!', 'block-legal': '!', 'block-ack': '!' } as const;

/** Findings in the notation of the acceptance fixtures: `!!` block without a way past, `!` block, `~` warn, nothing for info. */
export function marked(findings: readonly Finding[]): string[] {
  return findings
    .map(({ ruleId, severity, override }) =>
      severity === 'block' ? `${ruleId}${marks[`block-${override}`]}` : `${ruleId}${severity === 'warn' ? '~' : ''}`,
    )
    .sort();
}
