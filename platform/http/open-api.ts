import type { TObject, TSchema } from '@sinclair/typebox';
import type { RouteContract } from './contract';

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

type Json = Record<string, unknown>;

/** OpenAPI 3.1 document. Schemas whose `title` is a type name (`Order`) become components. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: ApiInfo;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly securitySchemes: Json };
}

/** Route contracts → API document; pure. Hooks of outside systems are left out: their owners document them. */
export function openApiDocument(contracts: readonly RouteContract[], info: ApiInfo): OpenApiDocument {
  const components = new Map<string, Json>([['Problem', PROBLEM_SCHEMA]]);
  const plain = (schema: TSchema) => hoist(JSON.parse(JSON.stringify(schema)) as Json, components);
  const paths: Record<string, Record<string, Json>> = {};
  for (const contract of contracts) {
    if (contract.access === 'hook') continue;
    const path = contract.path.replace(/:(\w+)/g, '{$1}').replace('*', `{${REST_OF_PATH}}`);
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operation(contract, plain) };
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

/** What `*` at the end of a path is called here, which knows named parameters only. */
const REST_OF_PATH = 'path';

type Plain = (schema: TSchema) => unknown;

function operation(contract: RouteContract, plain: Plain): Json {
  const { access, summary, idempotent, perMinute } = contract;
  const parameters = [
    ...parametersIn('path', contract.params, plain),
    ...parametersIn('query', contract.query, plain),
    ...(idempotent === undefined || idempotent === false ? [] : [IDEMPOTENCY_PARAMETER]),
  ];
  const requestBody = bodyOf(contract, plain);
  return {
    operationId: operationId(contract),
    summary,
    tags: [tagOf(contract.path)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { [String(statusOf(contract))]: success(contract, plain), default: PROBLEM_RESPONSE },
    ...security(access),
    'x-access': access,
    ...(perMinute === undefined ? {} : { 'x-per-minute': perMinute }),
  };
}

function security(access: RouteContract['access']): Json {
  if (access === 'public') return {};
  return { security: access === 'visitor' ? [{}, { bearer: [] }] : [{ bearer: [] }] };
}

function parametersIn(place: 'path' | 'query', schema: TObject | undefined, plain: Plain): Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name: name === '*' ? REST_OF_PATH : name,
    in: place,
    required: place === 'path' || (schema?.required ?? []).includes(name),
    schema: plain(property),
  }));
}

function bodyOf({ body, consumes }: RouteContract, plain: Plain): Json | undefined {
  if (consumes !== undefined)
    return {
      required: true,
      content: Object.fromEntries(consumes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
    };
  return body === undefined ? undefined : { required: true, content: { 'application/json': { schema: plain(body) } } };
}

const statusOf = ({ status, response, produces }: RouteContract) =>
  status ?? (response === undefined && produces === undefined ? 204 : 200);

function success({ response, produces, summary }: RouteContract, plain: Plain): Json {
  if (produces !== undefined) return { description: summary, content: { [produces]: { schema: { type: 'string', format: 'binary' } } } };
  if (response === undefined) return { description: summary };
  return { description: summary, content: { 'application/json': { schema: plain(response) } } };
}

/** `POST /api/v1/orders/:orderId/cancel` → `postApiV1OrdersByOrderIdCancel`. */
function operationId({ method, path }: RouteContract): string {
  const words = path.split(/[/.-]/).filter((word) => word !== '');
  const named = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return method.toLowerCase() + named.join('');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** First part of the path behind the version: `/staff/v1/orders/…` → `staff orders`. */
function tagOf(path: string): string {
  const [area = '', version = '', subject = ''] = path.split('/').slice(1);
  if (!/^v\d+$/.test(version)) return area;
  return area === 'api' ? subject : `${area} ${subject}`;
}

const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;

/** Replaces titled schemas by references. Two different schemas under one title both stay where they are written first and inline after. */
function hoist(schema: unknown, components: Map<string, Json>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => hoist(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Json = {};
  for (const [key, value] of Object.entries(schema))
    copy[key] = key === 'enum' || key === 'const' || key === 'default' || key === 'examples' ? value : hoist(value, components);
  const { title } = copy;
  if (typeof title !== 'string' || !TYPE_NAME.test(title)) return copy;
  const known = components.get(title);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(copy)) return copy;
  components.set(title, copy);
  return { $ref: `#/components/schemas/${title}` };
}

const IDEMPOTENCY_PARAMETER: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'One unique key per operation; send the same key again on retry.',
  schema: { type: 'string', pattern: '^[\\w.:-]{8,128}$' },
};

const PROBLEM_RESPONSE: Json = {
  description: 'Problem document (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'messageZh', 'messageEn', 'detail', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable code, for example `order.outOfStock`' },
    messageZh: { type: 'string' },
    messageEn: { type: 'string' },
    detail: { type: 'string', description: 'The message in the language asked for' },
    path: { type: 'string', description: 'JSON pointer of the field at fault' },
    params: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    details: { type: 'object', additionalProperties: true },
    requestId: { type: 'string' },
  },
};
