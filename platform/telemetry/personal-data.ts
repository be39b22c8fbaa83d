/** Names of fields whose values never reach a log, in lower case without separators. */
const SECRET_FIELDS = new Set([
  'authorization',
  'cookie',
  'setcookie',
  'password',
  'passwordhash',
  'secret',
  'apikey',
  'apiv3key',
  'privatekey',
  'sessionkey',
  'token',
  'accesstoken',
  'refreshtoken',
  'linktoken',
  'totp',
  'totpsecret',
  'otp',
  'logincode',
  'smscode',
  'verificationcode',
]);
const PERSONAL_FIELDS = new Set([
  'phone',
  'phonenumber',
  'mobile',
  'receivermobile',
  'receiverphone',
  'email',
  'openid',
  'unionid',
  'payeropenid',
  'realname',
  'fullname',
  'nickname',
  'receivername',
  'receiver',
  'recipient',
  'contactname',
  'consigneename',
  'username',
  'address',
  'addressline',
  'detailaddress',
  'fulladdress',
  'street',
  'idcard',
  'idcardnumber',
  'idnumber',
  'identitynumber',
  'bankcard',
  'bankaccount',
  'birthday',
  'ip',
]);
const MASK = '[hidden]';
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_TEXT = 4_000;

// Mainland mobile numbers, 18-digit identity numbers, JSON web tokens, bearer headers, WeChat openids (28 characters from o).
const PHONE = /(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;
const IDENTITY_NUMBER = /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;
const OPEN_ID = /\bo[\w-]{27}(?![\w-])/g;

/** Masks what looks personal inside free text. */
export function maskText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return short
    .replace(BEARER, 'Bearer [hidden]')
    .replace(WEB_TOKEN, '[token]')
    .replace(IDENTITY_NUMBER, '[identity number]')
    .replace(PHONE, '$1****$2')
    .replace(OPEN_ID, '[openid]');
}

const looksLikePhone = (value: number) => value >= 13_000_000_000 && value <= 19_999_999_999 && Number.isInteger(value);
/** Fields with these endings hold amounts, instants, spans or sizes, never a phone number. */
const MEASURE = /(?:Fen|Bp|At|Ms|Bytes|Count)$/;

function fieldIsHidden(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_ ]/g, '');
  return SECRET_FIELDS.has(plain) || PERSONAL_FIELDS.has(plain);
}

function cleanError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: maskText(error.message),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: maskText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, 'cause', depth + 1) }),
  };
}

function clean(value: unknown, name: string, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'number') return looksLikePhone(value) && !MEASURE.test(name) ? maskText(String(value)) : value;
  if (typeof value === 'bigint') return maskText(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return cleanError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => clean(item, name, depth + 1));
  return cleanFields(value, depth);
}

function cleanFields(value: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value))
    result[name] = fieldIsHidden(name) && item !== undefined && item !== null ? MASK : clean(item, name, depth + 1);
  return result;
}

/** Copy of the facts in which personal and secret fields are hidden and personal-looking text is masked. */
export function withoutPersonalData(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return cleanFields(facts, 0);
}
