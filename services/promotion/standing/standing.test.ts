import { testDatabases } from '@qianxing/testing';
import { memberErased } from '@qianxing/user/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionContract } from '../contract';
import { demoPlan } from '../plan/seed';
import { openRoom, type Room, staffOf } from '../testing/room';

const staff = staffOf('s1');
type Member = Awaited<ReturnType<Room['register']>>;

for (const kind of testDatabases()) {
  describe(`applications on ${kind.name}`, () => {
    let room: Room;
    beforeEach(async () => {
      const anyOf = [{ kind: 'paid_orders' as const, count: 3 }, { kind: 'approval' as const }];
      room = await openRoom(kind, { plans: [{ ...demoPlan, qualification: { anyOf } }] });
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const enrol = (member: Member) => room.call(promotionContract.enrol, member.actor, { body: { agreementVersion: '1', adult: true } });
    const apply = (member: Member, note = '') => room.call(promotionContract.applyForApproval, member.actor, { body: { note } });
    const decide = (member: Member, approved: boolean, reason: string, who = staff) =>
      room.call(promotionContract.decideApplication, who, { params: { memberId: member.memberId }, body: { approved, reason } });
    const account = async (member: Member) => {
      const answered = await room.call(promotionContract.promoter, member.actor);
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value;
    };
    const waiting = async () => {
      const answered = await room.call(promotionContract.applications, staff, { query: { status: 'requested' } });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value.items;
    };

    it('given a plan that asks for an approval, when a member applies and staff approve, then the member may enrol and not before', async () => {
      const member = await room.register();
      expect(await enrol(member)).toMatchObject({ ok: false, problem: { code: 'promotion.qualificationMissing' } });
      expect((await account(member)).application).toBeNull();
      expect(await apply(member, '有三家门店')).toMatchObject({ ok: true, value: { application: { status: 'requested', reason: null } } });
      expect(await enrol(member)).toMatchObject({ ok: false, problem: { code: 'promotion.qualificationMissing' } });
      expect(await room.service.api.totals()).toMatchObject({ applicationsToReview: 1 });
      expect(await waiting()).toMatchObject([
        { memberId: member.memberId, memberNo: member.memberNo, note: '有三家门店', staffName: null },
      ]);
      expect(await decide(member, true, '资料齐全')).toMatchObject({
        ok: true,
        value: { status: 'approved', reason: '资料齐全', staffName: 'staff-s1' },
      });
      expect(await waiting()).toEqual([]);
      expect(await room.service.api.totals()).toMatchObject({ applicationsToReview: 0 });
      const { qualification, application } = await account(member);
      expect(qualification.conditions.map(({ kind: condition, met }) => [condition, met])).toEqual([
        ['paid_orders', false],
        ['approval', true],
      ]);
      expect([qualification.met, application?.status, application?.reason]).toEqual([true, 'approved', '资料齐全']);
      expect(await enrol(member)).toMatchObject({ ok: true, value: { status: 'active' } });
    });

    it('given a refusal, then the member sees why, stays out and may ask again', async () => {
      const member = await room.register();
      await apply(member);
      await decide(member, false, '请补充门店照片');
      expect((await account(member)).application).toMatchObject({ status: 'refused', reason: '请补充门店照片' });
      expect(await enrol(member)).toMatchObject({ ok: false });
      expect(await apply(member, '已补充')).toMatchObject({
        ok: true,
        value: { application: { status: 'requested', reason: null, decidedAt: null } },
      });
      expect(await waiting()).toMatchObject([{ note: '已补充' }]);
    });

    it('given two people decide, then the first one counts, the same again changes nothing and the other comes too late', async () => {
      const member = await room.register();
      expect(await decide(member, true, '没有申请')).toMatchObject({ ok: false, problem: { code: 'promotion.applicationNotFound' } });
      await apply(member);
      await decide(member, true, '第一个决定');
      expect(await decide(member, true, '再说一次', staffOf('s2'))).toMatchObject({
        ok: true,
        value: { reason: '第一个决定', staffName: 'staff-s1' },
      });
      expect(await decide(member, false, '另一个决定', staffOf('s2'))).toMatchObject({
        ok: false,
        problem: { code: 'promotion.applicationDecided' },
      });
      await apply(member, '再次申请');
      expect((await account(member)).application?.status).toBe('approved');
    });

    it('lists those who wait longest first, page by page', async () => {
      const members: Member[] = [];
      for (let index = 0; index < 5; index += 1) {
        const member = await room.register();
        await apply(member);
        members.push(member);
        // Two of them at the same instant.
        if (index !== 2) room.clock.advance(1_000);
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await room.call(promotionContract.applications, staff, {
          query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        });
        if (!page.ok) throw new Error(page.problem.code);
        seen.push(...page.value.items.map(({ memberId }) => memberId));
        cursor = page.value.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(5);
      expect([...seen.slice(0, 2), seen.at(-1)]).toEqual([members[0]!.memberId, members[1]!.memberId, members[4]!.memberId]);
    });

    it('given the member is erased, then what they wrote is gone and the decision stays', async () => {
      const member = await room.register();
      await apply(member, '我叫张三');
      await decide(member, false, '资料不全');
      await room.hear(memberErased, { memberId: member.memberId }, member.memberId);
      const all = await room.call(promotionContract.applications, staff);
      expect(all.ok && all.value.items).toMatchObject([{ note: '', status: 'refused', reason: '资料不全' }]);
    });
  });

  describe(`pausing, removing and restoring on ${kind.name}`, () => {
    let room: Room;
    beforeEach(async () => {
      room = await openRoom(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const setStatus = (promoterId: string, status: 'active' | 'paused' | 'removed', reason: string) =>
      room.call(promotionContract.setPromoterStatus, staff, { params: { promoterId }, body: { status, reason } });
    const appeal = (actor: Member['actor'], text: string) => room.call(promotionContract.appeal, actor, { body: { text } });

    it('given a removed promoter, then nothing new is earned and everything earned stays, becomes available and is paid out', async () => {
      const promoter = await room.rich(5_000);
      const before = await room.order(promoter.buyer.memberId, [20_000]);
      await room.steps.placed(before);
      await room.steps.paid(before);
      expect(await setStatus(promoter.promoterId, 'removed', '虚假宣传，经人工核实')).toMatchObject({
        ok: true,
        value: { status: 'removed' },
      });

      expect(await room.service.api.beneficiaries(promoter.buyer.memberId)).toBeNull();
      expect(await room.call(promotionContract.recordVisit, { kind: 'anonymous' }, { body: { code: promoter.code } })).toMatchObject({
        ok: false,
        problem: { code: 'promotion.referralNotFound' },
      });
      expect(await room.call(promotionContract.enrol, promoter.actor, { body: { agreementVersion: '1', adult: true } })).toMatchObject({
        ok: false,
        problem: { code: 'promotion.promoterRemoved' },
      });

      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 5_000, pendingFen: 1_000 });
      await room.steps.completed(before);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 6_000, pendingFen: 0 });
      const withdrawn = await room.call(promotionContract.requestWithdrawal, promoter.actor, {
        body: { amountFen: 6_000, rail: 'transfer' },
      });
      expect(withdrawn).toMatchObject({ ok: true, value: { status: 'reviewing', amountFen: 6_000 } });
    });

    it('given a removal, when the promoter appeals, then staff see it beside the reason and may restore', async () => {
      const promoter = await room.rich(5_000);
      expect(await appeal(promoter.actor, '没有理由')).toMatchObject({ ok: false, problem: { code: 'promotion.nothingToAppeal' } });
      room.clock.advance(1_000);
      await setStatus(promoter.promoterId, 'removed', '虚假宣传，经人工核实');
      const stopped = await room.call(promotionContract.promoter, promoter.actor);
      expect(stopped).toMatchObject({ ok: true, value: { status: 'removed', stop: { reason: '虚假宣传，经人工核实', appeal: null } } });
      expect(await appeal(promoter.actor, '图片由厂家提供')).toMatchObject({
        ok: true,
        value: { stop: { appeal: { text: '图片由厂家提供' } } },
      });
      expect(await appeal(promoter.actor, '图片由厂家提供')).toMatchObject({ ok: true });
      expect(await appeal(promoter.actor, '另一段话')).toMatchObject({ ok: false, problem: { code: 'promotion.appealed' } });

      const seen = await room.call(promotionContract.staffPromoter, staff, { params: { promoterId: promoter.promoterId } });
      expect(seen.ok && seen.value.standing.map(({ kind: entry, text, staffName }) => [entry, text, staffName])).toEqual([
        ['status', 'enrolled', null],
        ['status', '虚假宣传，经人工核实', 'staff-s1'],
        ['appeal', '图片由厂家提供', null],
      ]);

      expect(await setStatus(promoter.promoterId, 'paused', '先暂停再说')).toMatchObject({
        ok: false,
        problem: { code: 'promotion.promoterRemoved' },
      });
      room.clock.advance(1_000);
      expect(await setStatus(promoter.promoterId, 'active', '申诉成立')).toMatchObject({ ok: true, value: { status: 'active' } });
      expect((await room.service.api.beneficiaries(promoter.buyer.memberId))?.levels).toHaveLength(1);
      const restored = await room.call(promotionContract.promoter, promoter.actor);
      expect(restored).toMatchObject({ ok: true, value: { status: 'active', stop: null } });

      room.clock.advance(1_000);
      await setStatus(promoter.promoterId, 'paused', '身份复核');
      expect(await appeal(promoter.actor, '另一段话')).toMatchObject({ ok: true, value: { stop: { reason: '身份复核' } } });
      await room.hear(memberErased, { memberId: promoter.memberId }, promoter.memberId);
      const erased = await room.call(promotionContract.promoter, promoter.actor);
      expect(erased).toMatchObject({ ok: true, value: { stop: { appeal: { text: '' } } } });
    });

    it('given an open plan, then nobody needs to apply', async () => {
      const member = await room.register();
      expect(await room.call(promotionContract.applyForApproval, member.actor, { body: {} })).toMatchObject({
        ok: false,
        problem: { code: 'promotion.approvalNotOffered' },
      });
    });
  });
}
