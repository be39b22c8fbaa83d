/**
 * Expected failures are values: a `Problem` with a stable code, never an exception.
 * At the HTTP border a problem becomes an RFC 9457 document with a Chinese and an English message.
 */

/** One kind of failure. `zh` and `en` may contain `{name}` placeholders that `Problem.params` fills. */
export interface ProblemDefinition {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}

/** Problem definitions keyed by full code, for example `order.outOfStock`. */
export type ProblemCatalogue = Readonly<Record<string, ProblemDefinition>>;

export type ProblemParams = Readonly<Record<string, string | number>>;

export interface Problem {
  /** Stable code: `<area>.<name>`. */
  readonly code: string;
  readonly params?: ProblemParams;
  /** JSON pointer of the field at fault, for example `/items/0/quantity`. */
  readonly path?: string;
  /** Machine-readable facts that help to repair the request (never personal data). */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Failed {
  readonly ok: false;
  readonly problem: Problem;
}

export type Result<T> = Ok<T> | Failed;

export function ok<T>(value: T): Ok<T>;
export function ok(): Ok<undefined>;
export function ok(value?: unknown): Ok<unknown> {
  return { ok: true, value };
}

export interface FailOptions {
  readonly params?: ProblemParams;
  readonly path?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Declares the failures of one area and returns its catalogue with a typed `fail`.
 *
 * @example const { catalogue, fail } = defineProblems('order', { outOfStock: { status: 409, zh: '…', en: '…' } });
 *          return fail('outOfStock', { params: { sku }, path: '/items/0' });
 */
export function defineProblems<const D extends Record<string, ProblemDefinition>>(area: string, definitions: D) {
  const catalogue: ProblemCatalogue = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [`${area}.${name}`, definition]),
  );
  const fail = (name: keyof D & string, options: FailOptions = {}): Failed => ({
    ok: false,
    problem: { code: `${area}.${name}`, ...options },
  });
  return { catalogue, fail };
}

/**
 * Fills `{name}` placeholders; an unknown placeholder stays visible so that it is noticed. With a language, a parameter
 * `nameZh` / `nameEn` goes before `name`, so that words inside a message can be translated too.
 */
export function fillMessage(template: string, params: ProblemParams = {}, language?: 'zh' | 'en'): string {
  const suffix = language === undefined ? '' : language === 'zh' ? 'Zh' : 'En';
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name + suffix) ? params[name + suffix] : Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? whole : String(value);
  });
}

/** Failures every part of the platform may answer with. */
export const platformProblems = defineProblems('request', {
  invalid: { status: 422, zh: '请求内容有误：{reason}', en: 'The request is not valid: {reason}' },
  notJson: { status: 400, zh: '请求体不是有效的 JSON', en: 'The request body is not valid JSON' },
  malformed: { status: 400, zh: '请求的格式有误：{reason}', en: 'The request is malformed: {reason}' },
  duplicateKey: {
    status: 400,
    zh: 'JSON 中同一对象的字段重复或不被允许，请检查后重新提交',
    en: 'The JSON repeats a key in one object or uses a forbidden key',
  },
  tooDeep: { status: 400, zh: 'JSON 嵌套过深', en: 'The JSON is nested too deeply' },
  cursorInvalid: { status: 422, zh: '翻页位置已失效，请从第一页重新开始', en: 'The cursor is not valid: start again from the first page' },
  notFound: { status: 404, zh: '没有找到您要的内容', en: 'Not found' },
  methodNotAllowed: { status: 405, zh: '不支持这种请求方式', en: 'Method not allowed' },
  unauthenticated: { status: 401, zh: '请先登录', en: 'Please sign in' },
  forbidden: { status: 403, zh: '您没有权限进行此操作（需要：{permission}）', en: 'You lack the permission: {permission}' },
  crossSite: { status: 403, zh: '不接受来自其他网站的操作请求', en: 'Requests from another site are refused' },
  unsupportedMediaType: {
    status: 415,
    zh: '不支持这种内容类型，请使用 {expected}',
    en: 'This content type is not supported: use {expected}',
  },
  headersTooLarge: { status: 431, zh: '请求头过大', en: 'The request headers are too large' },
  timedOut: { status: 408, zh: '请求发送超时，请检查网络后重试', en: 'The request took too long to arrive, please retry' },
  tooLarge: { status: 413, zh: '提交的内容过大', en: 'The request is too large' },
  tooMany: { status: 429, zh: '操作过于频繁，请稍后再试', en: 'Too many requests, please try again later' },
  idempotencyKeyMissing: {
    status: 400,
    zh: '缺少 Idempotency-Key 请求头：请为每次操作生成一个唯一编号，重试时使用同一编号',
    en: 'The Idempotency-Key header is missing: send one unique key per operation and the same key on retry',
  },
  idempotencyKeyInvalid: {
    status: 400,
    zh: 'Idempotency-Key 须为 8 至 128 个字母、数字或 . _ : - 字符',
    en: 'The Idempotency-Key must have 8 to 128 letters, digits or the characters . _ : -',
  },
  idempotencyKeyReused: {
    status: 409,
    zh: '同一个 Idempotency-Key 已用于内容不同的请求，请更换编号',
    en: 'This Idempotency-Key was used with a different request: use a new key',
  },
  idempotencyInProgress: {
    status: 409,
    zh: '相同的操作正在处理中，请稍后用同一编号重试',
    en: 'The same operation is in progress: retry shortly with the same key',
  },
  busy: { status: 503, zh: '系统繁忙，请稍后重试，您的数据没有改变', en: 'The system is busy, please retry; nothing was changed' },
  internal: {
    status: 500,
    zh: '系统出错，请稍后重试；如持续出现请提供编号 {requestId}',
    en: 'Internal error, please retry; if it persists quote {requestId}',
  },
});
