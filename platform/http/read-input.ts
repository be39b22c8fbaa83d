import { ok, platformProblems, type Result } from '@qianxing/errors';
import type { TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import type { RouteContract } from './contract';
import type { Fault } from './faults';
import { compileSerialiser } from './serialise';
import { type Check, invalidRequest, type RequestPart } from './validation';

/** The schemas of a contract as functions. */
export interface CompiledContract {
  readonly params: Check | undefined;
  readonly query: Check | undefined;
  readonly body: Check | undefined;
  readonly serialise: ((value: unknown) => string) | undefined;
}

export function compileContract(contract: RouteContract, check: (part: RequestPart, schema: TSchema) => Check): CompiledContract {
  const { params, query, body, response } = contract;
  try {
    return {
      params: params && check('params', params),
      query: query && check('query', query),
      body: body && !takesBytes(contract) ? check('body', body) : undefined,
      serialise: response && contract.produces === undefined && contract.access !== 'hook' ? compileSerialiser(response) : undefined,
    };
  } catch (error) {
    throw new Error(`schema of ${contract.method} ${contract.path} does not compile`, { cause: error });
  }
}

/** Above this length only the first fault is looked for, so that a large hostile body costs no more than a good one. */
const THOROUGH_LIMIT = 32_768;
const NO_BYTES = Buffer.alloc(0);

/** A body that fits: as a value, or as bytes. */
export interface Input {
  readonly body: unknown;
  readonly rawBody: Buffer;
}

/** Checks everything that was sent and answers all faults at once. */
export function readInput(contract: RouteContract, compiled: CompiledContract, request: FastifyRequest): Result<Input> {
  const parsed = takesBytes(contract) ? bytesOf(contract, request) : jsonOf(request);
  if (!parsed.ok) return parsed;
  // No body where every field may be left out is an empty object, for the check and for the handler.
  const given = compiled.body === undefined ? parsed.value.body : (parsed.value.body ?? {});
  const thorough = request.bodyText.length <= THOROUGH_LIMIT;
  let faults: readonly Fault[] = [];
  if (compiled.params !== undefined) faults = compiled.params(request.params, thorough);
  if (compiled.query !== undefined) faults = join(faults, compiled.query(request.query, thorough));
  else if (contract.access !== 'hook') faults = join(faults, unexpectedQuery(request.query));
  if (compiled.body !== undefined) faults = join(faults, compiled.body(given, thorough));
  else if (!takesBytes(contract)) faults = join(faults, unexpectedBody(parsed.value.body));
  if (faults.length > 0) return invalidRequest(faults);
  if (request.url.includes('%00')) return NUL_IN_URL;
  return given === parsed.value.body ? parsed : ok({ body: given, rawBody: NO_BYTES });
}

const NUL_IN_URL = platformProblems.fail('malformed', {
  params: { reasonZh: '网址含有不允许的字符', reasonEn: 'the address has characters that are not allowed' },
});
const join = (some: readonly Fault[], more: readonly Fault[]) => (more.length === 0 ? some : [...some, ...more]);

function jsonOf(request: FastifyRequest): Result<Input> {
  // The JSON parser leaves a Result: an unreadable body is an answer, not an exception.
  const parsed = request.body as Result<unknown> | undefined;
  if (parsed !== undefined && !parsed.ok) return parsed;
  return ok({ body: parsed?.value, rawBody: NO_BYTES });
}

function bytesOf({ consumes }: RouteContract, request: FastifyRequest): Result<Input> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (consumes !== undefined && !consumes.includes(type))
    return platformProblems.fail('unsupportedMediaType', { params: { expected: consumes.join(', ') } });
  return ok({ body: undefined, rawBody: Buffer.isBuffer(request.body) ? request.body : NO_BYTES });
}

function unexpectedQuery(query: unknown): readonly Fault[] {
  return Object.keys(query as Record<string, unknown>).map((key) => unknownField('query', key));
}

function unexpectedBody(body: unknown): readonly Fault[] {
  if (body === undefined) return [];
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (keys.length > 0) return keys.slice(0, 20).map((key) => unknownField('body', key));
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? []
    : [{ in: 'body', path: '', rule: 'type', zh: '此接口不接受请求体', en: 'this operation takes no body' }];
}

const unknownField = (part: Fault['in'], key: string): Fault => ({
  in: part,
  path: `/${key}`,
  rule: 'additionalProperties',
  zh: '不认识的字段，请删除',
  en: 'is not a known field: remove it',
});

/** Whether a route takes its body as bytes instead of JSON. */
export const takesBytes = ({ access, consumes }: RouteContract): boolean => access === 'hook' || consumes !== undefined;
