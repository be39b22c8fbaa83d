import type { TObject } from '@sinclair/typebox';
import { fieldsOf } from './fields';

/** Copy of a configuration in which every secret that is set reads `***` and passwords inside addresses are hidden. */
export function maskSecrets<T>(schema: TObject, configuration: T): T {
  const copy = structuredClone(configuration);
  for (const { steps, isSecret } of fieldsOf(schema)) {
    const parent = steps.slice(0, -1).reduce<unknown>((here, step) => child(here, step), copy);
    const name = steps.at(-1) ?? '';
    if (typeof parent !== 'object' || parent === null) continue;
    const holder = parent as Record<string, unknown>;
    const value = holder[name];
    if (isSecret && isSet(value)) holder[name] = Array.isArray(value) ? value.map(() => '***') : '***';
    else if (typeof value === 'string') holder[name] = value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):[^@\s]*@/i, '$1:***@');
  }
  return copy;
}

const child = (value: unknown, step: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;

const isSet = (value: unknown) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
