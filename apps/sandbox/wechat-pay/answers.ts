import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Answer of an operation before it is signed. `body` null without a file means 204: no bytes at all. */
export interface PayAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  /** A file goes out as it is and unsigned (bills). */
  readonly file?: Buffer;
}

/** 200 with a JSON body; members that are undefined are left out. */
export const answer = (body: Readonly<Record<string, unknown>>): PayAnswer => ({ status: 200, body });

/** `{code, message, detail?}` of the reference §5.4. */
export const refuse = (status: number, code: string, message: string, detail?: Readonly<Record<string, unknown>>): PayAnswer => ({
  status,
  body: { code, message, ...(detail === undefined ? {} : { detail }) },
});

const parameterError = (field: string, issue: string): PayAnswer =>
  refuse(400, 'PARAM_ERROR', `参数错误：${field} ${issue}`, { field, issue, location: 'body' });

/** First thing wrong with a body, as WeChat Pay words it; undefined when the body fits. */
export function checkBody(schema: TSchema, body: unknown): PayAnswer | undefined {
  const first = Value.Errors(schema, body).First();
  if (first === undefined) return undefined;
  const field = first.path || '/';
  if (first.schema.additionalProperties === false && first.message.startsWith('Unexpected'))
    return refuse(400, 'PARAM_ERROR', `请求中含有未在API文档中定义的参数：${field}`, {
      field,
      issue: 'undefined parameter',
      location: 'body',
    });
  return parameterError(field, first.message);
}
