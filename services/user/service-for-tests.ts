import { createAccessTokens, createKeyRing, totpCode } from '@qianxing/auth';
import { createIdempotencyStore, type Database, migrate } from '@qianxing/database';
import { createEventBus, type DomainEvent, eventMigrations, type Reaction } from '@qianxing/events';
import { createHttpServer } from '@qianxing/http';
import { type VirtualClock, virtualClock } from '@qianxing/testing';
import { sql } from 'kysely';
import { AGREEMENT_KINDS, type Agreement, type AgreementKind } from './contract';
import { createUserService, type UserOptions } from './index';
import type { OutsideOutcome, WechatIdentity } from './needs';

const keys = (name: string) => createKeyRing([`${name}:${Buffer.alloc(32, name).toString('base64url')}`]);

export const ADMINISTRATOR = { username: 'root', displayName: 'Root', password: 'correct horse battery', totpSecret: 'JBSWY3DPEHPK3PXP' };
const agreement = (kind: AgreementKind, version: string): Agreement => ({
  ...{ kind, version, titleZh: `协议 ${kind}`, titleEn: `Agreement ${kind}`, textZh: '正文', textEn: 'Text' },
});
const firstAgreements = (): Agreement[] => AGREEMENT_KINDS.map((kind) => agreement(kind, '1'));
export const CONSENT = { termsVersion: '1', privacyVersion: '1' };

interface Answer<B> {
  readonly status: number;
  readonly body: B;
}

export interface UserHouse {
  readonly database: Database;
  readonly clock: VirtualClock;
  readonly service: ReturnType<typeof createUserService>;
  /** Text messages sent, newest last. */
  readonly messages: { phone: string; code: string }[];
  /** What WeChat answers to a code: an identity or a phone; other codes are refused. */
  readonly identities: Map<string, OutsideOutcome<WechatIdentity>>;
  readonly phones: Map<string, OutsideOutcome<string>>;
  call<B = Record<string, never>>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options?: { body?: object; token?: string; ip?: string },
  ): Promise<Answer<B>>;
  /** Puts a new text of an agreement in force. */
  publish(kind: AgreementKind, version: string): void;
  /** Delivers what is due (every event twice) and answers all events so far, each once. */
  events(): Promise<DomainEvent[]>;
  /** Every value of every row of the tables of this service, as text. */
  everything(): Promise<string>;
  findings(): Promise<string[]>;
  /** Empties every table and forgets what was sent, between two tests. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The user service on a real database, behind the real HTTP server, with a pretended outside. */
export async function userHouse(database: Database, changes: Partial<UserOptions> = {}): Promise<UserHouse> {
  const clock = virtualClock();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const seen = new Map<string, DomainEvent>();
  const watch = ['user.memberRegistered', 'user.memberReturned', 'user.memberErased'].map(
    (topic): Reaction => ({
      name: `test.${topic}`,
      topic,
      handle: async (_, event) => void seen.set((event as DomainEvent).eventId, event as DomainEvent),
    }),
  );
  const bus = createEventBus({ database, clock, log, deliverTwice: true, reactions: watch });
  const messages: UserHouse['messages'] = [];
  const identities: UserHouse['identities'] = new Map();
  const phones: UserHouse['phones'] = new Map();
  const agreements = firstAgreements();
  const refused = { kind: 'rejected', code: '40029', message: 'invalid code' } as const;
  const service = createUserService(
    { database, events: bus, clock, log },
    {
      sendSms: async ({ phone, code }) => {
        messages.push({ phone, code });
        return { kind: 'ok', value: undefined };
      },
      miniProgramIdentity: async (code) => identities.get(code) ?? refused,
      miniProgramPhone: async (code) => phones.get(code) ?? refused,
      h5AuthorizeUrl: ({ redirectUrl, state }) => `https://wechat.example/authorize?to=${encodeURIComponent(redirectUrl)}&state=${state}`,
      h5Identity: async (code) => identities.get(code) ?? refused,
    },
    {
      accessTokens: createAccessTokens({ keys: keys('access'), issuer: 'test' }),
      codeKeys: keys('code'),
      sealKeys: keys('seal'),
      linkKeys: keys('link'),
      agreements,
      appIds: { miniProgram: 'wxmini', h5: 'wxh5' },
      publicUrl: 'https://shop.example',
      issuer: 'Qianxing',
      ...changes,
    },
  );
  await migrate(database, [...eventMigrations, ...service.migrations]);
  const server = createHttpServer({
    routes: service.routes,
    problems: [service.problems],
    authenticate: service.api.authenticate,
    idempotency: createIdempotencyStore({ database, clock }),
    rateLimiter: { take: () => ({ retryAfterMs: 0 }) },
    load: { maxEventLoopDelayMs: 0 },
    clock,
  });
  const tables = (await tablesOf(database)).filter((name) => !name.includes('migrations'));
  return {
    database,
    clock,
    service,
    messages,
    identities,
    phones,
    async call<B>(
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      options: { body?: object; token?: string; ip?: string } = {},
    ) {
      const answer = await server.inject({
        method,
        url,
        remoteAddress: options.ip ?? '127.0.0.1',
        ...(options.body === undefined ? {} : { payload: options.body }),
        headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
      });
      return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json()) as B };
    },
    publish: (kind, version) => {
      agreements[AGREEMENT_KINDS.indexOf(kind)] = agreement(kind, version);
    },
    async events() {
      await bus.drain();
      return [...seen.values()];
    },
    async everything() {
      const own = tables.filter((table) => table.startsWith('user_'));
      const rows = await Promise.all(own.map((table) => sql`select * from ${sql.table(table)}`.execute(database.query)));
      return JSON.stringify(rows.map((result) => result.rows));
    },
    findings: async () => (await Promise.all(service.checks.map((check) => check.run()))).flat().map((finding) => finding.check),
    async reset() {
      await bus.drain();
      await emptyTables(database, tables);
      messages.length = 0;
      agreements.splice(0, agreements.length, ...firstAgreements());
      for (const map of [identities, phones, seen]) map.clear();
    },
    close: () => server.close(),
  };
}

/** Audit lines cannot be deleted: on SQLite their triggers are taken off meanwhile, TRUNCATE of MariaDB does not ask them. */
async function emptyTables(database: Database, tables: readonly string[]): Promise<void> {
  if (database.dialect === 'mysql') {
    for (const table of tables) await database.transaction((transaction) => sql`truncate table ${sql.table(table)}`.execute(transaction));
    return;
  }
  await database.transaction(async (transaction) => {
    const triggers = await sql<{ name: string; sql: string }>`select name, sql from sqlite_master where type = 'trigger'`.execute(
      transaction,
    );
    for (const { name } of triggers.rows) await sql`drop trigger ${sql.table(name)}`.execute(transaction);
    for (const table of tables) await sql`delete from ${sql.table(table)}`.execute(transaction);
    for (const trigger of triggers.rows) await sql.raw(trigger.sql).execute(transaction);
  });
}

async function tablesOf(database: Database): Promise<string[]> {
  const { rows } =
    database.dialect === 'sqlite'
      ? await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(database.query)
      : await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = database()`.execute(
          database.query,
        );
  return rows.map((row) => row.name);
}

export interface MemberSession {
  readonly session: { accessToken: string; refreshToken: string };
  readonly member: { memberId: string; memberNo: number; nickname: string; phoneMasked: string | null; wechatBound: boolean };
  readonly created: boolean;
  readonly code?: string;
}

/** Asks for a code and signs in with it. */
export async function signIn(
  house: UserHouse,
  phone: string,
  extra: object = { consent: CONSENT },
): Promise<MemberSession & { status: number }> {
  house.clock.advance(61_000);
  await house.call('POST', '/api/v1/login/codes', { body: { phone } });
  const code = house.messages.findLast((message) => message.phone === phone)?.code;
  const { status, body } = await house.call<MemberSession>('POST', '/api/v1/login/phone', { body: { phone, code, ...extra } });
  return { status, ...body };
}

interface StaffChallenge {
  readonly challengeToken: string;
  readonly next: string;
  readonly totpUri?: string;
}

export interface StaffSession {
  readonly session: { accessToken: string; refreshToken: string };
  readonly staff: { staffId: string; roleCodes: string[]; totpEnrolled: boolean };
  readonly permissions: string[];
}

/** Signs staff in with password and authenticator; enrols where that is asked for. Each call uses a time step of its own. */
export async function staffSignIn(
  house: UserHouse,
  staff: { username: string; password: string; totpSecret?: string } = ADMINISTRATOR,
): Promise<StaffSession & { secret: string }> {
  house.clock.advance(30_000);
  const { body } = await house.call<StaffChallenge>('POST', '/staff/v1/login', {
    body: { username: staff.username, password: staff.password },
  });
  const secret = body.totpUri === undefined ? (staff.totpSecret ?? '') : (new URL(body.totpUri).searchParams.get('secret') ?? '');
  const done = await house.call<StaffSession>('POST', '/staff/v1/login/totp', {
    body: { challengeToken: body.challengeToken, totpCode: totpCode(secret, house.clock.now()) },
  });
  return { ...done.body, secret };
}
