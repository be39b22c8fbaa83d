import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { i18n } from '../../i18n';
import PlanBanner from '../../layout/PlanBanner.vue';
import { usePlanInUse } from '../../session/plan-in-use-store';
import { type Me, useStaff } from '../../session/staff-store';
import PlansPage from '../promotion/PlansPage.vue';
import CheckPage from './CheckPage.vue';
import { evaluation, finding, signOff } from './fixtures-for-tests';
import type { Evaluation } from './guard-types';
import PlanCheckPage from './PlanCheckPage.vue';
import PlanChecksPage from './PlanChecksPage.vue';

const PLAN = '01jd0000000000000000000001';
const subject = { commission: { levels: [1, 2, 3] } };
const repaired = { commission: { levels: [1] } };
const found = evaluation([
  finding({ ruleId: 'PYR-02', override: 'legal', patch: [{ op: 'remove', path: '/commission/levels/1' }] }),
  finding({ ruleId: 'WX-01' }),
  finding({ ruleId: 'PYR-16', severity: 'warn', override: 'ack' }),
]);

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}
const calls: Call[] = [];
/** Answers by `METHOD path`; what is not here is 404. */
let answers: Record<string, unknown>;

enableAutoUnmount(afterEach);
beforeEach(() => {
  calls.length = 0;
  document.body.innerHTML = '';
  setActivePinia(createPinia());
  answers = {
    'GET /staff/v1/plans': plans('refused'),
    [`GET /staff/v1/guard/plan-versions/${PLAN}`]: { scope: 'plan:three@1', channels: ['app'], subject, evaluation: found },
    'GET /staff/v1/guard/sign-offs': { items: [], nextCursor: null },
    'GET /staff/v1/guard/rules': { packId: 'cn-2026.11', sections: [], items: [] },
    'POST /staff/v1/guard/repairs': {
      applied: ['PYR-02'],
      patch: [],
      diff: '@@ -1,1 +1,1 @@\n-  1, 2, 3\n+  1\n',
      repaired,
      before: found,
      after: evaluation([]),
    },
  };
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const path = address.split('?')[0] ?? '';
    const method = String(init.method);
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    if (method !== 'GET') calls.push({ method, path, body });
    const answer = answers[`${method} ${path}`];
    if (answer instanceof Response) return answer.clone();
    return answer === undefined ? problem(404, 'request.notFound', 'not found') : new Response(JSON.stringify(answer));
  });
});
afterEach(() => vi.unstubAllGlobals());

const problem = (status: number, code: string, messageEn: string) =>
  new Response(JSON.stringify({ code, messageZh: messageEn, messageEn, requestId: 'r1' }), { status });
const plans = (blockedPlans: 'refused' | 'marked') => ({
  items: [
    {
      planVersionId: PLAN,
      nameZh: '三级',
      nameEn: 'Three',
      version: 1,
      code: 'three',
      status: 'draft',
      levels: [],
      blocked: false,
      standing: 'clear',
    },
  ],
  activePlanVersionId: 'another',
  blockedPlans,
});

async function show(page: Component, path: string, address: string, permissions: string[]) {
  useStaff().me = { staff: { username: 'admin' }, permissions } as unknown as Me;
  const routes = [
    { path, component: page },
    { path: '/:rest(.*)*', component: { render: () => null } },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(address);
  const wrapper = mount({ template: '<RouterView />' }, { global: { plugins: [i18n, router] }, attachTo: document.body });
  await flushPromises();
  const all = (testId: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)];
  const press = async (testId: string, at = 0) => {
    all(testId)[at]?.click();
    await flushPromises();
    await flushPromises();
  };
  return { wrapper, router, all, press };
}
const everything = ['compliance.read', 'compliance.sign', 'promotion.read', 'promotion.write'];
const showPlan = (query = '', permissions = everything) =>
  show(PlanCheckPage, '/plan-checks/:planVersionId', `/plan-checks/${PLAN}${query}`, permissions);
const verdict = (all: (testId: string) => HTMLElement[]) => all('verdict')[0]?.dataset.verdict;

describe('plan check', () => {
  it('groups the findings and offers a repair where there is a patch only', async () => {
    const { all } = await showPlan();
    expect(all('finding').map((card) => [card.dataset.severity, card.dataset.rule])).toEqual([
      ['block', 'PYR-02'],
      ['block', 'WX-01'],
      ['warn', 'PYR-16'],
    ]);
    expect(all('finding-repair')).toHaveLength(1);
    expect(all('finding-sign')).toHaveLength(1);
    expect(all('finding-acknowledge')).toHaveLength(1);
  });

  it('shows the new findings before anything is saved, then keeps a copy that can be thrown away', async () => {
    const { all, press, router } = await showPlan();
    await press('finding-repair');
    expect(router.currentRoute.value.query).toEqual({ repair: 'PYR-02' });
    expect(calls).toEqual([
      { method: 'POST', path: '/staff/v1/guard/repairs', body: { subjectType: 'plan', subject, ruleIds: ['PYR-02'] } },
    ]);
    expect(all('diff-removed').map((line) => line.textContent)).toEqual([expect.stringMatching(/−删除\s*1, 2, 3/)]);
    expect(all('diff-added')[0]?.textContent).toMatch(/\+新增\s*1/);
    expect(all('repair-resolved')[0]?.textContent).toContain('WX-01');
    expect(verdict(all)).toBe('block');
    await press('repair-adopt');
    expect(verdict(all)).toBe('clean');
    expect(all('working-copy')).toHaveLength(1);
    expect(all('verdict-summary')[0]?.textContent).toBe('按规则包 cn-2026.11 未发现已知违规项');
    await press('copy-discard');
    expect([verdict(all), all('working-copy')]).toEqual(['block', []]);
    expect(calls).toHaveLength(1);
  });

  it('keeps a copy in the history as a draft only when asked', async () => {
    answers['POST /staff/v1/guard/evaluations'] = evaluation([], { evaluationId: 'e1', scope: 'draft:three-v1' });
    const { all, press } = await showPlan('?repair=all');
    await press('repair-adopt');
    await press('copy-keep');
    expect(calls.at(-1)).toEqual({
      method: 'POST',
      path: '/staff/v1/guard/evaluations',
      body: { subjectType: 'plan', subject: repaired, scope: 'draft:three-v1' },
    });
    expect(all('copy-kept')[0]?.getAttribute('href')).toBe('/evaluations/e1');
  });

  it('refuses publication with the reason in production', async () => {
    const { all } = await showPlan();
    expect(all('publish-card')[0]?.dataset.state).toBe('refused');
    expect(all('plan-publish')[0]?.hasAttribute('disabled')).toBe(true);
    const words = all('publish-card')[0]?.textContent ?? '';
    expect(words).toMatch(/必须修改方案：\s*WX-01/);
    expect(words).toMatch(/由法务签署：\s*PYR-02/);
  });

  it('publishes a blocked plan on trial in the sandbox after asking', async () => {
    answers['GET /staff/v1/plans'] = plans('marked');
    answers[`POST /staff/v1/plans/${PLAN}/publication`] = {};
    const { press, all } = await showPlan();
    expect(all('publish-card')[0]?.dataset.state).toBe('trial');
    await press('plan-publish');
    expect(calls).toEqual([]);
    await press('plan-publish-confirm');
    expect(calls).toEqual([{ method: 'POST', path: `/staff/v1/plans/${PLAN}/publication`, body: {} }]);
  });

  it('hides what the reader may not do', async () => {
    const { all } = await showPlan('?sign=PYR-02', ['compliance.read', 'promotion.read']);
    expect(all('finding')).toHaveLength(3);
    expect([all('finding-sign'), all('finding-acknowledge'), all('plan-publish'), all('sign-off-form')]).toEqual([[], [], [], []]);
  });

  it('tells who has signed and what is missing', async () => {
    answers['GET /staff/v1/guard/sign-offs'] = { items: [signOff({ scope: 'plan:three@1' })], nextCursor: null };
    const { all } = await showPlan('?tab=signOffs');
    expect(all('sign-off-missing').map((row) => row.dataset.rule)).toEqual(['PYR-02']);
    expect(all('sign-off-missing')[0]?.textContent).toContain('待第二人签署');
    expect(all('sign-off-card')).toHaveLength(1);
  });

  it('moves through the findings by keys', async () => {
    const { router } = await showPlan();
    for (const key of ['j', 'j', 'k', 'Enter']) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      await flushPromises();
    }
    expect(router.currentRoute.value.query).toEqual({ rule: 'PYR-02' });
  });

  it('keeps what was read when the server fails, and says so', async () => {
    const { all, wrapper } = await showPlan();
    answers[`GET /staff/v1/guard/plan-versions/${PLAN}`] = problem(503, 'server.busy', 'busy');
    await wrapper.get('header button').trigger('click');
    await flushPromises();
    expect(all('finding')).toHaveLength(3);
    expect(all('problem').map((note) => note.dataset.code)).toContain('server.busy');
  });
});

describe('plan checks', () => {
  it('show the plan in use first, and every version that can be judged though another cannot', async () => {
    const second = '01jd0000000000000000000002';
    const { items, ...rest } = plans('refused');
    answers['GET /staff/v1/plans'] = {
      ...rest,
      items: [...items, { ...items[0], planVersionId: second, nameZh: '单级', code: 'direct' }],
      activePlanVersionId: second,
    };
    answers[`GET /staff/v1/guard/plan-versions/${second}`] = problem(503, 'server.busy', 'busy');
    const { all, press, router } = await show(PlanChecksPage, '/plan-checks', '/plan-checks', everything);
    const rows = all('plan-check-row').map((row) => row.textContent);
    expect(rows[0]).toMatch(/单级.*没能检查/);
    expect(rows[1]).toMatch(/三级.*有阻止项/);
    expect(all('count-block').map((tag) => tag.dataset.count)).toEqual(['2']);
    await press('plan-check-row', 1);
    expect(router.currentRoute.value.path).toBe(`/plan-checks/${PLAN}`);
  });
});

describe('banner', () => {
  const showBanner = (permissions: string[]) => show(PlanBanner, '/', '/', permissions);
  const running = (fields: object) => ({
    ...plans('marked'),
    items: [{ ...plans('marked').items[0], blocked: true, standing: 'stopped', ...fields }],
    activePlanVersionId: PLAN,
  });

  it('stays while the server cannot be reached and goes when the server says so', async () => {
    answers['GET /staff/v1/plans'] = running({});
    const { all } = await showBanner(everything);
    const planInUse = usePlanInUse();
    expect(all('plan-banner')).toEqual([]);
    await planInUse.refresh();
    await flushPromises();
    expect(all('plan-banner')[0]?.textContent).toContain('当前推广方案有违规项，仅限沙箱试运行');
    expect(all('plan-banner')[0]?.querySelector('a')?.getAttribute('href')).toBe(`/plan-checks/${PLAN}`);
    answers['GET /staff/v1/plans'] = problem(503, 'server.busy', 'busy');
    await planInUse.refresh();
    await flushPromises();
    expect(all('plan-banner')).toHaveLength(1);
    answers['GET /staff/v1/plans'] = running({ blocked: false, standing: 'clear' });
    await planInUse.refresh();
    await flushPromises();
    expect(all('plan-banner')).toEqual([]);
  });

  it('leads nowhere for those who may not read the findings', async () => {
    answers['GET /staff/v1/plans'] = running({});
    const { all } = await showBanner(['promotion.read']);
    await usePlanInUse().refresh();
    await flushPromises();
    expect([all('plan-banner').length, all('plan-banner')[0]?.querySelector('a') ?? null]).toEqual([1, null]);
  });
});

describe('list of plans', () => {
  it('says what the rule pack says before a version is published', async () => {
    const { all, press } = await show(PlansPage, '/plans', '/plans', everything);
    expect(all('plan-verdict')).toEqual([]);
    await press('plan-publish');
    expect(all('plan-verdict')[0]?.textContent).toContain('按规则包 cn-2026.11 发现 3 项');
    expect(all('plan-verdict-refusal')[0]?.textContent).toContain('PYR-02、WX-01');
    expect(calls).toEqual([]);
  });

  it('shows no verdict to those who may not read it', async () => {
    const { all, press } = await show(PlansPage, '/plans', '/plans', ['promotion.read', 'promotion.write']);
    await press('plan-publish');
    expect([all('plan-verdict'), all('plan-to-check')]).toEqual([[], []]);
  });
});

describe('paste and check', () => {
  const showCheck = (query = '') => show(CheckPage, '/check', `/check${query}`, ['compliance.read']);
  const type = async (text: string) => {
    const area = document.querySelector<HTMLTextAreaElement>('[data-testid="check-json"]')!;
    area.value = text;
    area.dispatchEvent(new Event('input'));
    await flushPromises();
  };
  const submit = async () => {
    document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    await flushPromises();
  };

  it('calls nobody for what is not JSON and says where', async () => {
    const { all } = await showCheck();
    await submit();
    expect(all('check-fault')[0]?.textContent).toBe('请先粘贴内容或载入示例');
    await type('{\n  "a": 1,\n  b: 2\n}');
    await submit();
    expect(all('check-fault')[0]?.textContent).toBe('第 3 行第 3 列附近不是有效的 JSON');
    expect(calls).toEqual([]);
  });

  it('names the field that the server cannot read, and its line', async () => {
    answers['POST /staff/v1/guard/evaluations'] = problem(
      422,
      'guard.unreadable',
      'The subject cannot be read: /hostAge: Expected integer',
    );
    const { all } = await showCheck('?type=live');
    await type('{\n  "hostVerified": true,\n  "hostAge": "17"\n}');
    await submit();
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/staff/v1/guard/evaluations',
        body: { subjectType: 'live', subject: { hostVerified: true, hostAge: '17' } },
      },
    ]);
    expect(all('check-field')[0]?.textContent).toContain('/hostAge');
    expect(all('check-field')[0]?.textContent).toContain('3');
    expect(all('verdict')).toEqual([]);
  });

  it('judges the example of the address; a changed text makes the result old and its repairs go', async () => {
    const judged: Evaluation = evaluation([finding({ ruleId: 'ADV-10', patch: [{ op: 'replace', path: '/adLabel', value: true }] })]);
    answers['POST /staff/v1/guard/evaluations'] = judged;
    const { all, router } = await showCheck('?type=content&example=poster');
    await router.push('/check?type=content&example=poster&rule=ADV-10');
    await flushPromises();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toMatchObject({ subjectType: 'content', subject: { kind: 'poster', adLabel: false } });
    expect([all('finding').length, all('finding-repair').length, all('check-outdated').length]).toEqual([1, 1, 0]);
    await type('{}');
    expect([all('finding').length, all('finding-repair').length, all('check-outdated').length]).toEqual([1, 0, 1]);
  });

  it('puts a repaired subject back into the text', async () => {
    answers['POST /staff/v1/guard/evaluations'] = found;
    const { all, press } = await showCheck();
    await type(JSON.stringify(subject));
    await submit();
    await press('repair-all');
    await press('repair-adopt');
    expect(JSON.parse((all('check-json')[0] as HTMLTextAreaElement).value)).toEqual(repaired);
    expect(verdict(all)).toBe('clean');
    expect(all('check-outdated')).toEqual([]);
  });

  it('judges campaigns for the same people together with the plan, and repairs nothing then', async () => {
    answers['POST /staff/v1/guard/evaluations'] = found;
    const { all } = await showCheck();
    await type(JSON.stringify(subject));
    const beside = async (text: string) => {
      const area = all('check-alongside')[0] as HTMLTextAreaElement;
      area.value = text;
      area.dispatchEvent(new Event('input'));
      await flushPromises();
      await submit();
    };
    await beside('[1]');
    expect([calls, all('check-alongside-fault').length]).toEqual([[], 1]);
    await beside('{"rewards": []}');
    expect(calls.map((call) => call.body)).toEqual([{ subjectType: 'plan', subject, alongside: [{ rewards: [] }] }]);
    expect([all('finding').length, all('finding-repair').length, all('repair-all').length]).toEqual([3, 0, 0]);
  });

  it('keeps what was checked only under a name and when asked', async () => {
    answers['POST /staff/v1/guard/evaluations'] = evaluation([], { evaluationId: 'e7' });
    const { press, all, router } = await showCheck('?type=ledger');
    await type('{"level": 1}');
    await submit();
    await press('check-keep');
    await press('check-keep-confirm');
    expect(calls).toHaveLength(1);
    const name = all('check-keep-text').find((field) => field instanceof HTMLTextAreaElement) as HTMLTextAreaElement;
    name.value = 'entry-7';
    name.dispatchEvent(new Event('input'));
    await flushPromises();
    await press('check-keep-confirm');
    expect(calls.at(-1)?.body).toEqual({ subjectType: 'ledger', subject: { level: 1 }, scope: 'draft:entry-7' });
    expect(router.currentRoute.value.path).toBe('/evaluations/e7');
  });

  it('takes up a judgement that was kept, with its kind', async () => {
    answers['GET /staff/v1/guard/evaluations/e1'] = { evaluation: evaluation([], { subjectType: 'ledger' }), subject: { level: 1 } };
    answers['POST /staff/v1/guard/evaluations'] = evaluation([]);
    const { router } = await showCheck('?evaluation=e1');
    expect(calls.map((call) => call.body)).toEqual([{ subjectType: 'ledger', subject: { level: 1 } }]);
    expect(router.currentRoute.value.query).toEqual({ evaluation: 'e1', type: 'ledger' });
  });
});
