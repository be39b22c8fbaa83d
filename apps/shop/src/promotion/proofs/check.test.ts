import { createSigner, formatNote, formatVerifierKey, parseProofFile, signerKey } from '@qianxing/transparency-log/verify';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import mock from '../../../test-support/proofs.json';
import { memoryStorage } from '../../platform/storage';
import { type CheckOutcome, checkProofs, type ProofSource } from './check';
import { createKeeper, type ProofKeeper } from './keeper';
import { earned, type Movement, ORIGIN, released, testLog } from './log-for-tests';

const MOVEMENTS: readonly Movement[] = [
  earned(1_000),
  released(1_000),
  earned(500),
  {
    kind: 'commissionClawedBack',
    changes: { pending: -250 },
    facts: { baseFen: 10_000, rateBp: 500, refundedBeforeFen: 0, refundedAfterFen: 5_000 },
  },
  { kind: 'withdrawalHeld', changes: { available: -400, reserved: 400 } },
];
const alarmOf = (outcome: CheckOutcome) => (outcome.status === 'alarm' ? outcome.alarm.kind : outcome.status);

describe('a check of proofs', () => {
  let storage: ReturnType<typeof memoryStorage>;
  let keeper: ProofKeeper;
  beforeEach(() => {
    storage = memoryStorage();
    keeper = createKeeper(storage, 'member');
  });
  const honest = () => testLog(MOVEMENTS);
  const check = (source: ProofSource) => checkProofs(source, keeper);

  it('proves every record, every balance and the log, and keeps how far it came', async () => {
    const log = await honest();
    const outcome = await check(await log.source());
    expect(outcome).toMatchObject({
      status: 'proven',
      report: { waiting: 0, balancesCompared: true, verifiedBefore: null, logSize: 8, witnesses: [] },
    });
    if (outcome.status !== 'proven') return;
    expect(outcome.report.entries.map(({ record }) => record.n)).toEqual([1, 2, 3, 4, 5]);
    expect(outcome.report.balances).toEqual({ pendingFen: 250, availableFen: 600, reservedFen: 400 });
    expect(keeper.log()).toMatchObject({ origin: ORIGIN, verifiedAt: 1_000 });
    expect(keeper.chain()).toMatchObject({ count: 5 });
    expect(keeper.alarm()).toBeNull();
  });

  it('asks the device for a second opinion: what it denies is an alarm, what it does not know is said less', async () => {
    const log = await honest();
    expect(await check(await log.source())).toMatchObject({ report: { deviceAgrees: true } });
    const verify = vi.spyOn(crypto.subtle, 'verify').mockResolvedValue(false);
    expect(alarmOf(await checkProofs(await log.source(), createKeeper(memoryStorage(), 'member')))).toBe('badCheckpoint');
    verify.mockRestore();
    const importKey = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('no Ed25519'));
    const without = await checkProofs(await log.source(), createKeeper(memoryStorage(), 'member'));
    importKey.mockRestore();
    expect(without).toMatchObject({ status: 'proven', report: { deviceAgrees: false } });
  });

  it('proves what the mock of the mini-program test shows', async () => {
    const { transparencyLog, records } = mock;
    const page = { ...records, items: records.items.map((item) => ({ ...item, status: 'proven' as const })) };
    const source = await (await honest()).source(8, {
      log: async () => ({ ok: true, value: transparencyLog }),
      records: async () => ({ ok: true, value: page }),
    });
    expect(alarmOf(await check(source))).toBe('proven');
  });

  it('goes on from the checkpoint it kept, while the log grows', async () => {
    const log = await honest();
    for (const size of [3, 5, 5, 8]) expect(alarmOf(await check(await log.source(size)))).toBe('proven');
    expect(await check(await log.source(8))).toMatchObject({ report: { verifiedBefore: 1_000 } });
  });

  it('says what is not proven yet: records on their way, records from before the log', async () => {
    const log = await honest();
    expect(await check(await log.source(3))).toMatchObject({ status: 'proven', report: { waiting: 2, balancesCompared: false } });
    const records = async () => ({ ok: true, value: { ...(await log.page(8)), complete: false } }) as const;
    expect(await check(await log.source(8, { records }))).toMatchObject({ report: { complete: false, balancesCompared: false } });
  });

  it('takes pages whose checkpoints are of different moments, also an older one after a newer', async () => {
    const log = await honest();
    const [old, new_] = [await log.page(5), await log.page(8)];
    for (const [first, second] of [
      [old, new_],
      [new_, old],
    ] as const) {
      const records = async (cursor: string | undefined) =>
        ({
          ok: true,
          value:
            cursor === undefined
              ? { ...first, items: first.items.slice(0, 2), nextCursor: 'next' }
              : { ...second, items: second.items.slice(2) },
        }) as const;
      keeper.startAnew();
      expect(alarmOf(await check(await log.source(5, { records })))).toBe('proven');
    }
  });

  it('says nothing when the log is empty or the server cannot be reached', async () => {
    const log = await honest();
    const empty = { origin: ORIGIN, verifierKey: formatVerifierKey(log.signer), policy: null, checkpoint: null };
    expect(await check(await log.source(8, { log: async () => ({ ok: true, value: empty }) }))).toEqual({ status: 'nothingPublished' });
    const offline = async () => ({ ok: false, failure: { kind: 'offline' } }) as const;
    for (const part of ['log', 'records'] as const)
      expect(await check(await log.source(8, { [part]: offline }))).toEqual({ status: 'unreachable', failure: { kind: 'offline' } });
    expect(keeper.alarm()).toBeNull();
  });

  describe('raises an alarm', () => {
    it('for a forged record: another amount under the same leaf', async () => {
      const log = await honest();
      const forged = await testLog([earned(9_000), ...MOVEMENTS.slice(1)]);
      const shown = await log.page(8);
      const [first] = (await forged.page(8)).items;
      const checkpoint = await log.checkpointOf(8);
      const file = parseProofFile(first!.proof!);
      if (!file.ok) throw new Error('not a proof');
      const proof = first!.proof!.replace(file.value.checkpoint, checkpoint);
      const records = async () => ({ ok: true, value: { ...shown, items: [{ ...first!, proof }, ...shown.items.slice(1)] } }) as const;
      expect(alarmOf(await check(await log.source(8, { records })))).toBe('badRecord');
    });

    it.each([
      ['left out', (items: unknown[]) => items.filter((_, at) => at !== 1)],
      ['left out at the end, when it had been shown before', (items: unknown[]) => items.slice(0, 4)],
      ['swapped', (items: unknown[]) => [items[1], items[0], ...items.slice(2)]],
      ['shown twice', (items: unknown[]) => [items[0], ...items]],
    ])('for a record %s', async (_what, change) => {
      const log = await honest();
      expect(alarmOf(await check(await log.source()))).toBe('proven');
      const shown = await log.page(8);
      const records = async () => ({ ok: true, value: { ...shown, items: change(shown.items) as typeof shown.items } }) as const;
      expect(['badRecord', 'shrunk']).toContain(alarmOf(await check(await log.source(8, { records }))));
    });

    it('for a record with the proof of another', async () => {
      const log = await honest();
      const shown = await log.page(8);
      const items = shown.items.map((item, at) => (at === 0 ? { ...item, recordId: 'another' } : item));
      expect(alarmOf(await check(await log.source(8, { records: async () => ({ ok: true, value: { ...shown, items } }) })))).toBe(
        'badRecord',
      );
    });

    it('for a rewritten log: properly signed, and not the one that was seen', async () => {
      const log = await honest();
      expect(alarmOf(await check(await log.source(6)))).toBe('proven');
      const rewritten = await testLog([earned(900), released(900), ...MOVEMENTS.slice(2)]);
      expect(alarmOf(await check(await rewritten.source(8)))).toBe('inconsistent');
      expect(keeper.alarm()).toMatchObject({ kind: 'inconsistent', evidence: { kept: { origin: ORIGIN } } });
      expect(keeper.alarm()?.evidence.shown).toContain(`${ORIGIN}\n8\n`);
    });

    it('for a split view: two logs of the same size', async () => {
      const log = await honest();
      expect(alarmOf(await check(await log.source(8)))).toBe('proven');
      const other = await testLog(MOVEMENTS, { key: 8 });
      expect(alarmOf(await check(await other.source(8)))).toBe('inconsistent');
    });

    it('for a log that shrank and stays small, not for one that is a moment behind', async () => {
      const log = await honest();
      expect(alarmOf(await check(await log.source(8)))).toBe('proven');
      const small = await log.source(6);
      const whole = await log.source(8);
      let looks = 0;
      const behind: ProofSource = {
        ...whole,
        log: () => {
          looks += 1;
          return looks < 3 ? small.log() : whole.log();
        },
      };
      expect(alarmOf(await check(behind))).toBe('proven');
      expect(looks).toBe(3);
      expect(alarmOf(await check(small))).toBe('shrunk');
      const gone = async () =>
        ({ ok: true, value: { origin: ORIGIN, verifierKey: keeper.log()!.verifierKey, policy: null, checkpoint: null } }) as const;
      keeper.startAnew();
      expect(alarmOf(await check(whole))).toBe('proven');
      expect(alarmOf(await check({ ...whole, log: gone }))).toBe('shrunk');
    });

    it('for another key or name, and for a checkpoint that nobody we know signed', async () => {
      const log = await honest();
      expect(alarmOf(await check(await log.source(8)))).toBe('proven');
      const other = await testLog(MOVEMENTS, { signer: 2 });
      expect(alarmOf(await check(await other.source(8)))).toBe('keyChanged');
      const mallory = createSigner(signerKey(ORIGIN, 'ed25519', new Uint8Array(32).fill(9)));
      const text = (await log.checkpointOf(8)).split('\n\n')[0]!;
      const checkpoint = formatNote({ text: `${text}\n`, signatures: [mallory.sign(`${text}\n`)] });
      const answer = { origin: ORIGIN, verifierKey: formatVerifierKey(log.signer), policy: null, checkpoint };
      keeper.startAnew();
      expect(alarmOf(await check(await log.source(8, { log: async () => ({ ok: true, value: answer }) })))).toBe('badCheckpoint');
    });

    it.each([
      ['commission that is not base times rate', [earned(1_000, { rateBp: 700 })], 'badSum'],
      [
        'a claw-back that is not the difference of dues',
        [earned(1_000), { ...MOVEMENTS[3]!, changes: { pending: -300 }, facts: { baseFen: 20_000, rateBp: 500, refundedAfterFen: 5_000 } }],
        'badSum',
      ],
      ['an account whose balance does not follow', [{ ...earned(1_000), lies: { pendingAfterFen: 2_000 } }, released(1_000)], 'badSum'],
      ['an amount that no account shows', [{ ...released(0), changes: {}, lies: { amount: 5, after: 5 } }], 'badSum'],
      ['a balance that does not follow from the amount', [{ ...earned(1_000), lies: { after: 2_000 } }], 'badRecord'],
    ])('for %s', async (_what, movements: readonly Movement[], kind) => {
      expect(alarmOf(await check(await (await testLog(movements)).source()))).toBe(kind);
    });

    it('for a checkpoint without the witnesses that the log promises; with them it names them', async () => {
      const witness = signerKey('witness.example', 'cosignature', new Uint8Array(32).fill(3));
      const policy = `witness w ${formatVerifierKey(witness)}\nquorum w\n`;
      const shown = async (log: Awaited<ReturnType<typeof testLog>>) => {
        const answer = { origin: ORIGIN, verifierKey: formatVerifierKey(log.signer), policy, checkpoint: await log.checkpointOf(8) };
        return log.source(8, { log: async () => ({ ok: true, value: answer }) });
      };
      const cosigned = await check(await shown(await testLog(MOVEMENTS, { witness: 3 })));
      expect(cosigned).toMatchObject({ status: 'proven', report: { witnesses: [{ name: 'w', at: 1_790_000_000_000 }] } });
      expect(alarmOf(await check(await shown(await honest())))).toBe('badCheckpoint');
    });

    it('for a wallet that shows something else, once it stays so', async () => {
      const log = await honest();
      const shown = await log.page(8);
      const balances = { ...shown.balances, availableFen: shown.balances.availableFen - 1 };
      let looks = 0;
      const lying = (until: number) => async () => {
        looks += 1;
        return { ok: true, value: looks > until ? shown : { ...shown, balances } } as const;
      };
      expect(alarmOf(await check(await log.source(8, { records: lying(2) })))).toBe('proven');
      looks = 0;
      expect(alarmOf(await check(await log.source(8, { records: lying(100) })))).toBe('balanceDiffers');
    });

    it('that stays over later checks and reloads until a person puts it away', async () => {
      const log = await honest();
      expect(alarmOf(await check(await log.source(8)))).toBe('proven');
      const other = await testLog(MOVEMENTS, { key: 8 });
      await check(await other.source(8));
      const reloaded = createKeeper(storage, 'member');
      expect(reloaded.alarm()).toMatchObject({ kind: 'inconsistent' });
      expect(alarmOf(await checkProofs(await log.source(8), reloaded))).toBe('proven');
      expect(reloaded.alarm()).toMatchObject({ kind: 'inconsistent' });
      await checkProofs(await log.source(6), reloaded);
      expect(reloaded.alarm()).toMatchObject({ kind: 'inconsistent' });
      expect(createKeeper(storage, 'another').alarm()).toBeNull();
      reloaded.startAnew();
      expect(reloaded.alarm()).toBeNull();
      expect(alarmOf(await checkProofs(await other.source(8), reloaded))).toBe('proven');
    });
  });
});
