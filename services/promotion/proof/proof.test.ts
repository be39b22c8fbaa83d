import { createHash } from 'node:crypto';
import { testDatabases } from '@qianxing/testing';
import { fromBase64, openCheckpoint, parseProofFile, verifyAdvance, verifyRecordProof } from '@qianxing/transparency-log/verify';
import { memberErased } from '@qianxing/user/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionContract } from '../contract';
import { memberOf, openRoom, type Room } from '../testing/room';
import { logSql } from './log';
import { logIn, type Promoter } from './log-for-tests';

for (const kind of testDatabases()) {
  describe(`records in the transparency log on ${kind.name}`, () => {
    let room: Room;
    let sound: boolean;
    let log: ReturnType<typeof logIn>;
    beforeEach(async () => {
      room = await openRoom(kind);
      log = logIn(room);
      sound = true;
    });
    afterEach(async () => {
      if (sound) expect(await room.findings()).toEqual([]);
      await room.close();
    });

    it('given a sale, a partial refund and a withdrawal that is cancelled, then each movement is a record that the promoter proves', async () => {
      const promoter = await room.rich(1_000);
      await room.steps.refunded(promoter.order, 0, 5_000, 5_000);
      const withdrawalId = await log.withdraw(promoter, 500);
      await room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId }, body: {} });
      expect((await log.recordsOf(promoter)).items.map(({ status, proof }) => [status, proof])).toEqual(Array(5).fill(['waiting', null]));
      expect(await room.service.api.logLag()).toMatchObject({ waitingRecords: 5, unpublishedLeaves: 0 });
      expect(await log.publish()).toBe(5);
      expect(await room.service.api.logLag()).toEqual({ waitingRecords: 0, oldestWaitingMs: 0, unpublishedLeaves: 0 });
      const records = await log.recordsOf(promoter);
      expect(records).toMatchObject({
        recordCount: 5,
        complete: true,
        nextCursor: null,
        balances: { pendingFen: 0, availableFen: 750, reservedFen: 0 },
      });
      const account = await log.verify(records);
      expect(account).toMatchObject({ count: 5, balanceFen: 750 });
      expect(account.records.map(({ record }) => record)).toMatchObject([
        { kind: 'commissionEarned', amount: 1_000, baseFen: 20_000, rateBp: 500, level: 1, pendingFen: 1_000, pendingAfterFen: 1_000 },
        { kind: 'commissionReleased', amount: 0, pendingFen: -1_000, pendingAfterFen: 0, availableFen: 1_000, availableAfterFen: 1_000 },
        { kind: 'commissionClawedBack', amount: -250, refundedBeforeFen: 0, refundedAfterFen: 5_000, availableAfterFen: 750 },
        { kind: 'withdrawalHeld', amount: 0, availableFen: -500, availableAfterFen: 250, reservedFen: 500, reservedAfterFen: 500 },
        { kind: 'withdrawalCancelled', amount: 0, availableAfterFen: 750, reservedAfterFen: 0 },
      ]);
      const lines = account.records.map(({ record }) => record.line);
      expect(new Set(lines.slice(0, 3)).size).toBe(1);
      expect(records.items.map((item) => [item.commissionId === null, item.withdrawalId])).toEqual([
        [false, null],
        [false, null],
        [false, null],
        [true, withdrawalId],
        [true, withdrawalId],
      ]);
    });

    it('what is published and shown around names neither buyer nor order', async () => {
      const promoter = await room.rich(1_000);
      await log.publish();
      const [first] = (await log.recordsOf(promoter)).items;
      const parsed = parseProofFile(first!.proof!);
      if (!parsed.ok) throw new Error(parsed.fault.message);
      const opening = Buffer.from(parsed.value.extra!).subarray(32).toString('utf8');
      const { buyer, order, promoterId, memberId } = promoter;
      for (const secret of [buyer.memberId, order.orderId, order.tradeId, order.lines[0]!.orderLineId, promoterId, memberId])
        expect(opening).not.toContain(secret);
      expect(opening).not.toContain(createHash('sha256').update(order.lines[0]!.orderLineId).digest('hex').slice(0, 32));
    });

    it('given many records, then they come in pages, and each proof can be had as a file by its owner alone', async () => {
      const promoter = await room.rich(1_000);
      const other = await room.rich(300);
      await log.publish();
      const first = await log.recordsOf(promoter, { limit: 1 });
      expect(first.items.map(({ recordNumber }) => recordNumber)).toEqual([1]);
      const second = await log.recordsOf(promoter, { limit: 1, cursor: first.nextCursor });
      expect(second.items.map(({ recordNumber }) => recordNumber)).toEqual([2]);
      expect(second.nextCursor).toBeNull();
      const { recordId } = first.items[0]!;
      const file = (who: Promoter, id = recordId) => room.call(promotionContract.recordProofFile, who.actor, { params: { recordId: id } });
      expect(await file(promoter)).toMatchObject({
        ok: true,
        value: { headers: { 'content-disposition': `attachment; filename="${recordId}.tlog-proof"` } },
      });
      const answered = await file(promoter);
      const text = answered.ok ? String((answered.value as unknown as { body: string }).body) : '';
      expect(verifyRecordProof(text, await log.trust())).toMatchObject({
        ok: true,
        value: { record: { id: recordId, kind: 'commissionEarned' } },
      });
      for (const refused of [await file(other), await file(promoter, '0'.repeat(26))])
        expect(refused).toMatchObject({ ok: false, problem: { code: 'promotion.recordNotFound' } });
      await log.withdraw(promoter, 100);
      const waiting = (await log.recordsOf(promoter)).items.at(-1)!;
      expect(await file(promoter, waiting.recordId)).toMatchObject({ problem: { code: 'promotion.recordNotPublished' } });
      expect(await room.call(promotionContract.promoterRecords, memberOf('stranger'))).toMatchObject({
        problem: { code: 'promotion.notPromoter' },
      });
    });

    it('given a kept checkpoint, then consistency with every later one is proven, and with none that never was', async () => {
      const checkpoint = async () => {
        const answered = await room.call(promotionContract.transparencyLog, { kind: 'anonymous' });
        const opened = openCheckpoint((answered.ok && answered.value.checkpoint) || '', await log.trust());
        if (!opened.ok) throw new Error(opened.fault.message);
        return opened.value;
      };
      const consistency = (from: number, to: number) =>
        room.call(promotionContract.logConsistency, { kind: 'anonymous' }, { query: { from, to } });
      const kept = [];
      for (const amountFen of [500, 600, 700]) {
        await room.rich(amountFen);
        await log.publish();
        kept.push(await checkpoint());
      }
      expect(kept.map(({ size }) => size)).toEqual([2n, 4n, 6n]);
      for (const [from, to] of [
        [0, 1],
        [0, 2],
        [1, 2],
        [2, 2],
      ] as const) {
        const answered = await consistency(Number(kept[from]!.size), Number(kept[to]!.size));
        const hashes = answered.ok ? answered.value.hashes.map((hash) => fromBase64(hash)!) : [];
        expect(verifyAdvance(kept[from]!, kept[to]!, hashes)).toMatchObject({ ok: true });
      }
      for (const [from, to] of [
        [4, 2],
        [2, 7],
        [7, 9],
      ] as const)
        expect(await consistency(from, to)).toMatchObject({ problem: { code: 'promotion.logSizeUnknown' } });
    });

    it('given the member is erased, then the key is gone for ever, later movements leave no record, and everybody else still proves theirs', async () => {
      const erased = await room.rich(1_000);
      const other = await room.rich(300);
      await log.publish();
      const mine = (await log.recordsOf(erased)).items[0]!.proof!;
      await room.hear(memberErased, { memberId: erased.memberId }, erased.memberId);
      await room.steps.refunded(erased.order, 0, 20_000, 20_000);
      await log.publish();
      expect((await log.recordsOf(erased)).items).toEqual([]);
      const stored = await sql<{ promoterKey: Buffer | null; pseudonym: string | null }>`
        select promoterKey, pseudonym from logPromoter where promoterId = ${erased.promoterId}`.execute(room.database.query);
      expect(stored.rows).toEqual([{ promoterKey: null, pseudonym: null }]);
      const texts = await sql<{ n: number }>`
        select count(*) as n from logRecord where promoterId = ${erased.promoterId} and record is not null`.execute(room.database.query);
      expect(Number(texts.rows[0]?.n)).toBe(0);
      expect(await log.verify(await log.recordsOf(other))).toMatchObject({ count: 2, balanceFen: 300 });
      expect(await room.proofLog.log.audit()).toEqual([]);
      expect(verifyRecordProof(mine, await log.trust()).ok).toBe(true);
    });

    it('given a member is erased before anything was earned, then what is earned later leaves no record, even where the mark came late', async () => {
      const promoter = await room.enrol();
      const buyer = await room.register(await room.visit(promoter.code));
      const facts = await room.order(buyer.memberId, [20_000]);
      await room.steps.placed(facts);
      await room.hear(memberErased, { memberId: promoter.memberId }, promoter.memberId);
      await room.steps.paid(facts);
      expect(await room.proofLog.log.chainOf(promoter.promoterId)).toBeUndefined();
      // A transaction that looked before the mark was there: the sweep takes the key it made.
      await room.inTransaction((transaction) =>
        room.proofLog.log.appendRecords(logSql(transaction, room.database.dialect), [
          { promoterId: promoter.promoterId, recordId: 'late', kind: 'commissionEarned', amountFen: 1, at: room.clock.now() },
        ]),
      );
      expect((await room.findings()).map(({ check }) => check)).toContain('promotion.erasedKeysAreGone');
      expect(await log.run('promotion.recordBacklog')).toBe(1);
      expect(await log.run('promotion.recordBacklog')).toBe(0);
      expect(await room.proofLog.log.chainOf(promoter.promoterId)).toMatchObject({ isErased: true });
      expect((await room.findings()).map(({ check }) => check)).toEqual(['promotion.leavesAreMovements']);
      sound = false;
    });
  });
}
