import { testDatabases } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { memberRegistered, memberReturned } from '@qianxing/user/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionContract } from '../contract';
import type { PromotionTables } from '../tables';
import { openRoom, type Room, staffOf, testOptions } from '../testing/room';
import { bind, readVisit, signVisit } from './binding';
import { findMember } from './store';

for (const kind of testDatabases()) {
  describe(`referral on ${kind.name}`, () => {
    let room: Room;
    let sound = true;
    beforeEach(async () => {
      room = await openRoom(kind);
      sound = true;
    });
    afterEach(async () => {
      if (sound) expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const referrerOf = async (memberId: string) => (await findMember(room.database.query, memberId))?.referrerNo;
    const returned = async (member: { memberId: string; memberNo: number }, code: string) =>
      room.hear(memberReturned, { ...member, referralToken: await room.visit(code) }, member.memberId);

    it('given a registration that promotion has not heard of yet, then the binding is pending, and only for so long', async () => {
      const { memberId } = await room.register();
      const pending = () => room.service.api.isBindingPending(memberId);
      expect(await pending()).toBe(false);
      await room.database.transaction((transaction) =>
        transaction.withTables<PromotionTables>().deleteFrom('promotion_members').where('memberId', '=', memberId).execute(),
      );
      expect(await pending()).toBe(true);
      room.clock.advance(5 * MINUTE_MS);
      expect(await pending()).toBe(false);
    });

    it('given a visitor registers with a visit token, then the referrer, the evidence and ten layers are kept', async () => {
      const chain = await room.line(12);
      const last = chain.at(-1)!;
      const member = await findMember(room.database.query, last.memberId);
      expect(member).toMatchObject({ referrerNo: chain[10]!.memberNo, visitChannel: 'link', depth: 11 });
      expect(member?.visitId).toMatch(/^[0-9a-z]{26}$/);
      const detail = await room.call(promotionContract.staffPromoter, staffOf('one'), { params: { promoterId: last.promoterId } });
      expect(detail.ok && detail.value.upline.map(({ promoterNo }) => promoterNo)).toEqual(
        chain
          .slice(1, 11)
          .reverse()
          .map(({ memberNo }) => memberNo),
      );
      const layers = await room.call(promotionContract.layers, chain[0]!.actor);
      expect(layers.ok && layers.value.layers.map(({ members }) => members)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    });

    it('given a token is forged, expired or meant for something else, then nobody is bound and nothing breaks', async () => {
      const promoter = await room.enrol();
      const token = await room.visit(promoter.code);
      const mac = token.slice(-22);
      const forged = `${token.slice(0, -22)}${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
      expect(await referrerOf((await room.register(forged)).memberId)).toBeNull();
      expect(await referrerOf((await room.register('rubbish')).memberId)).toBeNull();
      room.clock.advance(30 * DAY_MS);
      expect(await referrerOf((await room.register(token)).memberId)).toBeNull();
    });

    it('given a bound member comes back through another link, then the first referrer stays', async () => {
      const [first, second] = [await room.enrol(), await room.enrol()];
      const member = await room.register(await room.visit(first.code));
      await returned(member, second.code);
      expect(await referrerOf(member.memberId)).toBe(first.memberNo);
    });

    it('given an unbound member comes back, then it is bound unless it has paid orders', async () => {
      const promoter = await room.enrol();
      const fresh = await room.register();
      await returned(fresh, promoter.code);
      expect(await referrerOf(fresh.memberId)).toBe(promoter.memberNo);
      const buyer = await room.register();
      const facts = await room.order(buyer.memberId, [1_000]);
      await room.steps.paid(facts);
      await returned(buyer, promoter.code);
      expect(await referrerOf(buyer.memberId)).toBeNull();
      await room.steps.refunded(facts, 0, 1_000, 1_000);
      await returned(buyer, promoter.code);
      expect(await referrerOf(buyer.memberId)).toBe(promoter.memberNo);
    });

    it('given a promoter opens the own link, then nothing is bound', async () => {
      const promoter = await room.enrol();
      await returned(promoter, promoter.code);
      expect(await referrerOf(promoter.memberId)).toBeNull();
      expect(await room.service.api.beneficiaries(promoter.memberId)).toBeNull();
    });

    it('given an order was heard of before the registration, then it counts for the team once the member is bound', async () => {
      const promoter = await room.enrol();
      const token = await room.visit(promoter.code);
      const buyer = { memberId: `${promoter.memberId.slice(0, 24)}zz`, memberNo: 77 };
      await room.steps.paid(await room.order(buyer.memberId, [5_000]));
      await room.hear(memberRegistered, { ...buyer, referralToken: token }, buyer.memberId);
      const layers = await room.call(promotionContract.layers, promoter.actor);
      expect(layers.ok && layers.value.layers[0]).toEqual({ layer: 1, members: 1, buyers: 1, orders: 1, netSalesFen: 5_000 });
    });

    describe('a circle', () => {
      type Person = Awaited<ReturnType<Room['enrol']>>;
      const join = (member: Person, above: Person, teamStays: boolean) =>
        room.inTransaction((transaction) => {
          const { memberId, memberNo } = member;
          const at = room.clock.now();
          const visit = { visitId: 'v', promoterNo: above.memberNo, channel: 'link', visitedAt: at } as const;
          return bind(transaction, testOptions.binding, { memberId, memberNo, visit, occasion: 'returned', at }, { teamStays });
        });
      const race = async (teamStays: boolean) => {
        const [a, b] = [await room.enrol(), await room.enrol()];
        const outcomes = await Promise.allSettled([join(a, b, teamStays), join(b, a, teamStays)]);
        return outcomes.map((outcome) => (outcome.status === 'rejected' ? 'stopped by a constraint' : (outcome.value ?? 'bound'))).sort();
      };

      it('given two promoters return through one another’s link at once, then one is bound and the other stays where it is', async () => {
        expect(await race(true)).toEqual(['bound', 'hasTeam']);
      });

      it('without the guard only the last constraint stops it', async () => {
        expect(await race(false)).toEqual(['bound', 'stopped by a constraint']);
      });

      it('given a line longer than ten layers, then its top is not attached to its end', async () => {
        const chain = await room.line(12);
        expect(await join(chain[0]!, chain[11]!, true)).toBe('hasTeam');
      });

      it('without the guard the line of twelve becomes a circle, and the checks tell', async () => {
        sound = false;
        const chain = await room.line(12);
        expect(await join(chain[0]!, chain[11]!, false)).toBeUndefined();
        const messages = (await room.findings()).map(({ message }) => message);
        expect(messages.filter((message) => message.includes('does not end'))).toHaveLength(12);
      });
    });

    it('counts members, buyers, orders and net sales of every layer exactly as brute force does', async () => {
      const people = [await room.enrol()];
      // A chain of three to begin with: layers are counted whatever the random actions are.
      for (let layer = 0; layer < 2; layer += 1) people.push(await room.enrol(people[layer]));
      const orders: { facts: Awaited<ReturnType<Room['order']>>; refundedFen: number }[] = [];
      const action = fc.record({ kind: fc.integer({ min: 0, max: 3 }), who: fc.nat(), amount: fc.integer({ min: 1, max: 100_000 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), async (actions) => {
          for (const { kind: what, who, amount } of actions) {
            const person = people[who % people.length]!;
            const placed = orders[who % Math.max(1, orders.length)];
            if (what === 0) people.push(await room.enrol(person));
            else if (what === 1 || placed === undefined) {
              const facts = await room.order(person.memberId, [amount]);
              await room.steps.paid(facts);
              orders.push({ facts, refundedFen: 0 });
            } else {
              const left = placed.facts.lines[0]!.paidFen - placed.refundedFen;
              const refund = what === 2 ? left : Math.min(left, amount);
              placed.refundedFen += refund;
              if (refund > 0) await room.steps.refunded(placed.facts, 0, placed.refundedFen, refund);
            }
          }
          expect(await room.findings()).toEqual([]);
        }),
        { numRuns: kind.name === 'SQLite' ? 15 : 4 },
      );
      expect(people.length).toBeGreaterThan(2);
    });
  });
}

describe('visit tokens', () => {
  it('say again what was signed', () => {
    const visit = { visitId: 'v1', promoterNo: 7, channel: 'poster', visitedAt: 1_000 } as const;
    const token = signVisit(testOptions.linkKeys, visit, 2_000);
    expect(readVisit(testOptions.linkKeys, token, 1_999)).toEqual(visit);
    expect(readVisit(testOptions.linkKeys, token, 2_000)).toBeUndefined();
  });
});
