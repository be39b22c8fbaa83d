import { type Static, Type } from '@sinclair/typebox';
import { SecretText, Section } from './fields';

const Text = (value: string, description: string, options: { pattern?: string } = {}) =>
  Type.String({ default: value, maxLength: 500, description, ...options });
const Url = (description: string) => Text('', description, { pattern: '^(?:https?://[^\\s/]+)?$' });
const Whole = (value: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum, maximum, description });
const Switch = (value: boolean, description: string) => Type.Boolean({ default: value, description });
const Choice = <const V extends readonly [string, ...string[]]>(values: V, description: string) =>
  Type.Unsafe<V[number]>({ ...Type.Union(values.map((value) => Type.Literal(value))), default: values[0], description });
const Keys = (value: string, description: string, maxItems = 5) =>
  Type.Array(Type.String({ pattern: '^[\\w-]{1,32}:[\\w-]{43,}$' }), {
    default: [value],
    minItems: 1,
    maxItems,
    secret: true,
    description,
  });
const Secret = (description: string) => SecretText({ default: '', maxLength: 5_000, description });

/** Secrets that a fresh checkout starts with. They are public, so production refuses them. */
export const DEFAULT_SECRETS = {
  tokenKeys: 'sandbox:c2FuZGJveC1hY2Nlc3MtdG9rZW4ta2V5LTMyLWJ5dGVzIQ',
  linkKeys: 'sandbox:c2FuZGJveC1saW5rLXRva2VuLWtleS0zMi1ieXRlcy0hIQ',
  codeKeys: 'sandbox:c2FuZGJveC1vbmUtdGltZS1jb2RlLWtleS0zMi1ieXRlcw',
  sealKeys: 'sandbox:c2FuZGJveC1zZWFsZWQtdGV4dC1rZXktMzItYnl0ZXMhIQ',
  logKeys: 'sandbox:c2FuZGJveC10cmFuc3BhcmVuY3ktbG9nLWtleS0zMiE',
} as const;

const App = () => Section({ appid: Text('', 'AppID'), secret: Secret('AppSecret') });
const Push = { token: Secret('message push token'), encodingAesKey: Secret('EncodingAESKey, 43 characters') };

/** What a merchant holds after signing up with the outside parties; the sandbox writes a file of this shape. */
const CredentialsSchema = Section({
  wechatPay: Section({
    mchid: Text('', 'merchant number'),
    merchantSerial: Text('', 'serial number (hex) of the merchant API certificate'),
    merchantPrivateKeyPem: Secret('private key of the merchant API certificate, PKCS #8 PEM'),
    publicKeyId: Text('', 'PUB_KEY_ID_… of WeChat Pay'),
    publicKeyPem: Type.String({ default: '', maxLength: 5_000, description: 'public key of WeChat Pay, PEM' }),
    apiV3Key: Secret('APIv3 key, 32 characters'),
  }),
  miniProgram: App(),
  officialAccount: App(),
  mobileApp: App(),
  channelsShop: Section({ appid: Text('', 'AppID'), secret: Secret('AppSecret'), ...Push }),
  miniProgramPush: Section(Push),
  kuaidi100: Section({ customer: Text('', 'customer number'), key: Secret('authorisation key'), secret: Secret('secret') }),
  sms: Section({ secret: Secret('secret of the text message gateway') }),
});

export const SERVICE_NAMES = [
  'user',
  'catalog',
  'order',
  'payment',
  'fulfilment',
  'promotion',
  'marketing',
  'live',
  'insight',
  'guard',
] as const;

/** Everything the server can be told. */
export const ServerSchema = Section({
  environment: Choice(['sandbox', 'production'], 'sandbox talks to apps/sandbox, production to the real parties'),
  http: Section({
    host: Text('127.0.0.1', 'address to listen on'),
    port: Whole(8080, 0, 65_535, 'port to listen on, 0 takes a free one'),
    publicUrl: Url('address of the shop as customers see it, without path; from host and port if empty'),
    trustProxy: Type.Array(Type.String({ maxLength: 100 }), {
      default: [],
      maxItems: 50,
      description: 'proxies whose X-Forwarded-For is believed',
    }),
    metricsToken: Secret('bearer token for /metrics; without one only private addresses may read it'),
  }),
  database: Section({
    url: Text('', 'mysql://user:password@host:port/name, or a path of an SQLite file; a file in dataDirectory if empty'),
    poolSize: Whole(10, 1, 200, 'connections of this process (MySQL)'),
  }),
  dataDirectory: Text('data', 'folder of files that the server keeps: database, pictures'),
  secrets: Section({
    tokenKeys: Keys(DEFAULT_SECRETS.tokenKeys, 'id:key of access tokens, newest first'),
    linkKeys: Keys(DEFAULT_SECRETS.linkKeys, 'id:key of signed links, newest first'),
    codeKeys: Keys(DEFAULT_SECRETS.codeKeys, 'id:key of hashes of one-time codes, newest first'),
    sealKeys: Keys(DEFAULT_SECRETS.sealKeys, 'id:key of stored secrets (TOTP), newest first'),
    logKeys: Keys(DEFAULT_SECRETS.logKeys, 'id:key that the transparency log signs with; verifiers pin it, so it is one for ever', 1),
  }),
  outside: Section({
    sandboxUrl: Url('address of apps/sandbox; stands in for every address below that is empty (sandbox only)'),
    wechatPayUrl: Url('WeChat Pay'),
    wechatPayBackupUrl: Url('WeChat Pay, second address'),
    wechatApiUrl: Url('WeChat server API, Channels shop included'),
    wechatAuthorizeUrl: Url('where browsers are sent to sign in with WeChat'),
    kuaidi100Url: Url('Kuaidi100'),
    smsUrl: Url('text message gateway'),
    transferPageUrl: Url('host of the page that stands in for WeChat’s own sheet when a payout is confirmed; WeChat asks if empty'),
    pictureUrls: Type.Array(Type.String({ pattern: '^https?://[^\\s/]+$' }), {
      default: [],
      maxItems: 20,
      description: 'hosts that pictures of the Channels shop may be fetched from; WeChat’s if empty',
    }),
    channelsPollMs: Whole(600_000, 5_000, 86_400_000, 'how often the Channels shop is asked for each product, besides its pushes'),
    timeoutMs: Whole(12_000, 1_000, 60_000, 'deadline of one call'),
  }),
  transparencyLog: Section({
    origin: Text('', 'name of the transparency log, host/log, never changed; from publicUrl if empty, localhost/log in the sandbox', {
      pattern: '^(?:[^\\s+/][^\\s+]*[^\\s+/])?$',
    }),
    policyFile: Text('', 'policy file that names the witnesses of the transparency log (c2sp.org/tlog-policy)'),
  }),
  credentialsFile: Text('', 'JSON file of the shape of `credentials`, for example the one written by apps/sandbox'),
  credentials: CredentialsSchema,
  clockUrl: Url('virtual clock of apps/sandbox (sandbox only)'),
  failpoints: Text('', 'failpoints to arm (sandbox only), for example order.afterReserve=exit'),
  services: Type.Array(Choice(SERVICE_NAMES, 'service'), {
    default: [...SERVICE_NAMES],
    minItems: 1,
    uniqueItems: true,
    description: 'services of this process',
  }),
  log: Section({
    level: Choice(['info', 'warn', 'error', 'silent'], 'least severe line that is written'),
    everyRequest: Switch(false, 'write a line for every request, not only failed and slow ones'),
    requestContext: Choice(
      ['auto', 'on', 'off'],
      'request ids on lines written inside handlers; costs about a tenth of a busy server before Node 24, so auto is on from there',
    ),
    slowMs: Whole(1_000, 1, 60_000, 'requests slower than this are logged'),
  }),
  limits: Section({
    maxInFlight: Whole(20_000, 10, 1_000_000, 'requests served at once; more are answered 503'),
    maxEventLoopDelayMs: Whole(5_000, 0, 60_000, 'mean delay of the event loop above which requests are answered 503, 0 for never'),
    drainMs: Whole(10_000, 0, 300_000, 'how long a stop waits for requests being served'),
  }),
});

export type ServerConfiguration = Static<typeof ServerSchema>;
export type Credentials = Static<typeof CredentialsSchema>;
export type ServiceName = (typeof SERVICE_NAMES)[number];
