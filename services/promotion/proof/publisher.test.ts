import { testDatabases } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import type { LogFinding } from '@qianxing/transparency-log';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoom, type Room, testOptions } from '../testing/room';
import { createProofLog } from './log';
import { logIn } from './log-for-tests';
import { createPublisher, findingsOfTwoAudits } from './publisher';

for (const kind of testDatabases()) {
  describe(`the log and its audit on ${kind.name}`, () => {
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
        await log.publish();
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
      await log.publish();
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
      await log.publish();
      const head = await sql<{ size: number; root: Buffer; edge: Buffer; checkpoint: string }>`
        select size, root, edge, checkpoint from logHead`.execute(room.database.query);
      await room.rich(300);
      await log.publish();
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
      await log.publish();
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
