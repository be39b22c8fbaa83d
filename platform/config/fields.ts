import { type TObject, type TSchema, Type } from '@sinclair/typebox';

/** Text that must not be printed: the schema carries the mark `secret`, and `description` is what an operator reads in errors. */
export const SecretText = (
  options: { default?: string; minLength?: number; maxLength?: number; pattern?: string; description?: string } = {},
) => Type.String({ ...options, secret: true });

/** Section of a configuration: unknown fields are refused, missing ones get their defaults. */
export const Section = <P extends Parameters<typeof Type.Object>[0]>(properties: P) =>
  Type.Object(properties, { additionalProperties: false, default: {} });

/** One value of a configuration, the place where it stands and the environment variable that sets it. */
export interface Field {
  /** `http.port` */
  readonly path: string;
  readonly steps: readonly string[];
  /** `QIANXING_HTTP_PORT` */
  readonly variable: string;
  readonly schema: TSchema;
  readonly isSecret: boolean;
}

export const PREFIX = 'QIANXING_';

/** All values of a schema in the order in which they are declared. */
export function fieldsOf(schema: TSchema, steps: readonly string[] = []): Field[] {
  if (isSection(schema)) return Object.entries(schema.properties).flatMap(([name, child]) => fieldsOf(child, [...steps, name]));
  return [{ path: steps.join('.'), steps, variable: variableOf(steps), schema, isSecret: schema.secret === true }];
}

const isSection = (schema: TSchema): schema is TObject => schema.type === 'object' && schema.properties !== undefined;

/** `['http', 'publicUrl']` → `QIANXING_HTTP_PUBLIC_URL`. */
export function variableOf(steps: readonly string[]): string {
  return PREFIX + steps.map((step) => step.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_');
}
