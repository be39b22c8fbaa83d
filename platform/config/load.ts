import { readFileSync } from 'node:fs';
import type { Static, TObject, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type Field, fieldsOf, PREFIX } from './fields';

export interface ConfigurationFault {
  /** Environment variable that sets the value at fault (or the file that cannot be read). */
  readonly variable: string;
  readonly path: string;
  readonly messageZh: string;
  readonly messageEn: string;
}

export type Loaded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly ConfigurationFault[] };

export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** JSON file of the schema's shape; later ones win, the environment wins over all. */
  readonly files?: readonly string[];
  /** Values of a lower rank than any file, instead of the schema's defaults. */
  readonly base?: Readonly<Record<string, unknown>>;
}

type Tree = Record<string, unknown>;

/**
 * Defaults, then files, then `QIANXING_…` variables → one checked value. Every fault is reported at once and names the variable that
 * mends it. Lists are written with commas in a variable, or as JSON.
 */
export function loadConfiguration<S extends TObject>(schema: S, sources: Sources): Loaded<Static<S>> {
  const faults: ConfigurationFault[] = [];
  const fields = fieldsOf(schema);
  const tree: Tree = structuredClone({ ...sources.base });
  for (const file of sources.files ?? []) {
    const read = readJson(file);
    if (read.ok) merge(tree, read.value);
    else faults.push(...read.faults);
  }
  faults.push(...unknownVariables(sources.environment, fields));
  for (const field of fields) {
    const text = sources.environment[field.variable];
    if (text !== undefined) put(tree, field.steps, fromText(field.schema, text));
  }
  const value: unknown = Value.Default(schema, tree);
  faults.push(...check(schema, value, fields));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: value as Static<S> };
}

/** One line per fault, Chinese and English. */
export function describeFaults(faults: readonly ConfigurationFault[]): string {
  return faults.map(({ variable, messageZh, messageEn }) => `${variable}: ${messageZh} / ${messageEn}`).join('\n');
}

/** A JSON file as an object. */
export function readJson(file: string): Loaded<Tree> {
  const fault = (messageZh: string, messageEn: string): Loaded<Tree> => ({
    ok: false,
    faults: [{ variable: file, path: '', messageZh, messageEn }],
  });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return fault('无法读取配置文件，请检查路径和权限', 'the file cannot be read: check its path and permissions');
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ok: true, value: value as Tree };
  } catch {
    // Falls through to the same answer as any other content that is no object.
  }
  return fault('配置文件不是 JSON 对象，请修正', 'the file is not a JSON object: correct it');
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    const present = Object.hasOwn(into, key) ? into[key] : undefined;
    if (isTree(present) && isTree(value)) merge(present, value);
    else if (key !== '__proto__') into[key] = value;
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function put(tree: Tree, steps: readonly string[], value: unknown): void {
  const [last = ''] = steps.slice(-1);
  let here = tree;
  for (const step of steps.slice(0, -1)) {
    const next = isTree(here[step]) ? here[step] : {};
    here[step] = next;
    here = next;
  }
  here[last] = value;
}

/** Text of a variable → value of the field's type; text that does not fit stays text and is reported by the check. */
function fromText(schema: TSchema, text: string): unknown {
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return /^(?:true|1|yes|on)$/i.test(text) ? true : /^(?:false|0|no|off)$/i.test(text) ? false : text;
    case 'array':
    case 'object':
      return fromListText(schema, text);
    default:
      // Keys in PEM form hold line breaks, which many environments can only pass as \n.
      return text.startsWith('-----BEGIN') ? text.replaceAll('\\n', '\n') : text;
  }
}

function fromListText(schema: TSchema, text: string): unknown {
  if (/^\s*[[{]/.test(text))
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  const parts = text.split(',').map((part) => part.trim());
  return schema.type === 'array' ? parts.filter((part) => part !== '') : text;
}

function check(schema: TObject, value: unknown, fields: readonly Field[]): ConfigurationFault[] {
  const faults = new Map<string, ConfigurationFault>();
  for (const error of Value.Errors(schema, value)) {
    const path = error.path.slice(1).replaceAll('/', '.');
    const field = fields.find((candidate) => path === candidate.path || path.startsWith(`${candidate.path}.`));
    if (!faults.has(path)) faults.set(path, faultOf(path, field, error.value));
  }
  return [...faults.values()];
}

function faultOf(path: string, field: Field | undefined, given: unknown): ConfigurationFault {
  if (field === undefined)
    return {
      variable: path,
      path,
      messageZh: '没有这个配置项，请删除或改正名称',
      messageEn: 'there is no such setting: remove it or correct its name',
    };
  const { description = '' } = field.schema;
  const [zh, en] = expectation(field.schema);
  const now =
    given === undefined || given === ''
      ? ['尚未设置', 'it is not set']
      : field.isSecret
        ? ['现值不符合要求', 'its value does not fit']
        : [`现值为 ${shown(given)}`, `it is ${shown(given)}`];
  const about = description === '' ? '' : ` (${description})`;
  return { variable: field.variable, path, messageZh: `应为：${zh}，${now[0]}`, messageEn: `must be ${en}, ${now[1]}${about}` };
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 80) ?? String(value);

function expectation(schema: TSchema): readonly [string, string] {
  const values = allowedValues(schema);
  if (values.length > 0) return [`以下之一：${values.join(', ')}`, `one of: ${values.join(', ')}`];
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const from = schema.minimum ?? '…';
      const to = schema.maximum ?? '…';
      return [`${from} 至 ${to} 的整数`, `a whole number from ${from} to ${to}`];
    }
    case 'boolean':
      return ['true 或 false', 'true or false'];
    case 'array':
      return ['以逗号分隔的列表', 'a list separated by commas'];
    case 'string':
      return schema.minLength === undefined && schema.pattern === undefined
        ? ['文本', 'text']
        : [
            `文本${schema.minLength ? `（至少 ${schema.minLength} 个字符）` : ''}${schema.pattern ? `（格式 ${schema.pattern}）` : ''}`,
            `text${schema.minLength ? ` of at least ${schema.minLength} characters` : ''}${schema.pattern ? ` of the form ${schema.pattern}` : ''}`,
          ];
    default:
      return ['正确的值', 'a fitting value'];
  }
}

function allowedValues(schema: TSchema): unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  const branches: unknown = schema.anyOf;
  return Array.isArray(branches) && branches.every((branch) => branch.const !== undefined) ? branches.map((branch) => branch.const) : [];
}

/**
 * A variable with our prefix that sets nothing is a typing error that would otherwise go unnoticed. `QIANXING_TEST_…` belongs to the
 * test suite, which starts servers with its own environment.
 */
function unknownVariables(environment: Sources['environment'], fields: readonly Field[]): ConfigurationFault[] {
  const known = new Set(fields.map(({ variable }) => variable));
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}TEST_`) && !known.has(name) && environment[name] !== undefined)
    .map((name) => {
      const near = nearest(name, [...known]);
      return {
        variable: name,
        path: '',
        messageZh: `没有这个配置项${near === undefined ? '' : `，是否想写 ${near}`}？请改正或删除`,
        messageEn: `there is no such setting${near === undefined ? '' : `, did you mean ${near}?`} Correct or remove it`,
      };
    });
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, steps: distance(name, candidate) })).sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  return best !== undefined && best.steps <= 5 ? best.candidate : undefined;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}
