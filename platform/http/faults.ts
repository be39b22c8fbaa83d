import type { ErrorObject } from 'ajv';
import { pointerPart } from './json-body';

/** One thing wrong with a request, and what to do about it. */
export interface Fault {
  readonly in: 'params' | 'query' | 'body';
  /** JSON pointer inside that part. */
  readonly path: string;
  /** JSON Schema keyword that was violated. */
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
}

type Words = readonly [zh: string, en: string];

const TYPES: Readonly<Record<string, Words>> = {
  string: ['文本', 'text'],
  integer: ['整数', 'a whole number'],
  number: ['数字', 'a number'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表', 'a list'],
  object: ['对象', 'an object'],
  null: ['空值', 'null'],
};

const FORMATS: Readonly<Record<string, Words>> = {
  'date-time': ['带时区的时间，例如 2026-11-01T08:00:00+08:00', 'a time with offset, for example 2026-11-01T08:00:00+08:00'],
  date: ['日期，例如 2026-11-01', 'a date, for example 2026-11-01'],
  email: ['邮箱地址', 'an e-mail address'],
  uri: ['完整的网址', 'a complete address'],
};

/** Errors of the validator → faults, with the branches of a union folded into one. */
export function faultsOf(part: Fault['in'], errors: readonly ErrorObject[]): Fault[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const inUnion = (error: ErrorObject) => unions.some((union) => error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`));
  const faults = errors.filter((error) => !inUnion(error)).flatMap((error) => explain(part, error, errors));
  const seen = new Set<string>();
  return faults.filter(({ path, rule }) => {
    const key = `${path} ${rule}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function explain(part: Fault['in'], error: ErrorObject, all: readonly ErrorObject[]): Fault[] {
  if (error.keyword === 'anyOf' || error.keyword === 'oneOf') return explainUnion(part, error, all);
  const [zh, en] = words(error);
  return [{ in: part, path: pathOf(error), rule: error.keyword, zh, en }];
}

function pathOf(error: ErrorObject): string {
  const { missingProperty, additionalProperty, propertyName } = error.params as Record<string, unknown>;
  const child = missingProperty ?? additionalProperty ?? (error.keyword === 'propertyNames' ? propertyName : undefined);
  return typeof child === 'string' ? `${error.instancePath}/${pointerPart(child)}` : error.instancePath;
}

/**
 * A union of literals or types is told as a list of what is allowed. In a union of objects the branch the caller meant is the one whose
 * marks (`const`, `enum`, type) fit; its faults are told instead of those of every branch.
 */
function explainUnion(part: Fault['in'], union: ErrorObject, all: readonly ErrorObject[]): Fault[] {
  const inside = all.filter((error) => error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`));
  const branchOf = (error: ErrorObject) => error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
  const branches = new Map<string, ErrorObject[]>();
  for (const error of inside) branches.set(branchOf(error), [...(branches.get(branchOf(error)) ?? []), error]);
  const isMark = (error: ErrorObject) =>
    error.keyword === 'const' || error.keyword === 'enum' || (error.keyword === 'type' && error.instancePath === union.instancePath);
  const meant = [...branches.values()].filter((errors) => !errors.some(isMark));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only.flatMap((error) => explain(part, error, []));
  const mark = sharedMark([...branches.values()]);
  if (mark !== undefined) {
    const [zh, en] = oneOf(mark.values);
    return [{ in: part, path: mark.path, rule: union.keyword, zh, en }];
  }
  const types = inside.flatMap(({ keyword, instancePath, params }) =>
    keyword === 'type' && instancePath === union.instancePath ? [params.type].flat() : [],
  );
  const [zh, en] =
    types.length === inside.length && types.length > 0
      ? typeWords(types)
      : (['不符合任何一种允许的写法，请对照接口文档', 'fits none of the allowed forms: see the API document'] as const);
  return [{ in: part, path: union.instancePath, rule: union.keyword, zh, en }];
}

/** The place that tells the branches apart, and the values it may have, if every branch names one there. */
function sharedMark(branches: readonly (readonly ErrorObject[])[]): { path: string; values: unknown[] } | undefined {
  const marks = branches.map((errors) => errors.find(({ keyword }) => keyword === 'const' || keyword === 'enum'));
  const [first] = marks;
  if (first === undefined || marks.some((mark) => mark?.instancePath !== first.instancePath)) return undefined;
  return { path: first.instancePath, values: marks.flatMap((mark) => mark?.params.allowedValues ?? [mark?.params.allowedValue]) };
}

function oneOf(values: readonly unknown[]): Words {
  const list = values.slice(0, 20).map(String).join(', ');
  return [`应为以下之一：${list}`, `must be one of: ${list}`];
}

function typeWords(types: readonly unknown[]): Words {
  const named = types.map((type) => TYPES[String(type)] ?? ([String(type), String(type)] as const));
  return [`应为${named.map(([zh]) => zh).join('或')}`, `must be ${named.map(([, en]) => en).join(' or ')}`];
}

function words(error: ErrorObject): Words {
  const params = error.params as Readonly<Record<string, unknown>>;
  const limit = String(params.limit);
  switch (error.keyword) {
    case 'required':
      return ['必填，请补上', 'is required: add it'];
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'false schema':
      return ['不认识的字段，请删除', 'is not a known field: remove it'];
    case 'type':
      return typeWords([params.type].flat());
    case 'enum':
      return oneOf(Array.isArray(params.allowedValues) ? params.allowedValues : []);
    case 'const':
      return oneOf([params.allowedValue]);
    case 'minimum':
      return [`不能小于 ${limit}`, `must be at least ${limit}`];
    case 'maximum':
      return [`不能大于 ${limit}`, `must be at most ${limit}`];
    case 'exclusiveMinimum':
      return [`必须大于 ${limit}`, `must be more than ${limit}`];
    case 'exclusiveMaximum':
      return [`必须小于 ${limit}`, `must be less than ${limit}`];
    case 'multipleOf':
      return [`必须是 ${String(params.multipleOf)} 的倍数`, `must be a multiple of ${String(params.multipleOf)}`];
    case 'minLength':
      return limit === '1' ? ['不能为空', 'must not be empty'] : [`至少 ${limit} 个字`, `needs at least ${limit} characters`];
    case 'maxLength':
      return [`最多 ${limit} 个字`, `may have at most ${limit} characters`];
    case 'minItems':
      return [`至少 ${limit} 项`, `needs at least ${limit} items`];
    case 'maxItems':
      return [`最多 ${limit} 项`, `may have at most ${limit} items`];
    case 'uniqueItems':
      return ['有重复的项，请去掉', 'has repeated items: remove them'];
    case 'minProperties':
      return [`至少填写 ${limit} 个字段`, `needs at least ${limit} fields`];
    case 'maxProperties':
      return [`最多 ${limit} 个字段`, `may have at most ${limit} fields`];
    case 'pattern':
      return patternWords(error);
    case 'format': {
      const [zh, en] = FORMATS[String(params.format)] ?? ['正确的格式', 'in the right format'];
      return [`应为${zh}`, `must be ${en}`];
    }
    default:
      return ['格式不正确，请检查', 'is not valid: check it'];
  }
}

/** The schema's description says what a pattern means; the pattern itself says nothing to people. */
function patternWords({ parentSchema }: ErrorObject): Words {
  const description: unknown = parentSchema?.description;
  return typeof description === 'string'
    ? [`格式不正确（${description}）`, `has the wrong form (${description})`]
    : ['格式不正确，请检查', 'has the wrong form: check it'];
}
