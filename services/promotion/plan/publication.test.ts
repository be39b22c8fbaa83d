import { migrate } from '@qianxing/database';
import { standingChanged } from '@qianxing/guard/contract';
import { testDatabases, virtualClock } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planPublished, promotionContract } from '../contract';
import { promotion } from '../migrations/0001-promotion';
import { planJudgement } from '../migrations/0004-plan-judgement';
import { openRoom, type Room, staffOf, testOptions } from '../testing/room';
import { guardedPlan, planOfScope, scopeOf } from './guarded-plan';
import { demoPlan, directSalePlan } from './seed';
import { activePlanVersion } from './store';

describe('a plan as the compliance rules see it', () => {
  const { planSurroundings } = testOptions;

  it('shows levels, purchases that qualify, what promoters see and where it runs', () => {
    expect(guardedPlan(demoPlan, planSurroundings)).toMatchObject({
      channels: ['app', 'h5'],
      operator: { kind: 'self' },
      naming: [demoPlan.nameZh, demoPlan.nameEn],
      tree: { promoterVisibleDepth: 10, bindDays: null, canRecruit: true },
      commission: {
        levels: [
          { level: 1, basis: 'own_direct_sale', rateBps: 500 },
          { level: 2, basis: 'downline_sale', rateBps: 200 },
          { level: 3, basis: 'downline_sale', rateBps: 100 },
        ],
      },
      entry: { purchaseCount: 1, minAge: 18 },
      payout: { minFen: 100 },
    });
    expect(guardedPlan(directSalePlan, planSurroundings)).toMatchObject({ tree: { canRecruit: false }, entry: { purchaseCount: 0 } });
  });

  it('counts the smallest purchase that opens the door, even beside another way in', () => {
    const anyOf = [{ kind: 'approval' }, { kind: 'paid_orders', count: 10 }, { kind: 'paid_orders', count: 3 }] as const;
    expect(guardedPlan({ ...demoPlan, qualification: { anyOf: [...anyOf] } }, planSurroundings).entry.purchaseCount).toBe(3);
  });

  it('is named so that the name leads back to the version', () => {
    expect(planOfScope(scopeOf(demoPlan))).toEqual({ code: 'three-level-demo', version: 1 });
    for (const scope of ['plan:x', 'draft:direct-sale@1', 'plan:direct-sale@one', '']) expect(planOfScope(scope)).toBeUndefined();
  });
});

describe.each(testDatabases())('the migration that brings judgements on $name', (kind) => {
  it('given plans from before, then they stand clear and wait for their first judgement', async () => {
    const database = await kind.open();
    try {
      await migrate(database, [promotion], virtualClock());
      const columns = 'planVersionId, planId, code, version, nameZh, nameEn, status, active, document, publishedAt';
      await database.transaction((transaction) =>
        sql
          .raw(`INSERT INTO promotion_plan_versions (${columns}) VALUES ('v1', 'p1', 'old', 1, '旧', 'old', 'published', 1, '{}', 5)`)
          .execute(transaction),
      );
      await migrate(database, [promotion, planJudgement], virtualClock());
      expect(await activePlanVersion(database.query)).toMatchObject({
        ...{ code: 'old', active: 1, publishedAt: 5 },
        ...{ blocked: 0, judgedPackId: null, standing: 'clear', graceUntil: null },
      });
    } finally {
      await database.close();
    }
  });
});

describe.each(testDatabases())('publishing plans on $name', (kind) => {
  let room: Room;
  const open = async (changes: Parameters<typeof openRoom>[1] = {}) => {
    room = await openRoom(kind, changes);
  };
  beforeEach(() => open());
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    await room.close();
  });

  const staff = staffOf('operator');
  const plans = async () => {
    const answered = await room.call(promotionContract.plans, staff);
    if (!answered.ok) throw new Error(answered.problem.code);
    return answered.value;
  };
  const planOf = async (code: string) => (await plans()).items.find((plan) => plan.code === code && plan.version === 1)!;
  const publish = async (code: string) => {
    const { planVersionId } = await planOf(code);
    return room.call(promotionContract.activatePlan, staff, { params: { planVersionId } });
  };
  const published = () => room.emitted.filter(({ topic }) => topic === planPublished.topic).map(({ payload }) => payload);

  it('given a plan that nothing blocks, then it is judged first, published, and told of', async () => {
    await plans();
    expect(room.world.judged).toEqual(['plan:three-level-demo@1']);
    const answered = await publish('direct-sale');
    expect(answered).toMatchObject({ ok: true, value: { blocked: false, standing: 'clear', judgedPackId: 'cn-2026.11' } });
    expect(room.world.judged.at(-1)).toBe('plan:direct-sale@1');
    const { planVersionId } = await planOf('direct-sale');
    const plan = guardedPlan(directSalePlan, testOptions.planSurroundings);
    expect(published().at(-1)).toEqual({ planVersionId, scope: 'plan:direct-sale@1', plan });
    expect(await room.service.api.guardedPlan(planVersionId)).toEqual({ scope: 'plan:direct-sale@1', plan });
    expect(await room.service.api.guardedPlan('0'.repeat(26))).toBeUndefined();
  });

  it('given a blocked plan, then it is not published, nobody is told, and the rules are named', async () => {
    const { activePlanVersionId } = await plans();
    room.world.blockedPlans.add('plan:direct-sale@1');
    const told = published().length;
    const answered = await publish('direct-sale');
    expect(answered).toMatchObject({ ok: false, problem: { code: 'promotion.planBlocked', params: { rules: 'PYR-02' } } });
    expect((await plans()).activePlanVersionId).toBe(activePlanVersionId);
    expect(await planOf('direct-sale')).toMatchObject({ status: 'draft', blocked: false });
    expect(published()).toHaveLength(told);
  });

  it('given a plan that is not there, then nothing is judged', async () => {
    await plans();
    const judged = room.world.judged.length;
    const answered = await room.call(promotionContract.activatePlan, staff, { params: { planVersionId: '0'.repeat(26) } });
    expect(answered).toMatchObject({ ok: false, problem: { code: 'promotion.planNotFound' } });
    expect(room.world.judged).toHaveLength(judged);
  });

  it('given a blocked plan where blocked plans may run, then it runs marked and still pays', async () => {
    await room.close();
    await open({ blockedPlans: 'marked' });
    room.world.blockedPlans.add('plan:three-level-demo@1');
    const promoter = await room.rich(5_000);
    expect(await planOf('three-level-demo')).toMatchObject({ status: 'published', blocked: true, standing: 'stopped' });
    expect(await room.service.api.beneficiaries(promoter.buyer.memberId)).toMatchObject({ levels: [{ level: 1 }] });
  });

  it('given an empty database, then the first plan that may be is published', async () => {
    room.world.blockedPlans.add('plan:three-level-demo@1').add('plan:three-level-demo@2');
    expect((await plans()).activePlanVersionId).toBe((await planOf('direct-sale')).planVersionId);
  });

  it('given an empty database and nothing but blocked plans, then no plan is published', async () => {
    for (const scope of ['plan:three-level-demo@1', 'plan:three-level-demo@2', 'plan:direct-sale@1']) room.world.blockedPlans.add(scope);
    await expect(plans()).rejects.toThrow('blocks every plan');
    expect(published()).toEqual([]);
  });

  it('given a plan from before plans were judged, then it is judged once and watched from then on', async () => {
    const run = async () => (await room.service.jobs.find(({ name }) => name === 'promotion.judgePlanInForce')?.run()) ?? -1;
    expect(await run()).toBe(0);
    await plans();
    expect(await run()).toBe(0);
    await room.inTransaction((transaction) =>
      transaction
        .withTables<{ promotion_plan_versions: { judgedPackId: string | null } }>()
        .updateTable('promotion_plan_versions')
        .set({ judgedPackId: null })
        .execute(),
    );
    room.world.blockedPlans.add('plan:three-level-demo@1');
    const told = published().length;
    const outcomes = await Promise.all([run(), run()]);
    expect([...outcomes.sort(), await run()]).toEqual([0, 1, 0]);
    expect(published()).toHaveLength(told + 1);
    expect(await planOf('three-level-demo')).toMatchObject({ blocked: true, standing: 'stopped', judgedPackId: 'cn-2026.11' });
  });

  it('given a plan that a new rule pack stops, then new orders pay nobody, until it stands again', async () => {
    const promoter = await room.rich(5_000);
    const change = { scope: 'plan:three-level-demo@1', packId: 'cn-2027.01', openRuleIds: ['PYR-02'] };
    const earners = async () => {
      room.clock.advance(2_000);
      return room.service.api.beneficiaries(promoter.buyer.memberId);
    };
    await room.hear(standingChanged, { ...change, standing: 'grace', graceUntil: room.clock.now() + 1 });
    expect(await planOf('three-level-demo')).toMatchObject({ standing: 'grace', blocked: true, judgedPackId: 'cn-2027.01' });
    expect(await earners()).not.toBeNull();
    await room.hear(standingChanged, { ...change, standing: 'stopped', graceUntil: null });
    expect(await earners()).toBeNull();
    await room.hear(standingChanged, { ...change, standing: 'clear', graceUntil: null, openRuleIds: [] });
    expect(await earners()).not.toBeNull();
    await room.hear(standingChanged, { ...change, scope: 'draft:other', standing: 'stopped', graceUntil: null });
    expect(await earners()).not.toBeNull();
  });
});
