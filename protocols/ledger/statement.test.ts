import { bp, fen } from '@qianxing/money';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkLedger } from './check';
import { clearingReport } from './clearing';
import { commissionChart, payoutSettled, platformAccount, promoterAccount } from './commission';
import type { AccountReference, StatementQuery, StatementRow } from './model';
import type { LedgerSql } from './sql';
import { describeEachDatabase } from './testing/each';
import { earned, type Fixture, fixtureOn, held, paid, released, START } from './testing/fixture';
import { inTransaction, type TestDatabase } from './testing/port';

const HOUR_MS = 3_600_000;
const pending = promoterAccount('7', 'pending');
const expense = platformAccount('commissionExpense');

describeEachDatabase('reading', (open) => {
  let database: TestDatabase;
  let fixture: Fixture;
  beforeEach(async () => {
    database = await open();
    fixture = await fixtureOn(database);
    // 25 commissions, five in each hour, all five of an hour at the same instant.
    for (let hour = 0; hour < 5; hour += 1) {
      fixture.clock.nowMs = START + hour * HOUR_MS;
      await fixture.post(...[1, 2, 3, 4, 5].map((line) => earned(`L${hour}-${line}`, 10 + line)));
    }
  });
  afterEach(() => database.close());

  async function readAll(account: AccountReference, query: StatementQuery): Promise<StatementRow[]> {
    const rows: StatementRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await fixture.ledger.statement(fixture.sql, account, { ...query, ...(cursor === undefined ? {} : { cursor }) });
      rows.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return rows;
  }

  it.each([pending, expense])(
    'given pages of any size and both orders, when they are joined, then every entry is there once ($kind)',
    async (account) => {
      const whole = await readAll(account, { limit: 200 });
      expect(whole).toHaveLength(25);
      for (const limit of [1, 2, 5, 24, 25, 26]) {
        expect(await readAll(account, { limit })).toEqual(whole);
        expect(await readAll(account, { limit, order: 'newestFirst' })).toEqual([...whole].reverse());
      }
    },
  );

  it('given entries at one instant, when they are listed, then they stand in the order they were posted, with running balance', async () => {
    const rows = await readAll(pending, { limit: 7 });
    expect(rows.map(({ key }) => key)).toEqual([0, 1, 2, 3, 4].flatMap((hour) => [1, 2, 3, 4, 5].map((line) => `earn:L${hour}-${line}:1`)));
    let running = 0;
    for (const row of rows) {
      running += row.amountFen;
      expect(row.balanceAfterFen).toBe(running);
    }
    expect(rows[0]).toMatchObject({
      kind: 'commissionEarned',
      reference: { type: 'commission', id: 'L0-1:1' },
      detail: { baseFen: 110, rateBp: 1_000 },
      postedAt: START,
    });
  });

  it('given a period, when it is read, then its start counts and its end does not', async () => {
    const rows = await readAll(pending, { from: START + HOUR_MS, until: START + 3 * HOUR_MS });
    expect(rows.map(({ postedAt }) => (postedAt - START) / HOUR_MS)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it.each([0, 201, 1.5])('refuses a limit of %d', async (limit) => {
    await expect(fixture.ledger.statement(fixture.sql, pending, { limit })).rejects.toThrow(RangeError);
  });

  it.each([
    '',
    'x',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('[1,2,"x","y"]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    await expect(fixture.ledger.statement(fixture.sql, pending, { cursor })).rejects.toThrow('not a cursor');
  });

  it('given any past instant, when balances are asked for, then they count what was posted before it', async () => {
    const at = async (instant: number) =>
      (await fixture.ledger.balancesAt(fixture.sql, [pending, expense, promoterAccount('nobody', 'pending')], instant)).map(
        ({ balanceFen, entryCount }) => [balanceFen, entryCount],
      );
    expect(await at(START)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(await at(START + 1)).toEqual([
      [65, 5],
      [-65, 5],
      [0, 0],
    ]);
    expect(await at(START + 2 * HOUR_MS)).toEqual([
      [130, 10],
      [-130, 10],
      [0, 0],
    ]);
    expect(await at(START + 9 * HOUR_MS)).toEqual([
      [325, 25],
      [-325, 25],
      [0, 0],
    ]);
  });

  it.each([pending, expense])(
    'given a period, when it is exported, then rows carry the running balance from the opening one on ($kind)',
    async (account) => {
      const rows: StatementRow[] = [];
      for await (const row of fixture.ledger.exportStatement(fixture.sql, account, { from: START + HOUR_MS, until: START + 2 * HOUR_MS }))
        rows.push(row);
      const sign = account === pending ? 1 : -1;
      expect(rows.map(({ balanceAfterFen }) => balanceAfterFen)).toEqual([76, 88, 101, 115, 130].map((amount) => sign * amount));
    },
  );

  it('given deltas of a folded account, when they are folded, then one is left and no balance changes, from several sides at once too', async () => {
    const { ledger, session, sql } = fixture;
    const before = await ledger.balances(sql, [expense, pending]);
    expect(await fixture.count('ledgerDelta')).toBe(5);
    expect(await inTransaction(session, (inside) => ledger.fold(inside, { limit: 3 }))).toBe(2);
    expect(await inTransaction(session, (inside) => ledger.fold(inside))).toBe(2);
    expect(await inTransaction(session, (inside) => ledger.fold(inside))).toBe(0);
    expect(await fixture.count('ledgerDelta')).toBe(1);
    expect(await ledger.balances(sql, [expense, pending])).toEqual(before);
    expect(await checkLedger(sql, { now: fixture.clock.nowMs })).toEqual([]);
  });

  it('given balances lost or spoilt, when they are rebuilt from the entries page by page, then they are what they were (I10)', async () => {
    const { ledger, session, sql } = fixture;
    const accounts = [pending, expense, promoterAccount('7', 'available')];
    await fixture.post(released('L0-1', 11), earned('other', 40, '8'));
    const before = await ledger.balances(sql, accounts);
    const rebuild = async () => {
      let corrected = 0;
      let after: number | undefined;
      do {
        const page = await inTransaction(session, (inside) =>
          ledger.rebuildBalances(inside, { limit: 2, ...(after === undefined ? {} : { after }) }),
        );
        corrected += page.corrected;
        after = page.next;
      } while (after !== undefined);
      return corrected;
    };
    expect(await rebuild()).toBe(0);
    await sql.execute('UPDATE ledgerAccount SET balanceFen = 0, version = 0, lastPostedAt = NULL', []);
    await sql.execute('DELETE FROM ledgerDelta', []);
    expect((await checkLedger(sql, { now: fixture.clock.nowMs })).map(({ invariant }) => invariant)).toContain('I3');
    expect(await rebuild()).toBe(4);
    expect(await ledger.balances(sql, accounts)).toEqual(before);
    await sql.execute('UPDATE ledgerDelta SET amountFen = amountFen + 1', []);
    expect(await rebuild()).toBe(1);
    expect(await ledger.balances(sql, accounts)).toEqual(before);
    expect(await checkLedger(sql, { now: fixture.clock.nowMs })).toEqual([]);
    expect(await rebuild()).toBe(0);
  });

  it('given payouts, when the clearing account is reported, then what is open shows with its age until it settles (I16)', async () => {
    const { post, sql, clock } = fixture;
    await post(released('L0-1', 11), released('L0-2', 12), held('W1', 10), held('W2', 12), paid('W1', 10));
    const paidAt = clock.nowMs;
    clock.nowMs += HOUR_MS;
    await post(paid('W2', 12), payoutSettled({ payoutNo: 'P-W2', withdrawalId: 'W2', amountFen: fen(12) }));
    const account = platformAccount('payoutClearing');
    expect(await clearingReport(sql, commissionChart)).toEqual([
      { account, volumeFen: 22, openFen: 10, openReferences: 1, oldestOpenAt: paidAt },
    ]);
    expect(await checkLedger(sql, { now: paidAt + 96 * HOUR_MS - 1 })).toEqual([]);
    expect((await checkLedger(sql, { now: paidAt + 96 * HOUR_MS })).map(({ invariant }) => invariant)).toEqual(['I16']);
    await post(payoutSettled({ payoutNo: 'P-W1', withdrawalId: 'W1', amountFen: fen(10) }));
    expect(await clearingReport(sql, commissionChart)).toEqual([
      { account, volumeFen: 22, openFen: 0, openReferences: 0, oldestOpenAt: null },
    ]);
    expect(await checkLedger(sql, { now: paidAt + 960 * HOUR_MS })).toEqual([]);
  });

  it('given a page somewhere in the middle, when it is planned, then the index gives rows and order, nothing is sorted or scanned whole', async () => {
    const plans: string[] = [];
    const explaining: LedgerSql = {
      ...fixture.sql,
      query: async (statement, parameters) => {
        const prefix = fixture.sql.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
        plans.push(JSON.stringify(await fixture.sql.query(`${prefix} ${statement}`, parameters)));
        return fixture.sql.query(statement, parameters);
      },
    };
    for (const order of ['oldestFirst', 'newestFirst'] as const) {
      const { nextCursor } = await fixture.ledger.statement(explaining, pending, { limit: 7, order });
      await fixture.ledger.statement(explaining, pending, { limit: 7, order, cursor: nextCursor ?? '' });
    }
    expect(plans).toHaveLength(4);
    for (const plan of plans) {
      expect(plan).toContain('ledgerEntryStatement');
      expect(plan).not.toMatch(/TEMP B-TREE|filesort|temporary|SCAN /);
    }
  });

  it('finds a transaction by key and by id, with its explanation', async () => {
    const found = await fixture.ledger.findTransaction(fixture.sql, { key: 'earn:L0-1:1' });
    expect(found).toMatchObject({
      kind: 'commissionEarned',
      detail: { lineId: 'L0-1', level: 1, promoterId: '7', baseFen: 110, rateBp: bp(1_000) },
      entries: [
        { seq: 1, account: expense, amountFen: -11, balanceAfterFen: null },
        { seq: 2, account: pending, amountFen: 11, balanceAfterFen: 11 },
      ],
    });
    expect(await fixture.ledger.findTransaction(fixture.sql, { id: found?.id ?? '' })).toEqual(found);
    expect(await fixture.ledger.findTransaction(fixture.sql, { key: 'earn:none:1' })).toBeUndefined();
  });
});
