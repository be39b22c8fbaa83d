import type { Failed } from '@qianxing/errors';
import { platformProblems } from '@qianxing/errors';
import type { TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Fault, faultsOf } from './faults';

/** Part of a request that is validated by itself. */
export type RequestPart = 'params' | 'query' | 'body';

/** Answers the faults found in a value; fills in defaults (and, in queries and parameters, turns text into numbers) in place. */
export type Check = (value: unknown, thorough: boolean) => readonly Fault[];

const COMMON = { strict: true, strictTypes: false, strictTuples: false, strictRequired: false, useDefaults: true } as const;
const FORMATS = ['date-time', 'date', 'uri', 'email', 'uuid', 'ipv4', 'ipv6', 'regex'] as const;
/** At most this many faults are named in one answer. */
const MAX_FAULTS = 20;

interface Engines {
  readonly first: Ajv;
  readonly all: Ajv;
}

function engines(coerce: boolean): Engines {
  const make = (allErrors: boolean): Ajv => {
    const ajv = new Ajv({ ...COMMON, allErrors, coerceTypes: coerce ? 'array' : false, verbose: true });
    addFormats.default(ajv, { formats: [...FORMATS], mode: 'full' });
    ajv.addVocabulary(['example']);
    return ajv;
  };
  return { first: make(false), all: make(true) };
}

/** Compiles schemas of one server. A body is taken as it is; text in query and path becomes a number or boolean where the schema says so. */
export function createValidation(): (part: RequestPart, schema: TSchema) => Check {
  const exact = engines(false);
  const coercing = engines(true);
  return (part, schema) => {
    const { first, all } = part === 'body' ? exact : coercing;
    const quick = first.compile(schema);
    let complete: ValidateFunction | undefined;
    return (value, thorough) => {
      if (quick(value)) return part === 'body' ? [] : inexactNumbers(part, value);
      const errors = quick.errors ?? [];
      if (!thorough) return faultsOf(part, errors);
      complete ??= all.compile(schema);
      complete(value);
      return faultsOf(part, (complete.errors ?? errors) as ErrorObject[]).slice(0, MAX_FAULTS);
    };
  };
}

/** Text like `99999999999999999999` passes as an integer once it is a number; it is not the number that was sent. */
function inexactNumbers(part: RequestPart, value: unknown): readonly Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([, item]) => typeof item === 'number' && !Number.isSafeInteger(item) && Number.isInteger(item))
    .map(([key]) => ({
      in: part,
      path: `/${key}`,
      rule: 'maximum',
      zh: '数字过大，请改小',
      en: 'the number is too large: make it smaller',
    }));
}

/** The 422 answer that names every fault: where, which rule, what to do, in both languages. */
export function invalidRequest(faults: readonly Fault[]): Failed {
  const [first] = faults;
  const where = first === undefined || first.path === '' ? '' : `${first.path} `;
  return platformProblems.fail('invalid', {
    ...(first === undefined ? {} : { path: first.path }),
    params: { reasonZh: `${where}${first?.zh ?? ''}`, reasonEn: `${where}${first?.en ?? ''}` },
    details: {
      errors: faults.map(({ in: part, path, rule, zh, en }) => ({ in: part, path, rule, messageZh: zh, messageEn: en })),
    },
  });
}
