import { isDeepStrictEqual } from 'node:util';
import { applyPatch, type Operation } from 'rfc6902';
import { MissingField } from './expression/values';
import type { CompiledRule, CompiledStep } from './pack';
import { indexed, type ReadSubject, readSubject } from './subjects/read';

/** One operation of a JSON Patch. @see RFC 6902 §4 */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The lawful alternative of one rule as a JSON Patch against the subject. Undefined when the rule has none that a machine can apply, or when
 * nothing would change.
 */
export function patchOf({ repair }: CompiledRule, subject: ReadSubject): readonly PatchOperation[] | undefined {
  const operations: PatchOperation[] = [];
  let changed = subject;
  for (const step of repair) {
    const next = operationsOf(step, changed);
    if (next.length === 0) continue;
    operations.push(...next);
    const copy = applied(changed, next);
    if (copy === undefined) return undefined;
    changed = indexed(subject.type, copy);
  }
  return operations.length === 0 ? undefined : operations;
}

/** A copy of the subject with a patch applied; undefined when the patch does not fit or leaves something that is no subject. */
export function patched(subject: ReadSubject, operations: readonly PatchOperation[]): ReadSubject | undefined {
  const copy = applied(subject, operations);
  const read = copy === undefined ? undefined : readSubject(subject.type, copy);
  return read === undefined || 'fault' in read ? undefined : read;
}

function applied({ value }: ReadSubject, operations: readonly PatchOperation[]): object | undefined {
  const copy = structuredClone(value);
  const errors = applyPatch(copy, structuredClone(operations) as Operation[]);
  return errors.some((error) => error !== null) ? undefined : copy;
}

/** A step that needs a field which is missing changes nothing. */
function operationsOf(step: CompiledStep, subject: ReadSubject): readonly PatchOperation[] {
  try {
    return plannedOperations(step, subject);
  } catch (error) {
    if (error instanceof MissingField) return [];
    throw error;
  }
}

function plannedOperations({ step, where, valueFrom }: CompiledStep, { value: root, read }: ReadSubject): PatchOperation[] {
  if ('set' in step) return put(root, step.set, 'value' in step ? step.value : valueFrom?.(read, root));
  const list = at(root, tokensOf('keep' in step ? step.keep : step.each));
  if (!Array.isArray(list)) return [];
  const chosen = [...list.entries()].filter(([, item]) => Boolean(where?.(read, item)) === 'each' in step);
  if ('keep' in step) return chosen.map(([position]) => ({ op: 'remove' as const, path: `${step.keep}/${position}` })).reverse();
  return chosen.flatMap(([position, item]) =>
    put(root, `${step.each}/${position}${step.field}`, 'value' in step ? step.value : valueFrom?.(read, item, root)),
  );
}

/** Puts a value where the pointer leads, with the objects on the way there if they are missing. */
function put(root: object, path: string, value: unknown): PatchOperation[] {
  const tokens = tokensOf(path);
  const before = at(root, tokens);
  if (before !== undefined) return isDeepStrictEqual(before, value) ? [] : [{ op: 'replace', path, value }];
  const missing = tokens.findIndex((_, depth) => at(root, tokens.slice(0, depth + 1)) === undefined);
  const parents = tokens.slice(missing, -1).map((_, depth) => ({
    op: 'add' as const,
    path: `/${tokens.slice(0, missing + depth + 1).join('/')}`,
    value: {},
  }));
  return [...parents, { op: 'add', path, value }];
}

/** Pointers in a pack name plain fields, without escapes (its schema holds that). */
const tokensOf = (path: string): string[] => path.split('/').slice(1);

function at(root: unknown, tokens: readonly string[]): unknown {
  let value = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return value;
}
