/** A function written in a pack, for example `p => p.entry.feeFen > 0`. Only packs make them; no function of the machine is ever reachable. */
export interface Closure {
  readonly closure: (...values: readonly unknown[]) => unknown;
}

/** How an expression reads a property of the subject: throws `MissingField` where a field that must be there is not. */
export type ReadField = (node: object, key: string) => unknown;

/** A field that the subject should hold and does not; `path` is a JSON pointer. */
export class MissingField extends Error {
  constructor(readonly path: string) {
    super(`missing field ${path}`);
  }
}

/** An expression that is no expression of the pack language, or that does what the language does not allow. */
export class ExpressionError extends Error {}

export const isClosure = (value: unknown): value is Closure =>
  typeof value === 'object' && value !== null && 'closure' in value && typeof value.closure === 'function';

/** Calls a function of a pack; anything else is refused. */
export function callClosure(value: unknown, values: readonly unknown[]): unknown {
  if (!isClosure(value)) throw new ExpressionError('only functions of the pack can be called');
  return value.closure(...values);
}

const numberOf = (value: unknown): number => {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new ExpressionError(`a number is needed, not ${describe(value)}`);
  return value;
};

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new ExpressionError(`a text is needed, not ${describe(value)}`);
  return value;
};

const describe = (value: unknown): string => (value === null ? 'null' : typeof value);

/** Only equal kinds are compared, so that a text never passes for a number. */
export function applyBinary(operator: string, left: unknown, right: unknown): unknown {
  switch (operator) {
    case '===':
      return left === right;
    case '!==':
      return left !== right;
    case '==':
      return isNothing(left, right);
    case '!=':
      return !isNothing(left, right);
    case '>':
      return numberOf(left) > numberOf(right);
    case '>=':
      return numberOf(left) >= numberOf(right);
    case '<':
      return numberOf(left) < numberOf(right);
    case '<=':
      return numberOf(left) <= numberOf(right);
    case '+':
      return typeof left === 'string' ? left + textOf(right) : numberOf(left) + numberOf(right);
    case '-':
      return numberOf(left) - numberOf(right);
    case '*':
      return numberOf(left) * numberOf(right);
    case '/':
      return numberOf(left) / numberOf(right);
    default:
      throw new ExpressionError(`the operator ${operator} is not part of the language`);
  }
}

/** `x == null` is the one loose comparison: «there is none», whether written as null or left out. */
function isNothing(left: unknown, right: unknown): boolean {
  if (right !== null) throw new ExpressionError('== and != compare with null only');
  return left === null || left === undefined;
}

export function applyUnary(operator: string, value: unknown): unknown {
  switch (operator) {
    case '!':
      return !value;
    case '-':
      return -numberOf(value);
    default:
      throw new ExpressionError(`the operator ${operator} is not part of the language`);
  }
}

type ArrayMethod = (list: readonly unknown[], values: readonly unknown[]) => unknown;

const arrayMethods: Readonly<Record<string, ArrayMethod>> = {
  some: (list, [test]) => list.some((item) => callClosure(test, [item])),
  every: (list, [test]) => list.every((item) => callClosure(test, [item])),
  filter: (list, [test]) => list.filter((item) => callClosure(test, [item])),
  map: (list, [change]) => list.map((item) => callClosure(change, [item])),
  reduce: (list, [join, first]) => list.reduce((sum, item) => callClosure(join, [sum, item]), first),
  includes: (list, [item]) => list.includes(item),
};

const textMethods: Readonly<Record<string, (text: string, values: readonly unknown[]) => unknown>> = {
  includes: (text, [part]) => text.includes(textOf(part)),
  startsWith: (text, [part]) => text.startsWith(textOf(part)),
  replace: (text, [pattern, words]) => text.replace(patternOf(pattern), textOf(words)),
};

const patternOf = (value: unknown): RegExp => {
  if (!(value instanceof RegExp)) throw new ExpressionError('a pattern is needed');
  return value;
};

const mathFunctions: Readonly<Record<string, (...values: number[]) => number>> = { max: Math.max, min: Math.min, floor: Math.floor };

export function callMath(name: string, values: readonly unknown[]): number {
  const chosen = Object.hasOwn(mathFunctions, name) ? mathFunctions[name] : undefined;
  if (chosen === undefined) throw new ExpressionError(`Math.${name} is not part of the language`);
  return chosen(...values.map(numberOf));
}

export function callMethod(receiver: unknown, name: string, values: readonly unknown[]): unknown {
  if (Array.isArray(receiver) && Object.hasOwn(arrayMethods, name)) return arrayMethods[name]?.(receiver, values);
  if (typeof receiver === 'string' && Object.hasOwn(textMethods, name)) return textMethods[name]?.(receiver, values);
  if (receiver instanceof RegExp && name === 'test')
    return new RegExp(receiver.source, receiver.flags.replace('g', '')).test(textOf(values[0]));
  throw new ExpressionError(`${describe(receiver)} has no ${name}() in the language`);
}

/** Property of a value; objects of the subject are read through `read`, which knows what must be there. */
export function readMember(value: unknown, key: unknown, read: ReadField): unknown {
  if ((Array.isArray(value) || typeof value === 'string') && key === 'length') return value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isClosure(value) || value instanceof RegExp)
    throw new ExpressionError(`${describe(value)} has no ${String(key)} in the language`);
  return read(value, textOf(key));
}
