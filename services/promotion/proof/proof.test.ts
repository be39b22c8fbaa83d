import { createHash } from 'node:crypto';
import type { ResponseOf } from '@qianxing/http';
import { withdrawalHeld } from '@qianxing/ledger';
import { fen } from '@qianxing/money';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import type { LogFinding } from '@qianxing/transparency-log';
import {
  fromBase64,
  openCheckpoint,
  parseProofFile,
  parseVerifierKey,
  type Trust,
  verifyAccount,
  verifyAdvance,
  verifyRecordProof,
} from '@qianxing/transparency-log/verify';
import { memberErased } from '@qianxing/user/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccounts } from '../account/account';
import { promotionContract } from '../contract';
import { memberOf, openRoom, type Room, testOptions } from '../testing/room';

import { createProofLog, logSql } from './log';
import { createPublisher, findingsOfTwoAudits } from './publisher';
import { createRecorder, type Recorder } from './recorder';

type Records = ResponseOf<typeof promotionContract.promoterRecords>;
type Promoter = Awaited<ReturnType<Room['rich']>>;

for (const kind of testDatabases()) {
  describe(`records in the transparency log on ${kind.name}`, () => {
    let room: Room;
    let sound: boolean;
    beforeEach(async () => {
      room = await openRoom(kind);
      sound = true;
    });
    afterEach(async () => {
      if (sound) expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const run = async (name: string) => {
      const job = room.service.jobs.find((candidate) => candidate.name === name);
      if (job === undefined) throw new Error(`no job ${name}`);
      return job.run();
    };
    const publish = () => run('promotion.publishLog');
    const recordsOf = async (promoter: Pick<Promoter, 'actor'>, query = {}): Promise<Records> => {
      const answered = await room.call(promotionContract.promoterRecords, promoter.actor, { query });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value;
    };
    const trust = async (): Promise<Trust> => {
      const answered = await room.call(promotionContract.transparencyLog, { kind: 'anonymous' });
      if (!answered.ok) throw new Error(answered.problem.code);
      const logKey = parseVerifierKey(answered.value.verifierKey);
      if (!logKey.ok) throw new Error(logKey.fault.message);
      return { origin: answered.value.origin, logKey: logKey.value };
    };
    const verify = async (records: Records) => {
      const account = verifyAccount(
        records.items.map(({ proof }) => proof ?? ''),
        await trust(),
      );
      if (!account.ok) throw new Error(`${account.fault.code}: ${account.fault.message}`);
      return account.value;
    };
    const withdraw = async (promoter: Promoter, amountFen: number) => {
      const answered = await room.call(promotionContract.requestWithdrawal, promoter.actor, { body: { amountFen, rail: 'transfer' } });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value.withdrawalId;
    };

    it('given a sale, a partial refund and a withdrawal that is cancelled, then each movement is a record that the promoter proves', async () => {
      const promoter = await room.rich(1_000);
      await room.steps.refunded(promoter.order, 0, 5_000, 5_000);
      const withdrawalId = await withdraw(promoter, 500);
      await room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId }, body: {} });
      expect((await recordsOf(promoter)).items.map(({ status, proof }) => [status, proof])).toEqual(Array(5).fill(['waiting', null]));
      expect(await room.service.api.logLag()).toMatchObject({ waitingRecords: 5, unpublishedLeaves: 0 });
      expect(await publish()).toBe(5);
      expect(await room.service.api.logLag()).toEqual({ waitingRecords: 0, oldestWaitingMs: 0, unpublishedLeaves: 0 });
      const records = await recordsOf(promoter);
      expect(records).toMatchObject({
        recordCount: 5,
        complete: true,
        nextCursor: null,
        balances: { pendingFen: 0, availableFen: 750, reservedFen: 0 },
      });
      const account = await verify(records);
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
      await publish();
      const [first] = (await recordsOf(promoter)).items;
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
      await publish();
      const first = await recordsOf(promoter, { limit: 1 });
      expect(first.items.map(({ recordNumber }) => recordNumber)).toEqual([1]);
      const second = await recordsOf(promoter, { limit: 1, cursor: first.nextCursor });
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
      expect(verifyRecordProof(text, await trust())).toMatchObject({
        ok: true,
        value: { record: { id: recordId, kind: 'commissionEarned' } },
      });
      for (const refused of [await file(other), await file(promoter, '0'.repeat(26))])
        expect(refused).toMatchObject({ ok: false, problem: { code: 'promotion.recordNotFound' } });
      await withdraw(promoter, 100);
      const waiting = (await recordsOf(promoter)).items.at(-1)!;
      expect(await file(promoter, waiting.recordId)).toMatchObject({ problem: { code: 'promotion.recordNotPublished' } });
      expect(await room.call(promotionContract.promoterRecords, memberOf('stranger'))).toMatchObject({
        problem: { code: 'promotion.notPromoter' },
      });
    });

    it('given a kept checkpoint, then consistency with every later one is proven, and with none that never was', async () => {
      const checkpoint = async () => {
        const answered = await room.call(promotionContract.transparencyLog, { kind: 'anonymous' });
        const opened = openCheckpoint((answered.ok && answered.value.checkpoint) || '', await trust());
        if (!opened.ok) throw new Error(opened.fault.message);
        return opened.value;
      };
      const consistency = (from: number, to: number) =>
        room.call(promotionContract.logConsistency, { kind: 'anonymous' }, { query: { from, to } });
      const kept = [];
      for (const amountFen of [500, 600, 700]) {
        await room.rich(amountFen);
        await publish();
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
      await publish();
      const mine = (await recordsOf(erased)).items[0]!.proof!;
      await room.hear(memberErased, { memberId: erased.memberId }, erased.memberId);
      await room.steps.refunded(erased.order, 0, 20_000, 20_000);
      await publish();
      expect((await recordsOf(erased)).items).toEqual([]);
      const stored = await sql<{ promoterKey: Buffer | null; pseudonym: string | null }>`
        select promoterKey, pseudonym from logPromoter where promoterId = ${erased.promoterId}`.execute(room.database.query);
      expect(stored.rows).toEqual([{ promoterKey: null, pseudonym: null }]);
      const texts = await sql<{ n: number }>`
        select count(*) as n from logRecord where promoterId = ${erased.promoterId} and record is not null`.execute(room.database.query);
      expect(Number(texts.rows[0]?.n)).toBe(0);
      expect(await verify(await recordsOf(other))).toMatchObject({ count: 2, balanceFen: 300 });
      expect(await room.proofLog.log.audit()).toEqual([]);
      expect(verifyRecordProof(mine, await trust()).ok).toBe(true);
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
      expect(await run('promotion.recordBacklog')).toBe(1);
      expect(await run('promotion.recordBacklog')).toBe(0);
      expect(await room.proofLog.log.chainOf(promoter.promoterId)).toMatchObject({ isErased: true });
      expect((await room.findings()).map(({ check }) => check)).toEqual(['promotion.leavesAreMovements']);
      sound = false;
    });

    describe('given movements from before the log', () => {
      /** As if everything so far had happened before the log: no records, all promoters in the backlog. */
      const forgetRecords = async () => {
        await room.inTransaction(async (transaction) => {
          for (const table of ['logEntry', 'logRecord', 'logPromoter']) {
            if (table === 'logEntry') await sql`drop trigger logEntryNoDelete`.execute(transaction);
            await sql`delete from ${sql.table(table)}`.execute(transaction);
          }
          const insert =
            'INSERT INTO promotion_record_standings (promoterId, standing, pendingVersion, availableVersion, withdrawingVersion)';
          const select = "SELECT DISTINCT ownerId, 'backlog', 0, 0, 0 FROM ledgerAccount WHERE ownerType = 'promoter'";
          await sql.raw(`${insert} ${select}`).execute(transaction);
        });
      };
      const finish = async () => {
        let steps = 0;
        while ((await run('promotion.recordBacklog')) > 0) steps += 1;
        return steps;
      };

      it('then the job records them once, in the order of the ledger, and new ones follow', async () => {
        const promoter = await room.rich(1_000);
        const withdrawalId = await withdraw(promoter, 400);
        await room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId }, body: {} });
        await forgetRecords();
        expect(await recordsOf(promoter)).toMatchObject({ recordCount: 0, complete: false });
        await withdraw(promoter, 100); // while the backlog is not done: it waits for its turn
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toBeUndefined();
        expect(await finish()).toBeGreaterThan(0);
        expect(await finish()).toBe(0);
        await withdraw(promoter, 200); // after it: in its own transaction
        await publish();
        const records = await recordsOf(promoter);
        expect(records).toMatchObject({ complete: true, recordCount: 6, balances: { availableFen: 700, reservedFen: 300 } });
        const account = await verify(records);
        expect(account.records.map(({ record }) => record.kind)).toEqual([
          ...['commissionEarned', 'commissionReleased', 'withdrawalHeld', 'withdrawalCancelled', 'withdrawalHeld', 'withdrawalHeld'],
        ]);
      });

      // With one writer the job and the posting are never under way together.
      describe.runIf(kind.name !== 'SQLite')('and a posting is under way while the job finishes the promoter', () => {
        const race = async (lockStandings: boolean) => {
          const promoter = await room.rich(1_000);
          await forgetRecords();
          expect(await run('promotion.recordBacklog')).toBe(2); // what remains is to find nothing and end
          const accounts = createAccounts(room.database, room.clock, createRecorder(room.database, room.proofLog.log, { lockStandings }));
          let ending: Promise<number> | undefined;
          const disarm = armFailpoint('promotion.afterRecords', async () => {
            ending ??= run('promotion.recordBacklog');
            // Where it would wait for us, we must not wait for it.
            if (!lockStandings) await ending;
          });
          const posting = withdrawalHeld({ withdrawalId: 'meanwhile', promoterId: promoter.promoterId, amountFen: fen(400) });
          await room.inTransaction((transaction) => accounts.tryPost(transaction, posting));
          disarm();
          await ending;
          await finish();
          return room.proofLog.log.chainOf(promoter.promoterId);
        };

        it('then the job waits and records it', async () => {
          expect(await race(true)).toMatchObject({ recordCount: 3 });
          sound = false; // the withdrawal itself was left out
          expect((await room.findings()).map(({ check }) => check)).not.toContain('promotion.movementsAreInLog');
        });

        it('without the lock it would be missed, and the check tells', async () => {
          sound = false;
          expect(await race(false)).toMatchObject({ recordCount: 2 });
          expect((await room.findings()).map(({ check }) => check)).toContain('promotion.movementsAreInLog');
        });
      });

      it('then a member who is erased meanwhile gets no records', async () => {
        const promoter = await room.rich(1_000);
        await forgetRecords();
        await room.hear(memberErased, { memberId: promoter.memberId }, promoter.memberId);
        await finish();
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toBeUndefined();
      });
    });

    describe('a movement and its record', () => {
      const holds = async () => {
        const { rows } = await sql<{ n: number }>`select count(*) as n from ledgerTransaction where kind = 'withdrawalHeld'`.execute(
          room.database.query,
        );
        return Number(rows[0]?.n);
      };

      it.each(['promotion.beforeRecords', 'promotion.afterRecords'])('commit together or not at all: killed at %s', async (name) => {
        const promoter = await room.rich(1_000);
        const disarm = armFailpoint(name, () => {
          throw new Error('killed');
        });
        await expect(withdraw(promoter, 400)).rejects.toThrow('killed');
        disarm();
        expect(await holds()).toBe(0);
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toMatchObject({ recordCount: 2 });
        await withdraw(promoter, 400);
        expect(await holds()).toBe(1);
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toMatchObject({ recordCount: 3 });
      });

      it('written after the commit instead would lose the record when killed in between, and the check tells', async () => {
        sound = false;
        const promoter = await room.rich(1_000);
        const lateRecorder: Recorder = (transaction) =>
          room.database.afterCommit(transaction, () => {
            throw new Error('killed');
          });
        const accounts = createAccounts(room.database, room.clock, lateRecorder);
        const posting = withdrawalHeld({ withdrawalId: 'late', promoterId: promoter.promoterId, amountFen: fen(400) });
        await room.inTransaction((transaction) => accounts.tryPost(transaction, posting));
        expect(await holds()).toBe(1);
        expect((await room.findings()).map(({ check }) => check)).toContain('promotion.movementsAreInLog');
      });

      it('of several transactions at once make one chain for each promoter', async () => {
        const promoter = await room.rich(1_000);
        const buyers = await Promise.all([1, 2, 3].map(async () => room.register(await room.visit(promoter.code))));
        const orders = await Promise.all(buyers.map(({ memberId }) => room.order(memberId, [10_000, 20_000])));
        for (const facts of orders) await room.steps.placed(facts);
        await Promise.all([...orders.map((facts) => room.steps.paid(facts)), withdraw(promoter, 100), withdraw(promoter, 200)]);
        await publish();
        expect(await verify(await recordsOf(promoter))).toMatchObject({ count: 10, balanceFen: 1_000 + 3 * 1_500 });
      });
    });

    describe('somebody who edits the database by hand', () => {
      const edit = (statement: string) => room.inTransaction((transaction) => sql.raw(statement).execute(transaction));
      const checks = async () => [...new Set((await room.findings()).map(({ check }) => check))];

      it.each([
        ['takes a record away', "DELETE FROM logRecord WHERE record LIKE '%commissionReleased%'", 'promotion.movementsAreInLog'],
        ['takes a record away', "DELETE FROM logRecord WHERE record LIKE '%commissionReleased%'", 'promotion.leavesAreMovements'],
        [
          'changes a record',
          `UPDATE logRecord SET record = REPLACE(record, '"rateBp":500', '"rateBp":700')`,
          'promotion.recordsMatchLedger',
        ],
        ['changes a record', `UPDATE logRecord SET record = REPLACE(record, '"rateBp":500', '"rateBp":700')`, 'promotion.transparencyLog'],
        ['changes a chain', 'UPDATE logPromoter SET balanceFen = balanceFen + 1', 'promotion.transparencyLog'],
        ['sets the head back', 'UPDATE logHead SET size = 1', 'promotion.transparencyLog'],
      ])('and %s is found', async (_what, statement, check) => {
        sound = false;
        await room.rich(1_000);
        await publish();
        expect(await checks()).toEqual([]);
        await edit(statement);
        expect(await checks()).toContain(check);
      });
    });

    it('given the database was set back behind what is published, then nothing is signed and it is said once', async () => {
      const said: string[] = [];
      const complaints = createPublisher({
        proofLog: createProofLog(room.database, room.clock, { ...testOptions.transparencyLog, folder: room.folder }),
        platform: {
          database: room.database,
          events: room.events,
          clock: room.clock,
          log: { info: () => {}, warn: () => {}, error: (_facts, message) => said.push(message) },
        },
      });
      await room.rich(1_000);
      await publish();
      await room.inTransaction((transaction) => sql`update logHead set size = 1`.execute(transaction));
      expect(await complaints()).toBe(0);
      expect(await complaints()).toBe(0);
      expect(said).toEqual(['the transparency log is not published']);
      await room.inTransaction((transaction) => sql`update logHead set size = 2`.execute(transaction));
      expect(await complaints()).toBe(0);
      expect(said).toHaveLength(1);
    });

    it('given leaves that the database lost, then they come back from the published files, and are named as leaves without movement', async () => {
      sound = false;
      await room.rich(1_000);
      await publish();
      const head = await sql<{ size: number; root: Buffer; edge: Buffer; checkpoint: string }>`
        select size, root, edge, checkpoint from logHead`.execute(room.database.query);
      await room.rich(300);
      await publish();
      // What a backup from before the second movement holds.
      const [before] = head.rows;
      await room.inTransaction(async (transaction) => {
        await sql`drop trigger logEntryNoDelete`.execute(transaction);
        await sql`delete from logRecord where recordId in (select leafKey from logEntry where leafIndex >= 2)`.execute(transaction);
        await sql`delete from logEntry where leafIndex >= 2`.execute(transaction);
        await sql`update logHead set size = 2, root = ${Buffer.from(before!.root)}, edge = ${Buffer.from(before!.edge)}, checkpoint = ${before?.checkpoint}`.execute(
          transaction,
        );
      });
      expect(await room.service.api.recoverLog()).toEqual({ recovered: 2 });
      expect(await room.service.api.recoverLog()).toEqual({ recovered: 0 });
      await room.rich(200);
      await publish();
      expect(await room.service.api.logLag()).toMatchObject({ waitingRecords: 0, unpublishedLeaves: 0 });
      const found = (await room.findings())
        .map(({ check, subject }) => `${check} ${subject}`)
        .filter((text) => text.includes('recovered:'));
      expect(found).toHaveLength(2);
    });

    it('given somebody edits a record, then the audit of the day says so, and not the day after when it is mended', async () => {
      const said: string[] = [];
      const log = { info: () => {}, warn: () => {}, error: (facts: object) => void said.push(JSON.stringify(facts)) };
      const { database, events, clock } = room;
      const publisher = createPublisher({ proofLog: room.proofLog, platform: { database, events, clock, log } });
      await room.rich(1_000);
      await publisher();
      const swap = (from: string, to: string) =>
        room.inTransaction((transaction) => sql`update logRecord set record = replace(record, ${from}, ${to})`.execute(transaction));
      await swap('"rateBp":500', '"rateBp":700');
      await publisher();
      expect(said).toEqual([]);
      clock.advance(11 * MINUTE_MS);
      await publisher();
      expect(said.join()).toContain('"check":"records"');
      said.length = 0;
      await swap('"rateBp":700', '"rateBp":500');
      await publisher();
      clock.advance(DAY_MS);
      await publisher();
      expect(said).toEqual([]);
    });

    it('an audit a day says what is wrong, and not what was being written at that instant', async () => {
      const finding = (subject: string) => ({ check: 'records' as const, subject, message: 'm' });
      const audits =
        (...results: (readonly LogFinding[])[]) =>
        async () =>
          results.shift() ?? [];
      expect(await findingsOfTwoAudits(audits([finding('a'), finding('b')], [finding('b'), finding('c')]))).toEqual([finding('b')]);
      expect(await findingsOfTwoAudits(audits([finding('a')], []))).toEqual([]);
      expect(await findingsOfTwoAudits(audits([], [finding('a')]))).toEqual([]);
    });
  });
}
