import { testDatabases } from '@qianxing/testing';
import { MINUTE_MS } from '@qianxing/time';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogRoom, openCatalog, pictureServer } from '../catalog-for-tests';
import type { UpdateFate } from '../shop-for-tests';
import { wasCarriedOut } from './pushes';

let pictures: Awaited<ReturnType<typeof pictureServer>>;
beforeAll(async () => {
  pictures = await pictureServer();
});
afterAll(() => pictures.close());

describe('a call whose answer was lost', () => {
  it.each([
    [{ sending: 3, stockBefore: 10 }, 7, true],
    [{ sending: 3, stockBefore: 10 }, 10, false],
    [{ sending: 3, stockBefore: 10 }, 9, false],
    [{ sending: 3, stockBefore: 10 }, 5, true],
    [{ sending: -3, stockBefore: 10 }, 13, true],
    [{ sending: -3, stockBefore: 10 }, 12, true],
    [{ sending: -3, stockBefore: 10 }, 10, false],
    [{ sending: 0, stockBefore: null }, 10, false],
  ])('%o with %i in stock now: %s', (row, stock, carriedOut) => {
    expect(wasCarriedOut(row, stock)).toBe(carriedOut);
  });
});

for (const kind of testDatabases()) {
  describe(`stock pushes on ${kind.name}`, () => {
    let room: CatalogRoom;
    beforeEach(async () => {
      room = await openCatalog(kind, pictures);
      room.shop.put('1', { skus: [{ code: 'A', stock: 100 }] });
      await room.importAll();
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      expect(await room.deadLetters()).toBe(0);
      await room.close();
    });

    const push = async () => {
      await room.drain();
      const settled = await room.run('catalog.pushStock');
      room.clock.advance(MINUTE_MS);
      return settled;
    };
    const row = () => room.tables.selectFrom('catalog_stock_pushes').selectAll().executeTakeFirstOrThrow();
    const outside = () => room.shop.stockOf('1-0');

    it('tells what was taken, given back and put on hand again, each once', async () => {
      const first = await room.order('A', 3);
      const second = await room.order('A', 2);
      await push();
      expect(outside()).toBe(95);
      await room.cancel(second);
      await room.pay(first);
      await push();
      expect(outside()).toBe(97);
      await room.refund(first, 2, 1);
      await push();
      expect(outside()).toBe(98);
      expect(await row()).toMatchObject({ told: 2, pending: 0, sending: 0 });
      expect(await push()).toBe(0);
      expect(room.shop.calls.update).toBe(3);
    });

    it('counts sales and returns', async () => {
      const sold = async () => (await room.product('1')).soldCount;
      const ordered = await room.order('A', 3);
      await room.drain();
      expect(await sold()).toBe(0);
      await room.pay(ordered);
      await room.pay(ordered);
      await room.drain();
      expect(await sold()).toBe(3);
      await room.refund(ordered, 2, 0);
      await room.drain();
      expect(await sold()).toBe(1);
    });

    it('sends again after a call that was lost, and not after one whose answer was', async () => {
      await room.order('A', 4);
      room.shop.fates.push('lostUnknown', 'doneUnknown');
      await push();
      expect(await row()).toMatchObject({ pending: 0, sending: 4, stockBefore: 100 });
      await push();
      expect(outside()).toBe(96);
      await push();
      expect(outside()).toBe(96);
      expect(await row()).toMatchObject({ told: 4, sending: 0, problem: null });
      expect(room.shop.calls.update).toBe(2);
    });

    it('does the same for units given back', async () => {
      const ordered = await room.order('A', 4);
      await push();
      await room.cancel(ordered);
      room.shop.fates.push('lostUnknown', 'doneUnknown');
      await push();
      expect(outside()).toBe(96);
      await push();
      await push();
      expect(outside()).toBe(100);
      expect(await row()).toMatchObject({ told: 0, sending: 0 });
    });

    it('keeps what is refused for now with what is sold meanwhile, and drops what is refused for good', async () => {
      await room.order('A', 4);
      room.shop.fates.push('busy');
      await push();
      expect(await row()).toMatchObject({ pending: 4, sending: 0, problem: '45009' });
      await room.order('A', 1);
      await push();
      expect(outside()).toBe(95);
      room.shop.setStock('1-0', 1);
      await room.order('A', 2);
      await push();
      expect(await row()).toMatchObject({ pending: 0, sending: 0, told: 7, problem: '10020219' });
      expect(outside()).toBe(1);
    });

    it('tells once when two processes push at the same moment, also while an answer is lost', async () => {
      await room.order('A', 4);
      await room.drain();
      room.shop.fates.push('lostUnknown');
      await Promise.all([room.run('catalog.pushStock'), room.run('catalog.pushStock')]);
      expect(room.shop.calls.update).toBe(1);
      room.clock.advance(MINUTE_MS);
      await Promise.all([room.run('catalog.pushStock'), room.run('catalog.pushStock')]);
      expect(room.shop.calls.update).toBe(2);
      expect(outside()).toBe(96);
    });

    it('leaves the stock outside right whatever happens to the calls', { timeout: 120_000 }, async () => {
      const fates = fc.array(fc.constantFrom<UpdateFate>('ok', 'doneUnknown', 'lostUnknown', 'busy'), { maxLength: 12 });
      const steps = fc.array(
        fc.oneof(
          fc.record({ step: fc.constant('order' as const), quantity: fc.integer({ min: 1, max: 5 }) }),
          fc.record({ step: fc.constant('cancel' as const), quantity: fc.constant(0) }),
          fc.record({ step: fc.constant('push' as const), quantity: fc.constant(0) }),
          fc.record({ step: fc.constant('unreachable' as const), quantity: fc.constant(0) }),
        ),
        { maxLength: 14 },
      );
      await fc.assert(
        fc.asyncProperty(fates, steps, async (given, story) => {
          const start = outside();
          room.shop.fates.splice(0, Number.POSITIVE_INFINITY, ...given);
          const open: Awaited<ReturnType<CatalogRoom['order']>>[] = [];
          let taken = 0;
          for (const { step, quantity } of story) {
            if (step === 'order') {
              open.push(await room.order('A', quantity));
              taken += quantity;
            } else if (step === 'cancel') {
              const ordered = open.pop();
              if (ordered) taken -= ordered.facts.lines[0]!.quantity;
              if (ordered) await room.cancel(ordered);
            } else {
              if (step === 'unreachable') room.shop.faults.stock.push({ kind: 'unknown', reason: 'timeout' });
              await push();
            }
          }
          for (let turn = 0; turn < 16; turn += 1) await push();
          expect(outside()).toBe(start - taken);
          expect(await row().catch(() => ({ pending: 0, sending: 0 }))).toMatchObject({ pending: 0, sending: 0 });
          room.shop.setStock('1-0', 100);
        }),
        { numRuns: kind.name === 'SQLite' ? 30 : 6 },
      );
    });

    it('would double without reading the stock again: what the property guards is real', async () => {
      await room.order('A', 4);
      room.shop.fates.push('doneUnknown');
      await push();
      await room.database.transaction((transaction) =>
        transaction
          .withTables<{ catalog_stock_pushes: { stockBefore: number | null } }>()
          .updateTable('catalog_stock_pushes')
          .set({ stockBefore: null })
          .execute(),
      );
      await push();
      expect(outside()).toBe(92);
    });
  });
}
