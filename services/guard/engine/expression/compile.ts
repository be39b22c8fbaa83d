import { type CallExpression, type Expression, type MemberExpression, parseExpressionAt, type SpreadElement } from 'acorn';
import {
  applyBinary,
  applyUnary,
  type Closure,
  callClosure,
  callMath,
  callMethod,
  ExpressionError,
  MissingField,
  type ReadField,
  readMember,
} from './values';

/** Names of the functions around, innermost first. */
interface Frame {
  readonly names: ReadonlyMap<string, unknown>;
  readonly outer: Frame | undefined;
}

interface Scene {
  readonly frame: Frame | undefined;
  readonly read: ReadField;
}

type Code = (scene: Scene) => unknown;

/** A compiled expression. `names` are what it may refer to besides its own parameters. */
export type CompiledExpression = (names: ReadonlyMap<string, unknown>, read: ReadField) => unknown;

/**
 * Compiles an expression of the pack language: the part of JavaScript's expressions that can only look at the subject. Literals, patterns,
 * arrow functions with an expression for a body, the operators `?: && || ?? ! - + * / === !== < <= > >=`, `== null`, members, spread, the array
 * methods some/every/filter/map/reduce/includes, the text methods includes/startsWith/replace, `pattern.test()` and Math.max/min/floor. It is
 * interpreted; nothing is ever evaluated as program text, and nothing outside the subject and the pack's helpers can be named.
 *
 * @throws ExpressionError when the text is not an expression of the language
 */
export function compileExpression(text: string): CompiledExpression {
  const code = compile(parse(text));
  return (names, read) => code({ frame: { names, outer: undefined }, read });
}

function parse(text: string): Expression {
  try {
    const expression = parseExpressionAt(text, 0, { ecmaVersion: 2022 });
    if (text.slice(expression.end).trim() === '') return expression;
  } catch (error) {
    throw new ExpressionError(`not an expression: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ExpressionError('there is more than one expression');
}

function compile(node: Expression): Code {
  switch (node.type) {
    case 'Literal':
      return literal(node.regex === undefined || node.regex === null ? node.value : new RegExp(node.regex.pattern, node.regex.flags));
    case 'Identifier':
      return (scene) => lookUp(node.name, scene.frame);
    case 'ArrayExpression':
      return list(node.elements);
    case 'ParenthesizedExpression':
      return compile(node.expression);
    case 'UnaryExpression': {
      const value = compile(node.argument);
      return (scene) => applyUnary(node.operator, value(scene));
    }
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateIdentifier') throw outside(node.left.type);
      const left = compile(node.left);
      const right = compile(node.right);
      return (scene) => applyBinary(node.operator, left(scene), right(scene));
    }
    case 'LogicalExpression':
      return logical(node.operator, compile(node.left), compile(node.right));
    case 'ConditionalExpression': {
      const [test, then, otherwise] = [compile(node.test), compile(node.consequent), compile(node.alternate)];
      return (scene) => (test(scene) ? then(scene) : otherwise(scene));
    }
    case 'MemberExpression': {
      const [object, key] = memberOf(node);
      return (scene) => readMember(object(scene), key(scene), scene.read);
    }
    case 'CallExpression':
      return call(node);
    case 'ArrowFunctionExpression': {
      const { body, async } = node;
      if (body.type === 'BlockStatement' || async) throw outside(body.type);
      const names = node.params.map((parameter) => {
        if (parameter.type !== 'Identifier') throw outside(parameter.type);
        return parameter.name;
      });
      const code = compile(body);
      return ({ frame, read }): Closure => ({
        closure: (...values) =>
          code({ frame: { names: new Map(names.map((name, position) => [name, values[position]])), outer: frame }, read }),
      });
    }
    default:
      throw outside(node.type);
  }
}

const outside = (type: string) => new ExpressionError(`${type} is not part of the language`);

function literal(value: unknown): Code {
  if (typeof value === 'bigint') throw outside('bigint');
  return () => value;
}

function lookUp(name: string, frame: Frame | undefined): unknown {
  for (let at = frame; at !== undefined; at = at.outer) if (at.names.has(name)) return at.names.get(name);
  throw new ExpressionError(`nothing here is called ${name}`);
}

/** What is violated for certain stays so when something beside it is missing; nothing that needs a missing field ever passes. */
function logical(operator: string, left: Code, right: Code): Code {
  switch (operator) {
    case '&&':
      return (scene) => left(scene) && right(scene);
    case '??':
      return (scene) => left(scene) ?? right(scene);
    case '||':
      return (scene) => {
        try {
          return left(scene) || right(scene);
        } catch (error) {
          if (!(error instanceof MissingField)) throw error;
          const certain = right(scene);
          if (certain === true) return certain;
          throw error;
        }
      };
    default:
      throw outside(operator);
  }
}

function list(elements: readonly (Expression | SpreadElement | null)[]): (scene: Scene) => unknown[] {
  const parts = elements.map((element) => {
    if (element === null) throw outside('a hole');
    return element.type === 'SpreadElement' ? { spread: true, code: compile(element.argument) } : { spread: false, code: compile(element) };
  });
  return (scene) =>
    parts.flatMap(({ spread, code }) => {
      const value = code(scene);
      if (!spread) return [value];
      if (!Array.isArray(value)) throw new ExpressionError('only lists can be spread');
      return value;
    });
}

function memberOf(node: MemberExpression): readonly [object: Code, key: Code] {
  const { object, property, computed, optional } = node;
  if (object.type === 'Super' || property.type === 'PrivateIdentifier' || optional) throw outside(optional ? '?.' : property.type);
  return [compile(object), computed ? compile(property) : literal(property.type === 'Identifier' ? property.name : undefined)];
}

function call({ callee, arguments: given, optional }: CallExpression): Code {
  if (callee.type === 'Super' || optional) throw outside(callee.type);
  const values = list(given);
  if (callee.type !== 'MemberExpression') {
    const called = compile(callee);
    return (scene) => callClosure(called(scene), values(scene));
  }
  const { object, property, computed } = callee;
  if (computed || property.type !== 'Identifier') throw outside('a computed method');
  const { name } = property;
  if (object.type === 'Identifier' && object.name === 'Math') return (scene) => callMath(name, values(scene));
  const [receiver] = memberOf(callee);
  return (scene) => callMethod(receiver(scene), name, values(scene));
}
