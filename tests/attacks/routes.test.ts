import type { RouteContract } from '@qianxing/http';
import { allContracts } from '@qianxing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask } from '../world/http';
import type { Person } from '../world/people';
import { type AttackedShop, openAttackedShop, problemOf, ROLES, type Role, traces } from './attacked-shop';
import { objectsIn, pathOf, sampleOf, withForeign } from './samples';

/** Whoever may call: nobody, a member, staff of one role. */
type Who = 'anonymous' | 'member' | Role;
const EVERYBODY: readonly Who[] = ['anonymous', 'member', ...(Object.keys(ROLES) as Role[])];

/** What the roles are for, written down a second time: a right that slips into a role is noticed here. */
const RIGHTS: Readonly<Record<Role, readonly string[] | 'all'>> = {
  administrator: 'all',
  operator: [...reading(), 'catalog.write', 'order.write', 'promotion.write'],
  customer_service: [...reading(), 'order.write', 'afterSale.write', 'member.reveal'],
  counsel: [...reading(), 'compliance.sign', 'audit.read'],
  finance: [...reading(), 'payment.write', 'withdrawal.review'],
  warehouse: ['dashboard.read', 'order.read', 'fulfilment.read', 'fulfilment.write'],
};

function reading(): string[] {
  return ['dashboard', 'catalog', 'order', 'payment', 'fulfilment', 'promotion', 'compliance', 'member'].map((area) => `${area}.read`);
}

const title = ({ method, path }: RouteContract) => `${method} ${path}`;

/** 401, 403 or let in. */
function verdict({ access }: RouteContract, who: Who): 401 | 403 | 'in' {
  if (access === 'public' || access === 'visitor' || access === 'hook') return 'in';
  if (who === 'anonymous') return 401;
  if (access === 'member') return who === 'member' ? 'in' : 403;
  if (who === 'member') return 403;
  const rights = RIGHTS[who];
  return access === 'staff' || rights === 'all' || rights.includes(access.slice('staff:'.length)) ? 'in' : 403;
}

/** Ends the caller's own session: a test of its own. */
const isLogout = ({ method, path }: RouteContract) => method === 'DELETE' && path.endsWith('/sessions/current');

describe('every route of the product', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  const personOf = (who: Who): Person | undefined => (who === 'anonymous' ? undefined : who === 'member' ? shop.attacker : shop.staff[who]);
  const send = (contract: RouteContract, who: Who, body?: unknown, query = ''): Promise<Answer> => {
    const person = personOf(who);
    return ask(shop.place.serverUrl, {
      method: contract.method,
      path: pathOf(contract.path) + query,
      ...(person === undefined ? {} : { token: person.tokens.accessToken }),
      ...(body === undefined ? {} : { body }),
    });
  };
  /** Nobody is told of something without being told what to do, in Chinese and in English, and every answer has its guards. */
  const expectProper = (answer: Answer, what: string) => {
    expect(answer.status, `${what}\n${answer.status === 500 ? shop.log().slice(-2_000) : ''}`).not.toBe(500);
    expect(answer.headers.get('x-content-type-options'), what).toBe('nosniff');
    expect(answer.headers.get('content-security-policy'), what).toMatch(/default-src 'none'|frame-ancestors 'none'/);
    expect(answer.headers.get('x-request-id'), what).toBeTruthy();
    if (answer.status < 400 || !answer.headers.get('content-type')?.startsWith('application/problem+json')) return;
    const problem = problemOf(answer.text);
    expect(problem.status, what).toBe(answer.status);
    expect(problem.code, what).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
    expect(problem.messageZh, what).toMatch(/\p{Script=Han}/u);
    expect(problem.messageEn, what).toMatch(/[A-Za-z]{2}/);
    expect(problem.messageEn, what).not.toMatch(/\p{Script=Han}{3}/u);
  };

  it('is in the table that these attacks are made from', () => {
    const mounted = shop.program.services.all.flatMap((service) => service.routes.map(({ contract }) => title(contract)));
    const listed = allContracts.map(title);
    expect(new Set(listed).size).toBe(listed.length);
    expect(mounted.filter((route) => !listed.includes(route))).toEqual([]);
    expect(listed.length).toBeGreaterThan(110);
  });

  it('lets in exactly whom it should', async () => {
    const wrong: string[] = [];
    for (const contract of allContracts)
      for (const who of EVERYBODY) {
        const expected = verdict(contract, who);
        if (expected === 'in' && (isLogout(contract) || contract.access === 'hook')) continue;
        const answer = await send(contract, who);
        expectProper(answer, `${title(contract)} as ${who}`);
        const barred = answer.status === 401 || answer.status === 403;
        if (expected === 'in' ? barred && contract.access !== 'public' : answer.status !== expected)
          wrong.push(`${title(contract)} as ${who}: ${answer.status} instead of ${expected}`);
      }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('refuses fields that it does not know, in every object of its body', async () => {
    const before = await traces(shop);
    const foreign = { role: 'administrator', isAdmin: true, memberId: shop.victim.memberId, priceFen: 1, status: 'paid', createdAt: 0 };
    const wrong: string[] = [];
    for (const contract of allContracts.filter(({ body, access }) => body !== undefined && access !== 'hook')) {
      if (contract.consumes !== undefined || contract.body === undefined) continue;
      const sample = sampleOf(contract.body);
      const own = Object.keys(sample as object);
      const extra = Object.fromEntries(Object.entries(foreign).filter(([name]) => !own.includes(name) && !named(contract).includes(name)));
      const answer = await send(contract, whoMay(contract), withForeign(sample, extra));
      expectProper(answer, title(contract));
      const told = answer.status === 429 ? 'limited' : answer.text;
      const missing = objectsIn(sample).flatMap((at) =>
        Object.keys(extra)
          .filter((name) => !told.includes(`"${at}/${name}"`))
          .map((name) => `${at}/${name}`),
      );
      if (answer.status !== 429 && (answer.status !== 422 || missing.length > 0))
        wrong.push(`${title(contract)}: ${answer.status}, not named: ${missing.join(' ')}`);
    }
    expect(wrong).toEqual([]);
    expect(await traces(shop)).toEqual(before);
  }, 120_000);

  it('refuses query fields that it does not know: nobody filters by another owner', async () => {
    const wrong: string[] = [];
    for (const contract of allContracts.filter(({ method, access }) => method === 'GET' && access !== 'hook')) {
      const answer = await send(contract, whoMay(contract), undefined, `?userId=${shop.victim.memberId}&include=user.orders`);
      expectProper(answer, title(contract));
      if (answer.status !== 422) wrong.push(`${title(contract)}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('answers nonsense instead of an id with 4xx', async () => {
    const nonsense = [
      '-1',
      '0',
      '1e3',
      '0x1F',
      '9007199254740993',
      '%20%201',
      '٣',
      'null',
      'undefined',
      "'%20OR%201=1--",
      '%00',
      '..%2F..%2Fetc%2Fpasswd',
      '%E0%A4%A',
    ];
    const wrong: string[] = [];
    for (const contract of allContracts.filter(({ path, access }) => path.includes('/:') && access !== 'hook')) {
      const person = personOf(whoMay(contract));
      for (const id of nonsense) {
        const path = contract.path.replace(/:\w+/g, id);
        const token = person === undefined ? {} : { token: person.tokens.accessToken };
        const answer = await ask(shop.place.serverUrl, {
          method: contract.method,
          path,
          ...token,
          ...(contract.method === 'GET' ? {} : { body: {} }),
        });
        expectProper(answer, `${contract.method} ${path}`);
        const leadsAway = contract.path === '/r/:code' && answer.status === 302;
        if (!leadsAway && (answer.status < 400 || answer.status >= 500)) wrong.push(`${contract.method} ${path}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

/** Fields of any object of the body: those are not foreign. */
function named({ body }: RouteContract): string[] {
  return [...JSON.stringify(body ?? {}).matchAll(/"(\w+)":\{/g)].map(([, name]) => name ?? '');
}

const whoMay = (contract: RouteContract): Who => EVERYBODY.find((who) => verdict(contract, who) === 'in') ?? 'anonymous';
