import { withdrawalHeld } from '@qianxing/ledger';
import { fen } from '@qianxing/money';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { memberErased } from '@qianxing/user/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccounts } from '../account/account';
import { promotionContract } from '../contract';
import { openRoom, type Room } from '../testing/room';
import { logIn } from './log-for-tests';
import { createRecorder, type Recorder } from './recorder';

for (const kind of testDatabases()) {
  describe(`recording on ${kind.name}`, () => {
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
        while ((await log.run('promotion.recordBacklog')) > 0) steps += 1;
        return steps;
      };

      it('then the job records them once, in the order of the ledger, and new ones follow', async () => {
        const promoter = await room.rich(1_000);
        const withdrawalId = await log.withdraw(promoter, 400);
        await room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId }, body: {} });
        await forgetRecords();
        expect(await log.recordsOf(promoter)).toMatchObject({ recordCount: 0, complete: false });
        await log.withdraw(promoter, 100); // while the backlog is not done: it waits for its turn
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toBeUndefined();
        expect(await finish()).toBeGreaterThan(0);
        expect(await finish()).toBe(0);
        await log.withdraw(promoter, 200); // after it: in its own transaction
        await log.publish();
        const records = await log.recordsOf(promoter);
        expect(records).toMatchObject({ complete: true, recordCount: 6, balances: { availableFen: 700, reservedFen: 300 } });
        const account = await log.verify(records);
        expect(account.records.map(({ record }) => record.kind)).toEqual([
          ...['commissionEarned', 'commissionReleased', 'withdrawalHeld', 'withdrawalCancelled', 'withdrawalHeld', 'withdrawalHeld'],
        ]);
      });

      // With one writer the job and the posting are never under way together.
      const underWay = () => {
        const race = async (lockStandings: boolean) => {
          const promoter = await room.rich(1_000);
          await forgetRecords();
          expect(await log.run('promotion.recordBacklog')).toBe(2); // what remains is to find nothing and end
          const accounts = createAccounts(room.database, room.clock, createRecorder(room.database, room.proofLog.log, { lockStandings }));
          let ending: Promise<number> | undefined;
          const disarm = armFailpoint('promotion.afterRecords', async () => {
            ending ??= log.run('promotion.recordBacklog');
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
      };
      if (kind.name !== 'SQLite') describe('and a posting is under way while the job finishes the promoter', underWay);

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
        await expect(log.withdraw(promoter, 400)).rejects.toThrow('killed');
        disarm();
        expect(await holds()).toBe(0);
        expect(await room.proofLog.log.chainOf(promoter.promoterId)).toMatchObject({ recordCount: 2 });
        await log.withdraw(promoter, 400);
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
        await Promise.all([...orders.map((facts) => room.steps.paid(facts)), log.withdraw(promoter, 100), log.withdraw(promoter, 200)]);
        await log.publish();
        expect(await log.verify(await log.recordsOf(promoter))).toMatchObject({ count: 10, balanceFen: 1_000 + 3 * 1_500 });
      });
    });
  });
}
