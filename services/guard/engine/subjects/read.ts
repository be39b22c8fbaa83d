import { type TObject, type TSchema, TypeGuard } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { Value } from '@sinclair/typebox/value';
import { MissingField, type ReadField } from '../expression/values';
import { type SubjectType, subjectSchemas } from './subjects';

/** A subject that can be judged: what the rules read it by, and which of its fields no rule knows. */
export interface ReadSubject {
  readonly type: SubjectType;
  readonly value: object;
  readonly read: ReadField;
  /** JSON pointers of fields outside the schema, the first hundred: they were not judged. */
  readonly unjudged: readonly string[];
}

interface Place {
  readonly path: string;
  readonly optional: (key: string) => boolean;
}

/**
 * Makes a subject readable. Fields may be missing (the rules say so), but a field that is there must have the right type: a text where an amount belongs
 * can be neither compared nor passed over.
 *
 * @returns the subject, or the first fault in words with the JSON pointer of its place
 */
export function readSubject(type: SubjectType, value: unknown): ReadSubject | { readonly fault: string } {
  const schema = subjectSchemas[type];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: `${type}: an object is needed` };
  if (!isComplete(type, value))
    for (const error of Value.Errors(schema, value))
      if (error.value !== undefined) return { fault: `${error.path === '' ? '/' : error.path}: ${error.message}` };
  return indexed(type, value);
}

const checks = new Map<SubjectType, TypeCheck<TObject>>();

/** Whether a subject has every field, of the right type; quick, for this is nearly always so. */
function isComplete(type: SubjectType, value: object): boolean {
  const check = checks.get(type) ?? TypeCompiler.Compile(subjectSchemas[type]);
  checks.set(type, check);
  return check.Check(value);
}

/** Makes a subject readable whose types are known to be right. */
export function indexed(type: SubjectType, value: object): ReadSubject {
  const places = new WeakMap<object, Place>();
  const unjudged: string[] = [];
  index(subjectSchemas[type], value, '', places, unjudged);
  const read: ReadField = (node, key) => {
    const found = Object.hasOwn(node, key) ? (node as Readonly<Record<string, unknown>>)[key] : undefined;
    if (found !== undefined) return found;
    const place = places.get(node);
    if (place?.optional(key) === true) return undefined;
    throw new MissingField(`${place?.path ?? ''}/${key}`);
  };
  return { type, value, read, unjudged };
}

const UNJUDGED_AT_MOST = 100;

/** Remembers where every object of the subject stands and which of its fields may be left out. */
function index(schema: TSchema | undefined, value: unknown, path: string, places: WeakMap<object, Place>, unjudged: string[]): void {
  if (schema === undefined) {
    if (unjudged.length < UNJUDGED_AT_MOST) unjudged.push(path);
    return;
  }
  if (Array.isArray(value)) {
    const items = TypeGuard.IsArray(schema) ? schema.items : undefined;
    for (const [position, item] of value.entries()) index(items, item, `${path}/${position}`, places, unjudged);
  } else if (typeof value === 'object' && value !== null && TypeGuard.IsObject(schema)) {
    places.set(value, { path, optional: optionalOf(schema) });
    for (const [key, inner] of Object.entries(value))
      index(
        Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined,
        inner,
        `${path}/${pointerToken(key)}`,
        places,
        unjudged,
      );
  }
}

function optionalOf({ properties, required = [] }: TObject): Place['optional'] {
  const needed = new Set(required);
  return (key) => Object.hasOwn(properties, key) && !needed.has(key);
}

/** @see RFC 6901 §3 */
const pointerToken = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
