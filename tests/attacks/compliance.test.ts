import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, bodyOf, until } from '../world/http';
import type { Person } from '../world/people';
import { type AttackedShop, openAttackedShop, problemOf } from './attacked-shop';

interface Plan {
  readonly planVersionId: string;
  readonly code: string;
  readonly scope: string;
  readonly status: string;
  readonly blocked: boolean;
  readonly standing: string;
}
interface Judgement {
  readonly scope: string;
  readonly evaluation: { readonly verdict: string; readonly blocked: boolean; readonly groups: { findings: { ruleId: string }[] }[] };
}

/** The running shop's own plans, mapped as they run and judged by the pack that ships. */
describe('plans of the running shop before the compliance engine', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  const get = async <T>(path: string, who: Person = shop.staff.operator) =>
    bodyOf<T>(await ask(shop.place.serverUrl, { path: `/staff/v1${path}`, token: who.tokens.accessToken }));
  const post = (path: string, body: unknown, who: Person) =>
    ask(shop.place.serverUrl, {
      method: 'POST',
      path: `/staff/v1${path}`,
      body,
      key: `compliance${path.replaceAll('/', ':')}`,
      token: who.tokens.accessToken,
    });
  const planOf = async (code: string) => {
    const plan = (await get<{ items: Plan[] }>('/plans')).items.find((candidate) => candidate.code === code);
    if (plan === undefined) throw new Error(`no plan ${code}`);
    return plan;
  };
  const judged = async (code: string) => {
    const { evaluation } = await get<Judgement>(`/guard/plan-versions/${(await planOf(code)).planVersionId}`);
    return { ...evaluation, ruleIds: evaluation.groups.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId)) };
  };

  it('given the three-level demonstration plan, then the sandbox runs it marked, and the judgement was kept', async () => {
    expect(await planOf('three-level-demo')).toMatchObject({ status: 'published', blocked: true });
    const { verdict, blocked, ruleIds } = await judged('three-level-demo');
    expect([verdict, blocked]).toEqual(['block', true]);
    expect(ruleIds).toEqual(['PYR-02', 'PYR-06', 'PYR-25', 'WX-01', 'PYR-17', 'PYR-18', 'WX-06']);
    const history = await get<{ items: { cause: string; blocked: boolean }[] }>('/guard/evaluations?scope=plan:three-level-demo@1');
    expect(history.items).toMatchObject([{ cause: 'publication', blocked: true }]);
  });

  it('given counsel, then nobody signs for WeChat channels, for what nobody may sign for, or without the right to', async () => {
    const { counsel, operator } = shop.staff;
    const { riskTextHash } = bodyOf<{ riskTextHash: string }>(await post('/guard/risk-text', { ruleIds: ['PYR-02'] }, counsel));
    const signOff = {
      ...{ scope: 'plan:three-level-demo@1', ruleIds: ['PYR-02'], opinionId: 'opinion-1', counselName: '沈律师' },
      ...{ counselLicenceNo: '13702202010000000', channels: ['app', 'wechat_mp'], riskTextHash, validUntil: '2027-01-31T00:00:00+08:00' },
    };
    const refused = await post('/guard/sign-offs', signOff, counsel);
    expect([refused.status, problemOf(refused.text).code]).toEqual([422, 'guard.signOffRefused']);
    expect((await post('/guard/sign-offs', { ...signOff, channels: ['app'] }, operator)).status).toBe(403);
    expect((await get<{ items: unknown[] }>('/guard/sign-offs')).items).toEqual([]);
  });

  it('given the direct-sale plan, when it is published, then nothing blocks it and it is watched from then on', async () => {
    const { verdict, blocked, ruleIds } = await judged('direct-sale');
    expect([verdict, blocked, ruleIds]).toEqual(['warn', false, ['PYR-17', 'PYR-18', 'WX-06']]);
    const plan = await planOf('direct-sale');
    const published = await post(`/plans/${plan.planVersionId}/publication`, {}, shop.staff.operator);
    expect([published.status, bodyOf<Plan>(published)]).toMatchObject([200, { status: 'published', blocked: false, standing: 'clear' }]);
    const watched = await until('the plan to be watched', async () => {
      const { items } = await get<{ items: { scope: string; standing: string }[] }>('/guard/standings');
      return items.find(({ scope }) => scope === plan.scope);
    });
    expect(watched.standing).toBe('clear');
  });
});
