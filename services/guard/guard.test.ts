import { emptiedDatabases, type TestDatabase, testDatabases } from '@qianxing/testing';
import { DAY_MS, toIso } from '@qianxing/time';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compilePack, type Pack } from './engine/pack';
import { contentHash } from './engine/signature';
import { approve } from './store';
import { cleanPlan } from './testing/clean-subjects';
import { originalIdea } from './testing/fixtures';
import { AT, changed, pack } from './testing/judging';
import { openRoom, type Room } from './testing/room';

const kept = emptiedDatabases();
afterAll(() => kept.closeAll());

const twoLevels = changed(cleanPlan, {
  '/channels': ['app', 'h5'],
  '/commission/levels': [
    { level: 1, basis: 'own_direct_sale', rateBps: 400 },
    { level: 2, basis: 'downline_sale', rateBps: 100 },
  ],
});
const threeLevels = changed(twoLevels, {
  '/commission/levels': [...twoLevels.commission.levels, { level: 3, basis: 'downline_sale', rateBps: 50 }],
});
const scope = 'plan:three@1';

/** The next pack, in which one rule is stricter. */
function nextPack(ruleId: string, change: object): Pack {
  const document = structuredClone(pack.document) as { packId: string; sections: { rules: { id: string }[] }[] };
  document.packId = 'cn-2027.01';
  for (const { rules } of document.sections) for (const rule of rules) if (rule.id === ruleId) Object.assign(rule, change);
  const compiled = compilePack(document);
  if ('fault' in compiled) throw new Error(compiled.fault);
  return compiled;
}

interface Group {
  severity: string;
  findings: { ruleId: string; answeredBy: string | null; patch: object[] | null; undecided: string | null }[];
}
const idsOf = (groups: readonly Group[]) => groups.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId));

describe.each(testDatabases())('guard on $name', (kind) => {
  let database: TestDatabase;
  let room: Room;
  beforeEach(async () => {
    database = await kept.open(kind, async () => {});
    room = await openRoom(database);
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    await room.close();
    await database.close();
  });

  const riskTextHash = async (ruleIds: string[]) => (await room.post('/risk-text', { ruleIds })).body.riskTextHash as string;
  const proposal = async (more: object = {}, ruleIds = ['PYR-02']) => ({
    ...{ scope, ruleIds, opinionId: 'opinion-17', counselName: '沈律师', counselLicenceNo: '13702202010000000' },
    ...{ channels: ['app', 'h5'], validUntil: toIso(AT + 90 * DAY_MS), riskTextHash: await riskTextHash(ruleIds) },
    ...more,
  });
  const propose = async (who = 'first', more: object = {}) => room.post('/sign-offs', await proposal(more), who);
  const judged = async (subject: object, more: object = {}) => room.post('/evaluations', { subjectType: 'plan', subject, ...more });

  describe('judging', () => {
    it('given a clean plan, then it says by which pack nothing was found, and stores nothing', async () => {
      const { status, body } = await judged(cleanPlan);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        ...{ verdict: 'clean', blocked: false, packId: 'cn-2026.11', groups: [], evaluationId: null, rulesAsked: 49 },
        summaryZh: '按规则包 cn-2026.11 未发现已知违规项',
        subjectHash: contentHash(cleanPlan),
      });
      expect((await room.get('/evaluations')).body.items).toEqual([]);
    });

    it('given the plan as first imagined, then the findings come by severity with their patches', async () => {
      const { body } = await judged(originalIdea);
      const groups = body.groups as Group[];
      expect(groups.map(({ severity, findings }) => [severity, findings.length])).toEqual([
        ['block', 10],
        ['warn', 5],
      ]);
      expect(body).toMatchObject({ verdict: 'block', blocked: true, counts: { block: 10, warn: 5, info: 0 } });
      expect(groups[0]?.findings[0]).toMatchObject({ ruleId: 'PYR-02', override: 'legal', answeredBy: null, undecided: null });
      expect(groups[0]?.findings.every(({ patch }) => patch !== null)).toBe(true);
    });

    it('given campaigns alongside, then everything is judged as one plan', async () => {
      const { body } = await judged(cleanPlan, { alongside: [{ entry: { feeFen: 1 } }, { tree: { recruitQuota: 1 } }] });
      expect(idsOf(body.groups)).toContain('PYR-25');
      expect((await judged(cleanPlan, { alongside: ['campaign'] })).status).toBe(422);
    });

    it.each([
      ['no object', null],
      ['a text for an amount', changed(cleanPlan, { '/entry/feeFen': '1' })],
    ])('given %s, then it is refused with the fault', async (_name, subject) => {
      const { status, body } = await judged(subject as object);
      expect([status, body.code]).toEqual([422, 'guard.unreadable']);
    });

    it('keeps the history of a scope, page by page', async () => {
      const draft = 'draft:spring';
      for (const subject of [originalIdea, threeLevels, cleanPlan]) {
        await judged(subject, { scope: draft });
        room.clock.advance(1_000);
      }
      const first = (await room.get(`/evaluations?scope=${draft}&limit=2`)).body;
      expect(first.items.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['clean', 'block']);
      const second = (await room.get(`/evaluations?scope=${draft}&limit=2&cursor=${first.nextCursor}`)).body;
      expect(second).toMatchObject({ items: [{ verdict: 'block', counts: { block: 10 }, staffName: 'reader' }], nextCursor: null });
      const [{ evaluationId }] = second.items;
      const one = (await room.get(`/evaluations/${evaluationId}`)).body;
      expect([one.subject, one.evaluation.groups.length]).toEqual([originalIdea, 2]);
      expect((await room.get('/evaluations?scope=draft:other')).body.items).toEqual([]);
      expect((await room.get(`/evaluations/${'0'.repeat(26)}`)).status).toBe(404);
    });

    it('shows a stored plan version as the rules see it', async () => {
      const planVersionId = '0'.repeat(26);
      room.plans.set(planVersionId, { scope, plan: threeLevels });
      const { body } = await room.get(`/plan-versions/${planVersionId}`);
      expect(body).toMatchObject({ scope, channels: ['app', 'h5'], subject: threeLevels, evaluation: { verdict: 'block', blocked: true } });
      expect((await room.get(`/plan-versions/${'1'.repeat(26)}`)).status).toBe(404);
    });
  });

  describe('repairing', () => {
    it('given the plan as first imagined, then patch, diff and judgements before and after are shown and nothing is stored', async () => {
      const { body } = await room.post('/repairs', { subjectType: 'plan', subject: originalIdea });
      expect(body).toMatchObject({ before: { verdict: 'block' }, after: { verdict: 'clean', counts: { block: 0, warn: 0, info: 0 } } });
      expect(body.diff).toMatch(/^-\s+"recruitQuota": 3,$/m);
      expect(body.patch).toContainEqual({ op: 'replace', path: '/tree/recruitQuota', value: 0 });
      expect((await room.get('/evaluations')).body.items).toEqual([]);
      const one = (await room.post('/repairs', { subjectType: 'plan', subject: originalIdea, ruleIds: ['PYR-10'] })).body;
      expect(one.applied).toEqual(['PYR-10']);
      expect(idsOf(one.after.groups)).toContain('PYR-02');
    });
  });

  describe('rules', () => {
    it('show the pack, its rules by kind, and what the articles of one say', async () => {
      expect((await room.get('/packs')).body).toMatchObject({ currentPackId: 'cn-2026.11', items: [{ rules: 121 }] });
      expect((await room.get('/rules')).body.items).toHaveLength(121);
      expect((await room.get('/rules?subjectType=live')).body.items).toHaveLength(7);
      const { body } = await room.get('/rules/PYR-08');
      expect(body).toMatchObject({ ruleId: 'PYR-08', override: 'never', repairable: true, when: 'p => keepBuy(p)' });
      expect(body.citations[0]).toMatchObject({ citation: '禁止传销条例 7(2)', articles: [{ law: '禁止传销条例', label: '7(2)' }] });
      expect((await room.get('/rules/PYR-99')).status).toBe(404);
    });
  });

  describe('signatures', () => {
    it('given two people, then the blocked plan is free on these channels until the day, and not after', async () => {
      expect((await judged(threeLevels, { scope })).body.blocked).toBe(true);
      const { status, body: proposed } = await propose();
      expect([status, proposed.status, proposed.proposedBy]).toEqual([201, 'proposed', 'first']);
      expect((await judged(threeLevels, { scope })).body.blocked).toBe(true);
      const own = await room.post(`/sign-offs/${proposed.signOffId}/approval`, {}, 'first');
      expect([own.status, own.body.code]).toEqual([409, 'guard.secondPersonNeeded']);
      const approved = await room.post(`/sign-offs/${proposed.signOffId}/approval`, {}, 'second');
      expect(approved.body).toMatchObject({ status: 'effective', approvedBy: 'second', expired: false });
      const free = (await judged(threeLevels, { scope })).body;
      expect([free.verdict, free.blocked, free.groups[0].findings[0].answeredBy]).toEqual(['block', false, 'sign_off']);
      expect((await judged(threeLevels, { scope: 'plan:three@2' })).body.blocked).toBe(true);
      expect((await judged(changed(threeLevels, { '/channels': ['app', 'wechat_mp'] }), { scope })).body.blocked).toBe(true);
      room.clock.advance(90 * DAY_MS);
      expect((await judged(threeLevels, { scope })).body.blocked).toBe(true);
      expect((await room.get(`/sign-offs?scope=${scope}`)).body.items).toMatchObject([{ status: 'effective', expired: true }]);
    });

    it.each<[string, object]>([
      ['a WeChat channel', { channels: ['app', 'wechat_mp'] }],
      ['a day that is past', { validUntil: toIso(AT - 1) }],
      ['a term of 181 days', { validUntil: toIso(AT + 181 * DAY_MS) }],
      ['texts that were not shown', { riskTextHash: '0'.repeat(64) }],
    ])('given %s, then the signature is refused', async (_name, more) => {
      const { status, body } = await propose('first', more);
      expect([status, body.code]).toEqual([422, 'guard.signOffRefused']);
      expect((await room.get('/sign-offs')).body.items).toEqual([]);
    });

    it('given a rule that nobody may sign for, then the signature is refused', async () => {
      const { status } = await room.post('/sign-offs', await proposal({}, ['PYR-06']), 'first');
      expect(status).toBe(422);
    });

    it('given somebody who may only read, then nothing is signed', async () => {
      expect((await propose('reader')).status).toBe(403);
      const { signOffId } = (await propose()).body;
      expect((await room.post(`/sign-offs/${signOffId}/approval`, {}, 'reader')).status).toBe(403);
      expect((await room.get('/sign-offs')).body.items).toMatchObject([{ status: 'proposed' }]);
    });

    it('given a withdrawn signature, then it counts no more and cannot be approved', async () => {
      const { signOffId } = (await propose()).body;
      await room.post(`/sign-offs/${signOffId}/approval`, {}, 'second');
      const withdrawn = await room.post(`/sign-offs/${signOffId}/withdrawal`, { reason: '意见书已撤回' }, 'third');
      expect(withdrawn.body.status).toBe('withdrawn');
      expect((await judged(threeLevels, { scope })).body.blocked).toBe(true);
      expect((await room.post(`/sign-offs/${signOffId}/approval`, {}, 'second')).status).toBe(409);
      expect((await room.post(`/sign-offs/${signOffId}/withdrawal`, { reason: '再次撤回' }, 'third')).status).toBe(409);
    });

    const signer = (staffId: string) => ({ staffId, staffName: staffId, at: AT });
    const approveBy = (signOffId: string, staffId: string) =>
      database.transaction((transaction) => approve(transaction, signOffId, signer(staffId)));

    it('given several people who sign at once, the first signer among them, then exactly one other person is the second', async () => {
      const { signOffId } = (await propose()).body;
      const outcomes = await Promise.all(['first', 'second', 'third', 'fourth'].map((staffId) => approveBy(signOffId, staffId)));
      expect(outcomes[0]).toBe(false);
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('given the same without the guard of the update, then every one of them signs: the test above would fail', async () => {
      const { signOffId } = (await propose()).body;
      const unguarded = (staffId: string) =>
        database.transaction(async (transaction) => {
          const { numAffectedRows } = await sql`update guard_sign_offs set status = 'effective', approvedBy = ${staffId}
            where signOffId = ${signOffId}`.execute(transaction);
          return numAffectedRows === 1n;
        });
      expect(await Promise.all(['second', 'third', 'fourth'].map(unguarded))).toEqual([true, true, true]);
      // The table itself still refuses the same person twice.
      await expect(unguarded('first')).rejects.toThrow();
    });

    it('given rules that only need confirmation, then one person confirms, and nothing else passes that way', async () => {
      const overdue = changed(cleanPlan, { '/commission/clawback': 'none' });
      expect((await judged(overdue, { scope })).body.blocked).toBe(true);
      const confirmed = await room.post('/acknowledgements', { scope, ruleIds: ['PAY-09'] }, 'first');
      expect(confirmed.body.items).toMatchObject([{ ruleId: 'PAY-09', staffName: 'first' }]);
      await room.post('/acknowledgements', { scope, ruleIds: ['PAY-09'] }, 'second');
      expect((await judged(overdue, { scope })).body).toMatchObject({ verdict: 'block', blocked: false });
      expect((await judged(overdue, { scope: 'plan:other@1' })).body.blocked).toBe(true);
      expect((await room.post('/acknowledgements', { scope, ruleIds: ['PYR-02'] }, 'first')).status).toBe(422);
      expect((await room.post('/acknowledgements', { scope, ruleIds: ['PYR-99'] }, 'first')).status).toBe(404);
      expect((await room.post('/acknowledgements', { scope, ruleIds: ['PAY-09'] }, 'reader')).status).toBe(403);
    });
  });

  describe('plans in force', () => {
    const standings = async () => (await room.get('/standings')).body.items;

    it('given a plan about to be published, then the judgement is kept and says whether it is blocked', async () => {
      const { judgePlan } = room.service.api;
      const blocked = await judgePlan({ scope, plan: threeLevels, staffName: 'operator' });
      expect(blocked).toMatchObject({ verdict: 'block', blocked: true, openRuleIds: ['PYR-02'], packId: 'cn-2026.11' });
      expect((await room.get(`/evaluations/${blocked.evaluationId}`)).body.evaluation).toMatchObject({ cause: 'publication', scope });
      await expect(judgePlan({ scope, plan: {} as typeof threeLevels, staffName: null })).resolves.toMatchObject({ blocked: true });
    });

    it('given another plan is published, then only that one is in force', async () => {
      await room.publish('plan:clean@1', cleanPlan);
      room.clock.advance(1_000);
      await room.publish(scope, twoLevels);
      expect(await standings()).toMatchObject([{ scope, verdict: 'warn', standing: 'clear', graceUntil: null }]);
      room.clock.advance(1_000);
      await room.publish('plan:clean@1', cleanPlan);
      expect(await standings()).toMatchObject([{ scope: 'plan:clean@1', verdict: 'clean' }]);
      expect(await room.review()).toBe(0);
    });

    it('given a new pack that counsel could sign against, then there is a grace period, once, and then a stop', async () => {
      await room.publish(scope, twoLevels);
      const later = await openRoom(database, { pack: nextPack('PYR-03', { severity: 'block' }), clock: room.clock });
      expect([await later.review(), await later.review()]).toEqual([1, 0]);
      const graceUntil = AT + 30 * DAY_MS;
      const told = { topic: 'guard.standingChanged', payload: { scope, packId: 'cn-2027.01', openRuleIds: ['PYR-03'] } };
      expect(later.emitted).toMatchObject([{ ...told, payload: { ...told.payload, standing: 'grace', graceUntil } }]);
      expect((await later.get(`/evaluations?scope=${scope}`)).body.items).toMatchObject([{ cause: 'pack_change', verdict: 'block' }]);
      room.clock.set(graceUntil - 1);
      expect(await later.review()).toBe(0);
      room.clock.set(graceUntil);
      expect(await later.review()).toBe(1);
      expect(later.emitted.at(-1)).toMatchObject({ payload: { standing: 'stopped', graceUntil: null } });
      expect(await standings()).toMatchObject([{ standing: 'stopped', packId: 'cn-2027.01' }]);
      await later.close();
    });

    it('given a new pack with a rule that nobody may override, then the plan stops at once', async () => {
      await room.publish(scope, twoLevels);
      const later = await openRoom(database, { pack: nextPack('PYR-03', { severity: 'block', override: 'never' }), clock: room.clock });
      await later.review();
      expect(later.emitted).toMatchObject([{ payload: { standing: 'stopped' } }]);
      await later.close();
    });

    it('given a rule that begins to hold on a day, then the plan is judged again on that day', async () => {
      const later = await openRoom(database, { pack: nextPack('PYR-03', { severity: 'block', from: '2027-01-01' }), clock: room.clock });
      await later.publish(scope, twoLevels);
      room.clock.set(Date.parse('2026-12-31T23:59:59+08:00'));
      expect([await later.review(), later.emitted]).toEqual([0, []]);
      room.clock.set(Date.parse('2027-01-01T00:00:00+08:00'));
      expect([await later.review(), await later.review()]).toEqual([1, 0]);
      expect(later.emitted).toMatchObject([{ payload: { standing: 'grace', openRuleIds: ['PYR-03'] } }]);
      await later.close();
    });

    it('given a process that still has the old pack, then it leaves alone what the new one judged', async () => {
      await room.publish(scope, twoLevels);
      const later = await openRoom(database, { pack: nextPack('PYR-03', { severity: 'block' }), clock: room.clock });
      await later.review();
      room.clock.advance(31 * DAY_MS);
      expect([await room.review(), room.emitted]).toEqual([0, []]);
      expect([await later.review(), later.emitted.length]).toEqual([1, 2]);
      await later.close();
    });

    it('given a new pack that changes nothing for the plan, then it is judged again and nobody is told', async () => {
      await room.publish(scope, twoLevels);
      const later = await openRoom(database, { pack: nextPack('PYR-28', { zh: '改写' }), clock: room.clock });
      expect([await later.review(), later.emitted]).toEqual([1, []]);
      expect(await standings()).toMatchObject([{ packId: 'cn-2027.01', standing: 'clear' }]);
      await later.close();
    });

    it('given a signature for a stopped plan, then it stands again until the signature ends or is withdrawn', async () => {
      await room.publish(scope, threeLevels);
      expect(await standings()).toMatchObject([{ standing: 'stopped' }]);
      expect(room.emitted[0]).toMatchObject({ payload: { scope, standing: 'stopped', openRuleIds: ['PYR-02'] } });
      const { signOffId } = (await propose()).body;
      await room.post(`/sign-offs/${signOffId}/approval`, {}, 'second');
      expect(await room.review()).toBe(1);
      expect(room.emitted.at(-1)).toMatchObject({ payload: { standing: 'clear', openRuleIds: [] } });
      room.clock.advance(90 * DAY_MS);
      expect(await room.review()).toBe(1);
      expect(await standings()).toMatchObject([{ standing: 'stopped' }]);
      expect(await room.review()).toBe(0);
    });
  });

  describe('tax', () => {
    const previewOf = (body: object) => room.post('/tax-previews', body);

    it('given months, a payment or a prize, then it shows gross, tax, net and the days of filing', async () => {
      const months = [10_000, 10_000].map((yuan, position) => ({ month: `2026-1${position + 1}`, incomeFen: yuan * 100 }));
      expect((await previewOf({ kind: 'cumulative', months })).body).toEqual({
        items: [
          {
            ...{ month: '2026-11', grossFen: 1_000_000, taxFen: 9_000, netFen: 991_000, vatMayBeExempt: true },
            withholdingReturn: '2026-12-15',
            platformReport: '2027-01-31',
          },
          {
            ...{ month: '2026-12', grossFen: 1_000_000, taxFen: 9_000, netFen: 991_000, vatMayBeExempt: true },
            withholdingReturn: '2027-01-15',
            platformReport: '2027-01-31',
          },
        ],
        registerBusiness: false,
        keepYears: 10,
      });
      const payment = { kind: 'per_payment', month: '2026-11', incomeFen: 2_500_000 };
      expect((await previewOf(payment)).body.items).toMatchObject([{ taxFen: 400_000, netFen: 2_100_000 }]);
      const prize = { kind: 'prize', month: '2026-11', valueFen: 600_000, form: 'goods' };
      expect((await previewOf({ ...prize, borneBy: 'winner' })).body.items).toMatchObject([{ taxFen: 120_000, netFen: 480_000 }]);
      expect((await previewOf({ ...prize, borneBy: 'operator' })).body.items).toMatchObject([{ grossFen: 750_000, netFen: 600_000 }]);
    });

    it('given months out of order, then it refuses', async () => {
      const months = ['2026-12', '2026-11'].map((month) => ({ month, incomeFen: 1 }));
      expect((await previewOf({ kind: 'cumulative', months })).body.code).toBe('guard.monthsNotAscending');
    });
  });

  it('finds what does not add up when it is checked at rest', async () => {
    await judged(threeLevels, { scope });
    await propose();
    const damage = (statement: string) => database.transaction((transaction) => sql.raw(statement).execute(transaction));
    await damage("UPDATE guard_evaluations SET verdict = 'warn', blocked = 0");
    const found = async () => (await room.findings()).map(({ check }) => check);
    expect(await found()).toEqual(['guard.evaluationsSayWhatWasFound']);
    await damage("UPDATE guard_evaluations SET verdict = 'block', blocked = 1, subject = '{}'");
    expect(await found()).toEqual(['guard.evaluationsSayWhatWasFound']);
    await damage('DELETE FROM guard_evaluations');
    expect(await found()).toEqual([]);
  });
});
