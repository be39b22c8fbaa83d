import { Value } from '@sinclair/typebox/value';
import { type CompiledExpression, compileExpression } from './expression/compile';
import { callClosure, ExpressionError, type ReadField } from './expression/values';
import { PackDocument, type RepairStep, type Rule } from './pack-document';

/** Calls an expression of the pack with the values of its parameters. */
export type PackFunction = (read: ReadField, ...values: readonly unknown[]) => unknown;

export interface CompiledRule {
  readonly rule: Rule;
  readonly section: string;
  readonly when: PackFunction;
  readonly repair: readonly CompiledStep[];
}

export interface CompiledStep {
  readonly step: RepairStep;
  readonly where: PackFunction | undefined;
  readonly valueFrom: PackFunction | undefined;
}

/** A rule pack ready to judge. */
export interface Pack {
  readonly document: PackDocument;
  readonly packId: string;
  readonly rules: readonly CompiledRule[];
}

/**
 * Checks and compiles a pack.
 *
 * @returns the pack, or what is wrong with it: shape, an expression that does not compile, a rule that stands twice
 */
export function compilePack(document: unknown): Pack | { readonly fault: string } {
  if (!Value.Check(PackDocument, document)) {
    const error = Value.Errors(PackDocument, document).First();
    return { fault: `${error?.path ?? ''}: ${error?.message ?? 'not a rule pack'}` };
  }
  try {
    const helpers = Object.entries(document.helpers).map(([name, text]) => [name, compileExpression(text)] as const);
    const compile = (text: string) => packFunction(helpers, compileExpression(text));
    const rules = document.sections.flatMap(({ file, rules }) => rules.map((rule) => compileRule(rule, file, compile)));
    const twice = rules.find(({ rule }, position) => rules.findIndex((other) => other.rule.id === rule.id) !== position);
    if (twice !== undefined) return { fault: `the rule ${twice.rule.id} stands twice` };
    return { document, packId: document.packId, rules };
  } catch (error) {
    if (error instanceof ExpressionError) return { fault: error.message };
    throw error;
  }
}

function packFunction(helpers: readonly (readonly [string, CompiledExpression])[], code: CompiledExpression): PackFunction {
  return (read, ...values) => {
    const names = new Map<string, unknown>();
    for (const [name, helper] of helpers) names.set(name, helper(names, read));
    return callClosure(code(names, read), values);
  };
}

function compileRule(rule: Rule, section: string, compile: (text: string) => PackFunction): CompiledRule {
  try {
    const repair = (rule.repair ?? []).map((step) => ({
      step,
      where: 'where' in step ? compile(step.where) : undefined,
      valueFrom: 'valueFrom' in step ? compile(step.valueFrom) : undefined,
    }));
    return { rule, section, when: compile(rule.when), repair };
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(`${rule.id}: ${error.message}`);
    throw error;
  }
}
