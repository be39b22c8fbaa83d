import { bp, fen } from '@qianxing/money';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkLedger } from './check';
import { clawback, commissionChart, payoutSettled, platformAccount, promoterAccount } from './commission';
import type { PostOutcome } from './model';
import type { LedgerSql } from './sql';
import { describeEachDatabase } from './testing/each';
import { earned, type Fixture, failed, fixtureOn, held, paid, released, START } from './testing/fixture';
import { inTransaction, type TestDatabase } from './testing/port';

const statuses = (outcomes: readonly PostOutcome[]) =>
  outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.refusal.code : outcome.status));

describeEachDatabase('posting', (open) => {
  let database: TestDatabase;
  let fixture: Fixture;
  beforeEach(async () => {
    database = await open();
    fixture = await fixtureOn(database);
  });
  afterEach(async () => {
    expect(await checkLedger(fixture.sql, { chart: commissionChart, now: fixture.clock.nowMs })).toEqual([]);
    await database.close();
  });

  it('given a commission, when it is earned, released, withdrawn and settled, then every account tells its part', async () => {
    const { post, balance, ledger, sql } = fixture;
    expect(statuses(await post(earned('L1', 500), released('L1', 500), held('W1', 400), paid('W1', 400, 80)))).toEqual(
      Array(4).fill('posted'),
    );
    expect(await balance('7', 'pending')).toBe(0);
    expect(await balance('7', 'available')).toBe(100);
    expect(await balance('7', 'withdrawing')).toBe(0);
    const platform = ['commissionExpense', 'payoutClearing', 'taxPayable', 'bank'] as const;
    const figures = async () =>
      (
        await ledger.balances(
          sql,
          platform.map((kind) => platformAccount(kind)),
        )
      ).map(({ balanceFen }) => balanceFen);
    expect(await figures()).toEqual([-500, 320, 80, 0]);
    await post(payoutSettled({ payoutNo: 'P-W1', withdrawalId: 'W1', amountFen: fen(320) }));
    expect(await figures()).toEqual([-500, 0, 80, 320]);
  });

  it('given a posting that was made, when it comes again, then the answer is the same and no row is new', async () => {
    const [first] = await fixture.post(earned('L1', 500));
    const before = [await fixture.count('ledgerTransaction'), await fixture.count('ledgerEntry'), await fixture.count('ledgerDelta')];
    fixture.clock.nowMs += 60_000;
    const [again] = await fixture.post(earned('L1', 500));
    expect(first?.status).toBe('posted');
    expect(again).toEqual({ ...first, status: 'replayed' });
    expect([await fixture.count('ledgerTransaction'), await fixture.count('ledgerEntry'), await fixture.count('ledgerDelta')]).toEqual(
      before,
    );
  });

  it('given a key, when it comes with another body, then it is refused with the transaction it stands for and nothing moves', async () => {
    const [first] = await fixture.post(earned('L1', 500));
    const [other] = await fixture.post(earned('L1', 501));
    expect(other).toEqual({
      status: 'refused',
      refusal: { code: 'keyReused', transactionId: first?.status === 'posted' ? first.transactionId : '', postedKind: 'commissionEarned' },
    });
    expect(await fixture.balance('7', 'pending')).toBe(500);
  });

  it('given a batch with a bad posting in the middle, when it is posted, then only that one is refused', async () => {
    const bad = { ...earned('L2', 1)!, entries: [] };
    expect(
      statuses(await fixture.post(earned('L1', 500), bad, released('L1', 500), held('W1', 501), held('W2', 500), held('W2', 500))),
    ).toEqual(['posted', 'invalid', 'posted', 'insufficient', 'posted', 'replayed']);
    expect(await fixture.count('ledgerTransaction')).toBe(3);
    // The refused key is not used up.
    await fixture.post(earned('L3', 600), released('L3', 600));
    expect(statuses(await fixture.post(held('W1', 501)))).toEqual(['posted']);
  });

  it('given a promoter with 100 fen, when two withdrawals of 100 stand in one batch, then the second is refused with the balance seen', async () => {
    const [, , , second] = await fixture.post(earned('L1', 100), released('L1', 100), held('W1', 100), held('W2', 100));
    expect(second).toEqual({
      status: 'refused',
      refusal: { code: 'insufficient', account: promoterAccount('7', 'available'), balanceFen: 0, amountFen: -100 },
    });
  });

  it('given a withdrawal that ended, when another end arrives, then it is refused as a reused key: paid and failed exclude each other', async () => {
    await fixture.post(earned('L1', 100), released('L1', 100), held('W1', 100), failed('W1', 100));
    expect(statuses(await fixture.post(paid('W1', 100)))).toEqual(['keyReused']);
    expect(await fixture.balance('7', 'available')).toBe(100);
    const [clearing] = await fixture.ledger.balances(fixture.sql, [platformAccount('payoutClearing')]);
    expect(clearing?.balanceFen).toBe(0);
  });

  it('given two open withdrawals, when one ends with the amount of both, then it is refused', async () => {
    await fixture.post(earned('L1', 300), released('L1', 300), held('W1', 100), held('W2', 200));
    const outcomes = await fixture.post(failed('W1', 300), failed('W1', 50), failed('W2', 200), failed('W1', 100));
    expect(statuses(outcomes)).toEqual(['notHeld', 'notHeld', 'posted', 'posted']);
    expect(await fixture.balance('7', 'withdrawing')).toBe(0);
  });

  it('given commission of two lines, when one line is clawed back from pending after its release, then the other line is not touched', async () => {
    await fixture.post(earned('L1', 100), earned('L2', 100), released('L1', 100));
    const refund = (from: 'pending' | 'available') =>
      clawback({
        lineId: 'L1',
        level: 1,
        promoterId: '7',
        baseFen: fen(1_000),
        rateBp: bp(1_000),
        refundId: 'R1',
        from,
        refundedBeforeFen: fen(0),
        refundedAfterFen: fen(1_000),
      });
    expect(statuses(await fixture.post(refund('pending')))).toEqual(['notHeld']);
    expect(await fixture.balance('7', 'pending')).toBe(100);
    expect(statuses(await fixture.post(refund('available')))).toEqual(['posted']);
    expect(await fixture.balance('7', 'available')).toBe(0);
  });

  it('given commission already withdrawn, when its order is refunded, then available becomes the debt and later commission repays it', async () => {
    const { post, balance } = fixture;
    await post(
      earned('L1', 100),
      released('L1', 100),
      held('W1', 100),
      paid('W1', 100),
      payoutSettled({ payoutNo: 'P-W1', withdrawalId: 'W1', amountFen: fen(100) }),
    );
    await post(
      clawback({
        lineId: 'L1',
        level: 1,
        promoterId: '7',
        baseFen: fen(1_000),
        rateBp: bp(1_000),
        refundId: 'R1',
        from: 'available',
        refundedBeforeFen: fen(0),
        refundedAfterFen: fen(1_000),
      }),
    );
    expect(await balance('7', 'available')).toBe(-100);
    expect(statuses(await post(held('W2', 1)))).toEqual(['insufficient']);
    await post(earned('L2', 60), released('L2', 60));
    expect(await balance('7', 'available')).toBe(-40);
    await post(earned('L3', 60), released('L3', 60));
    expect(await balance('7', 'available')).toBe(20);
  });

  it('given a posting that requires another, when that one is missing, then it is refused; in one batch the order counts', async () => {
    expect(statuses(await fixture.post(released('L1', 100), earned('L1', 100), released('L1', 100)))).toEqual([
      'requiredMissing',
      'posted',
      'posted',
    ]);
  });

  it('given a transaction, when it is reversed, then the opposite stands beside it, once, with ticket and two approvers', async () => {
    const { ledger, session, sql } = fixture;
    const [outcome] = await fixture.post(earned('L1', 100));
    const transactionId = outcome?.status === 'posted' ? outcome.transactionId : '';
    const request = { transactionId, ticketId: 'T1', approvedBy: ['u1', 'u2'], reason: 'wrong promoter' } as const;
    const reversal = await inTransaction(session, (inside) => ledger.reverse(inside, request));
    expect(reversal?.status).toBe('posted');
    expect(await fixture.balance('7', 'pending')).toBe(0);
    expect((await inTransaction(session, (inside) => ledger.reverse(inside, request)))?.status).toBe('replayed');
    const second = await inTransaction(session, (inside) => ledger.reverse(inside, { ...request, ticketId: 'T2' }));
    expect(second).toEqual({ status: 'refused', refusal: { code: 'alreadyReversed', transactionId } });
    await expect(inTransaction(session, (inside) => ledger.reverse(inside, { ...request, approvedBy: ['u1', 'u1'] }))).rejects.toThrow(
      RangeError,
    );
    expect(await ledger.reverse(sql, { ...request, transactionId: '01M81C7M6N6SJTJE3WNBJ43RJ8' })).toBeUndefined();
    const about = await ledger.findTransactionsByReference(sql, { type: 'commission', id: 'L1:1' });
    expect(about.map(({ kind, reversesId, detail }) => [kind, reversesId, detail?.ticketId])).toEqual([
      ['commissionEarned', null, undefined],
      ['adjustment', transactionId, 'T1'],
    ]);
  });

  it('given a clock that steps back, when more is posted, then instants along an account do not', async () => {
    const outcomes = [...(await fixture.post(earned('L1', 1)))];
    fixture.clock.nowMs -= 5_000;
    outcomes.push(...(await fixture.post(earned('L2', 1), earned('L3', 1, 'other'))));
    expect(outcomes.map((outcome) => (outcome.status === 'posted' ? outcome.postedAt - START : undefined))).toEqual([0, 0, -5_000]);
  });

  it('given a caller that rolls back, when a batch was posted inside, then nothing of it is left', async () => {
    await fixture.session.begin();
    expect(statuses(await fixture.ledger.postBatch(fixture.sql, [earned('L1', 100)!]))).toEqual(['posted']);
    await fixture.session.rollback();
    expect([await fixture.count('ledgerTransaction'), await fixture.count('ledgerEntry'), await fixture.count('ledgerDelta')]).toEqual([
      0, 0, 0,
    ]);
    expect(await fixture.balance('7', 'pending')).toBe(0);
  });

  it('given batches of 2 and of 1,000 postings, when they are posted, then the statements grow with chunks, not with postings', async () => {
    const statementsFor = async (run: string, size: number) => {
      let statements = 0;
      const { session } = fixture;
      const counting: LedgerSql = {
        dialect: session.sql.dialect,
        query: async (statement, parameters) => {
          statements += 1;
          return session.sql.query(statement, parameters);
        },
        execute: async (statement, parameters) => {
          statements += 1;
          return session.sql.execute(statement, parameters);
        },
      };
      const batch = Array.from({ length: size }, (_, line) => earned(`${run}-${line}`, 10, String(line % 10))!);
      await session.begin();
      const outcomes = await fixture.ledger.postBatch(counting, batch);
      await session.commit();
      expect(new Set(statuses(outcomes))).toEqual(new Set(['posted']));
      return statements;
    };
    await statementsFor('first', 20);
    const few = await statementsFor('few', 2);
    const many = await statementsFor('many', 1_000);
    expect(many).toBeLessThanOrEqual(few + 25);
    await expect(fixture.post(...Array.from({ length: 2_001 }, (_, line) => earned(`x-${line}`, 10)))).rejects.toThrow(RangeError);
  });
});
