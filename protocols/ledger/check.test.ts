import { bp, fen } from '@qianxing/money';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkLedger } from './check';
import { clawback, commissionChart, earn, platformAccount, promoterAccount } from './commission';
import type { Posting } from './model';
import { describeEachDatabase } from './testing/each';
import { earned, type Fixture, fixtureOn, held, paid, released } from './testing/fixture';
import type { TestDatabase } from './testing/port';

const TRIGGERS = [
  'ledgerTransactionNoUpdate',
  'ledgerTransactionNoDelete',
  'ledgerEntryNoUpdate',
  'ledgerEntryNoDelete',
  'ledgerAccountNoRename',
];

describeEachDatabase('tampering', (open) => {
  let database: TestDatabase;
  let fixture: Fixture;
  beforeEach(async () => {
    database = await open();
    fixture = await fixtureOn(database);
    await fixture.post(
      earned('L1', 500),
      released('L1', 500),
      held('W1', 300),
      paid('W1', 300, 60),
      earned('L2', 200),
      earned('L2', 100, '8', 2),
    );
    await fixture.post(
      clawback({
        lineId: 'L2',
        level: 1,
        promoterId: '7',
        baseFen: fen(2_000),
        rateBp: bp(1_000),
        refundId: 'R1',
        from: 'pending',
        refundedBeforeFen: fen(0),
        refundedAfterFen: fen(1_000),
      }),
      held('W2', 50),
    );
  });
  afterEach(() => database.close());

  const run = async (...statements: string[]) => {
    for (const statement of statements) await fixture.sql.execute(statement, []);
  };
  const invariants = async () =>
    [...new Set((await checkLedger(fixture.sql, { now: fixture.clock.nowMs })).map(({ invariant }) => invariant))].sort();

  it('a sound ledger has no findings', async () => {
    expect(await invariants()).toEqual([]);
  });

  it.each([
    ['UPDATE ledgerEntry SET amountFen = amountFen + 1 WHERE seq = 1'],
    ['UPDATE ledgerTransaction SET detail = NULL'],
    ['DELETE FROM ledgerEntry WHERE seq = 2'],
    ['DELETE FROM ledgerTransaction'],
    ['DELETE FROM ledgerAccount'],
    ["UPDATE ledgerAccount SET ownerId = '8', address = 'x' WHERE kind = 'withdrawing'"],
    [
      `REPLACE INTO ledgerEntry (transactionId, seq, accountId, amountFen, postedAt) SELECT transactionId, seq, accountId, 1, postedAt FROM ledgerEntry`,
    ],
    [
      "REPLACE INTO ledgerTransaction (id, idempotencyKey, requestHash, kind, referenceType, referenceId, entryCount, postedAt) SELECT '01M81C7M6N6SJTJE3WNBJ43RJ8', idempotencyKey, requestHash, 'other', referenceType, referenceId, entryCount, postedAt FROM ledgerTransaction",
    ],
  ])('the database itself keeps what was posted: %s', async (statement) => {
    const content = async () => [
      await fixture.sql.query('SELECT * FROM ledgerTransaction ORDER BY id', []),
      await fixture.sql.query('SELECT * FROM ledgerEntry ORDER BY transactionId, seq', []),
      await fixture.sql.query('SELECT * FROM ledgerAccount ORDER BY id', []),
    ];
    const before = await content();
    // SQLite ignores a REPLACE onto a taken key, everything else is an error.
    const outcome = await fixture.sql.execute(statement, []).then(
      ({ affectedRows }) => affectedRows,
      () => 'refused',
    );
    expect(outcome === 'refused' || outcome === 0).toBe(true);
    expect(await content()).toEqual(before);
    expect(await invariants()).toEqual([]);
  });

  it.each<[string, string[], string[]]>([
    ['one amount changed', ['UPDATE ledgerEntry SET amountFen = amountFen + 1 WHERE amountFen = 200'], ['I1', 'I2', 'I3', 'I5', 'I8']],
    [
      'both amounts of a transaction changed',
      ['UPDATE ledgerEntry SET amountFen = amountFen * 2 WHERE amountFen IN (200, -200)'],
      ['I3', 'I5', 'I8'],
    ],
    ['an entry deleted', ['DELETE FROM ledgerEntry WHERE amountFen = 60'], ['I1', 'I2', 'I3', 'I8']],
    [
      'an explanation changed',
      ["UPDATE ledgerTransaction SET detail = REPLACE(detail, '\"rateBp\":1000', '\"rateBp\":999') WHERE idempotencyKey = 'earn:L1:1'"],
      ['I5', 'I8'],
    ],
    [
      'a commission moved to another promoter',
      ["UPDATE ledgerEntry SET accountId = (SELECT id FROM ledgerAccount WHERE address = 'promoter/8/pending') WHERE amountFen = 200"],
      ['I3', 'I7', 'I8'],
    ],
    ['a balance changed', ["UPDATE ledgerAccount SET balanceFen = balanceFen + 1 WHERE address = 'promoter/7/available'"], ['I3']],
    [
      'a delta lost',
      ["DELETE FROM ledgerDelta WHERE accountId = (SELECT id FROM ledgerAccount WHERE address = 'platform/main/taxPayable')"],
      ['I3'],
    ],
    ['a running balance changed', ['UPDATE ledgerEntry SET balanceAfterFen = balanceAfterFen + 1 WHERE amountFen = 200'], ['I3']],
    ['an instant changed', ['UPDATE ledgerEntry SET postedAt = postedAt - 1 WHERE amountFen = 200'], ['I2', 'I3']],
    [
      'a requirement removed',
      ["UPDATE ledgerTransaction SET requiresKey = 'withdraw:none:hold' WHERE idempotencyKey = 'withdraw:W1:end'"],
      ['I7', 'I8'],
    ],
    ['a reference changed', ["UPDATE ledgerTransaction SET referenceId = 'W2' WHERE idempotencyKey = 'withdraw:W1:end'"], ['I7', 'I8']],
    ['an account of an unknown kind', ["UPDATE ledgerAccount SET kind = 'gift' WHERE kind = 'taxPayable'"], ['I4', 'I8']],
  ])('given rights that nobody should have, when %s, then the check tells', async (_name, statements, expected) => {
    for (const trigger of TRIGGERS) await run(`DROP TRIGGER ${trigger}`);
    await run(...statements);
    expect(await invariants()).toEqual(expected);
  });

  it('given a withdrawal that took available below zero, when it is checked, then I4 tells', async () => {
    const forged: Posting = { ...held('W3', 1_000), kind: 'commissionClawedBack' };
    await fixture.post(forged);
    expect(await fixture.balance('7', 'available')).toBe(-850);
    expect(await invariants()).toEqual([]);
    await run(
      'DROP TRIGGER ledgerTransactionNoUpdate',
      "UPDATE ledgerTransaction SET kind = 'withdrawalHeld' WHERE idempotencyKey = 'withdraw:W3:hold'",
    );
    expect(await invariants()).toEqual(['I4', 'I8']);
  });

  it('given levels, promoters or rates of a line beyond what is allowed, when it is checked, then I6 tells', async () => {
    const terms = { lineId: 'L9', baseFen: fen(1_000), rateBp: bp(4_000) };
    await fixture.post(earn({ ...terms, level: 1, promoterId: '7' }), earn({ ...terms, level: 2, promoterId: '8' }));
    expect(await invariants()).toEqual([]);
    await fixture.post(earn({ ...terms, level: 3, promoterId: '7' }));
    const messages = (await checkLedger(fixture.sql)).filter(({ invariant }) => invariant === 'I6').map(({ message }) => message);
    expect(messages).toEqual(['a promoter earns twice from one line', 'the rates of a line exceed the cap']);
  });

  it('given a commission posted by hand with another amount than its terms say, when it is checked, then I5 tells', async () => {
    const entries = [
      { account: platformAccount('commissionExpense'), amountFen: fen(-11) },
      { account: promoterAccount('7', 'pending'), amountFen: fen(11) },
    ];
    await fixture.post({ ...earned('L8', 10)!, entries });
    expect(await invariants()).toEqual(['I5']);
  });

  it('given a claw-back by hand that takes another amount than the refund says, when it is checked, then I5 tells', async () => {
    const wanted = clawback({
      ...{ lineId: 'L1', level: 1, promoterId: '7', baseFen: fen(5_000), rateBp: bp(1_000) },
      ...{ refundId: 'R9', from: 'available', refundedBeforeFen: fen(0), refundedAfterFen: fen(1_000) },
    })!;
    await fixture.post({ ...wanted, entries: wanted.entries.map((entry) => ({ ...entry, amountFen: fen(entry.amountFen / 2) })) });
    expect((await checkLedger(fixture.sql, { now: fixture.clock.nowMs })).map(({ message }) => message)).toEqual([
      'net commission differs from what is due after refunds',
    ]);
  });

  it('given a chart whose rule for a kind changed, when it is used, then nothing is posted under the wrong rule', async () => {
    const chart = { ...commissionChart, pending: { folded: true } } as const;
    expect((await checkLedger(fixture.sql, { chart, now: fixture.clock.nowMs })).map(({ invariant }) => invariant)).toContain('I4');
    const { createLedger } = await import('./create');
    await expect(createLedger({ chart }).post(fixture.sql, earned('L7', 1)!)).rejects.toThrow('must not change');
  });
});
