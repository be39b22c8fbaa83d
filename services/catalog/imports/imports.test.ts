import { armFailpoint, testDatabases } from '@qianxing/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogRoom, codeOf, openCatalog, pictureServer, successOf } from '../catalog-for-tests';
import { catalogContract } from '../contract';

let pictures: Awaited<ReturnType<typeof pictureServer>>;
beforeAll(async () => {
  pictures = await pictureServer();
});
afterAll(() => pictures.close());

for (const kind of testDatabases()) {
  describe(`import on ${kind.name}`, () => {
    let room: CatalogRoom;
    beforeEach(async () => {
      pictures.pictures.clear();
      pictures.asked.length = 0;
      room = await openCatalog(kind, pictures);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const start = () => room.call(catalogContract.startImport, { body: {} });
    const get = async (importId: string) => successOf(await room.call(catalogContract.getImport, { params: { importId } }));
    const items = async (importId: string, change?: string) => {
      const query = { limit: 100, ...(change === undefined ? {} : { change }) };
      return successOf(await room.call(catalogContract.importItems, { params: { importId }, query })).items;
    };
    const preview = async () => {
      const { importId } = successOf(await start());
      while ((await room.run('catalog.import')) > 0);
      return get(importId);
    };
    const apply = (importId: string, excludedItemIds: string[] = []) =>
      room.call(catalogContract.applyImport, { params: { importId }, body: { excludedItemIds } });
    const counted = async (table: 'catalog_products' | 'catalog_skus') =>
      (await room.tables.selectFrom(table).selectAll().execute()).length;

    it('previews without changing anything, then applies what was previewed', async () => {
      for (const id of ['1', '2', '3', '4']) room.shop.put(id);
      const previewed = await preview();
      expect(previewed).toMatchObject({ status: 'previewed', progressPercent: 100, counts: { total: 4, new: 4, refused: 0 } });
      expect(await counted('catalog_products')).toBe(0);
      expect(pictures.asked).toEqual([]);
      expect(room.orders.settings).toBe(0);
      await apply(previewed.importId);
      while ((await room.run('catalog.import')) > 0);
      expect(await get(previewed.importId)).toMatchObject({ status: 'completed', counts: { applied: 4, failed: 0 } });
      expect(await room.product('1')).toMatchObject({ status: 'listed', minPriceFen: 39_900, weightGrams: 9_000 });
      expect(await room.sku('SKU-1')).toMatchObject({
        widthMm: 205,
        aspectPercent: 55,
        rimTenths: 160,
        season: 'summer',
        externalStock: 10,
      });
      expect([...room.orders.available.values()]).toEqual([10, 10, 10, 10]);
    });

    it('refuses with every reason, and imports the rest', async () => {
      const refused: [string, object, string[]][] = [
        ['1', { status: 'delistedByMerchant' }, ['notListed']],
        ['2', { title: ' ', code: '', pictures: [], skus: [] }, ['titleMissing', 'codeMissing', 'pictureMissing', 'skuMissing']],
        ['3', { merchant: 'M-9' }, ['merchantUnknown']],
        ['4', { warehouse: 'W-2' }, ['warehouseUnknown']],
        ['5', { category: 'boats' }, ['categoryUnknown']],
        ['6', { skus: [{ code: '', priceFen: 0, stock: -1 }] }, ['skuCodeMissing', 'priceMissing', 'stockInvalid']],
        ['7', { skus: [{ code: 'SKU-A' }, { code: 'SKU-A' }] }, ['skuCodeTaken', 'skuCodeTaken']],
        ['8', { title: '长'.repeat(241) }, ['textTooLong']],
      ];
      for (const [id, fixture] of refused) room.shop.put(id, fixture);
      room.shop.put('9');
      const { importId, counts } = await preview();
      expect(counts).toMatchObject({ total: 9, new: 1, refused: 8 });
      const reasons = new Map((await items(importId, 'refused')).map((item) => [item.externalProductId, item.reasons]));
      for (const [id, , codes] of refused) expect(reasons.get(id)?.map((reason) => reason.code)).toEqual(codes);
      expect(reasons.get('3')?.[0]?.zh).toContain('M-9');
      await apply(importId);
      while ((await room.run('catalog.import')) > 0);
      expect(await get(importId)).toMatchObject({ counts: { applied: 1 } });
      expect(await counted('catalog_products')).toBe(1);
    });

    it('gives a code to the first product that takes it, in one import and over several', async () => {
      room.shop.put('1', { code: 'SAME' });
      room.shop.put('2', { skus: [{ code: 'SHARED' }] });
      room.shop.put('3');
      room.shop.put('4', { code: 'SAME' });
      room.shop.put('5', { skus: [{ code: 'SHARED' }] });
      const first = await room.importAll();
      expect(first.counts).toMatchObject({ new: 3, refused: 2, applied: 3, failed: 0 });
      const second = await preview();
      expect((await items(second.importId, 'refused')).map((item) => item.reasons[0]?.code).sort()).toEqual(['codeTaken', 'skuCodeTaken']);
      expect(second.counts).toMatchObject({ unchanged: 3, refused: 2 });
    });

    it('shows what changed, field by field, and changes only that', async () => {
      for (const id of ['1', '2', '3']) room.shop.put(id, { skus: [{ code: `A-${id}` }, { code: `B-${id}`, label: '225/45R17 94W' }] });
      await room.importAll();
      const before = await room.product('2');
      const skuBefore = await room.sku('A-2');
      room.clock.advance(1_000);
      room.shop.put('2', {
        title: '新标题',
        skus: [
          { code: 'A-2', priceFen: 35_000, stock: 7 },
          { code: 'C-2', label: '235/40R18 95Y' },
        ],
      });
      const asked = pictures.asked.length;
      const { importId, counts } = await preview();
      expect(counts).toMatchObject({ new: 0, changed: 1, unchanged: 2 });
      const [changed] = await items(importId, 'changed');
      expect(changed?.differences).toEqual(
        expect.arrayContaining([
          { field: 'title', before: '静行轮胎 2', after: '新标题' },
          { field: 'price A-2', before: '399.00', after: '350.00' },
          { field: 'stock A-2', before: '10', after: '7' },
        ]),
      );
      await apply(importId);
      while ((await room.run('catalog.import')) > 0);
      expect(await room.product('2')).toMatchObject({
        productId: before.productId,
        title: '新标题',
        minPriceFen: 35_000,
        createdAt: before.createdAt,
      });
      expect(await room.product('1')).toMatchObject({ updatedAt: before.updatedAt });
      expect(await room.sku('A-2')).toMatchObject({ skuId: skuBefore.skuId, priceFen: 35_000 });
      expect(room.orders.available.get(skuBefore.skuId)).toBe(7);
      expect(pictures.asked).toHaveLength(asked);
    });

    it('delists SKUs that are gone and keeps their ids for when they come back', async () => {
      room.shop.put('1', { skus: [{ code: 'A' }, { code: 'B', label: '225/45R17 94W' }] });
      await room.importAll();
      const gone = await room.sku('B');
      room.shop.put('1', { skus: [{ code: 'A' }] });
      await room.importAll();
      expect(await room.sku('B')).toMatchObject({ skuId: gone.skuId, status: 'delisted' });
      const facts = await room.service.api.skuFacts([gone.skuId]);
      expect(facts.get(gone.skuId)?.listed).toBe(false);
      room.shop.put('1', { skus: [{ code: 'A' }, { code: 'B', label: '225/45R17 94W' }] });
      await room.importAll();
      expect(await room.sku('B')).toMatchObject({ skuId: gone.skuId, status: 'listed' });
    });

    it('notices new pictures, a new warehouse, weight and market price, and tells no change where there is none', async () => {
      room.shop.put('1');
      await room.importAll();
      const expectFields = async (fields: string[]) => {
        const { importId } = await preview();
        expect((await items(importId)).flatMap((item) => item.differences.map((difference) => difference.field))).toEqual(fields);
        await apply(importId);
        while ((await room.run('catalog.import')) > 0);
      };
      await expectFields([]);
      room.shop.put('1', { pictures: ['/ok/other', '/ok/1'] });
      await expectFields(['pictures']);
      expect(JSON.parse((await room.product('1')).pictures)).toHaveLength(2);
      room.shop.put('1', {
        pictures: ['/ok/other', '/ok/1'],
        merchant: 'M-2',
        warehouse: 'W-2',
        skus: [{ code: 'SKU-1', marketPriceFen: 50_000 }],
      });
      await expectFields(['warehouse', 'market price SKU-1']);
      await expectFields([]);
      const [fact] = (await room.service.api.skuFacts([(await room.sku('SKU-1')).skuId])).values();
      expect(fact).toMatchObject({ merchantName: '万里车品', warehouseName: '杭州仓', warehouseProvinceCode: '33' });
    });

    it('leaves out what was excluded', async () => {
      for (const id of ['1', '2']) room.shop.put(id);
      const { importId } = await preview();
      const [first] = await items(importId);
      await apply(importId, [first!.itemId]);
      while ((await room.run('catalog.import')) > 0);
      expect((await items(importId)).map((item) => item.status)).toEqual(['skipped', 'applied']);
      expect(await counted('catalog_products')).toBe(1);
    });

    describe('interrupted', () => {
      it('resumes exactly where a crash between two pages left it', async () => {
        for (let id = 1; id <= 8; id += 1) room.shop.put(String(id));
        const { importId } = successOf(await start());
        await room.run('catalog.import');
        const disarm = armFailpoint('catalog.afterFetchPage', () => {
          throw new Error('killed');
        });
        await expect(room.run('catalog.import')).rejects.toThrow('killed');
        disarm();
        expect(await get(importId)).toMatchObject({ status: 'fetching', cursor: '3', counts: { total: 3 } });
        while ((await room.run('catalog.import')) > 0);
        expect(await get(importId)).toMatchObject({ status: 'previewed', counts: { total: 8 } });
        expect((await items(importId)).map((item) => item.externalProductId).sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
      });

      it('counts a page once when two processes fetch it', async () => {
        for (let id = 1; id <= 5; id += 1) room.shop.put(String(id));
        const { importId } = successOf(await start());
        let rival: Promise<number> | undefined;
        const disarm = armFailpoint('catalog.afterFetchPage', async () => {
          if (rival) return;
          rival = room.run('catalog.import');
          await rival;
        });
        await room.run('catalog.import');
        disarm();
        expect(await get(importId)).toMatchObject({ status: 'fetching', cursor: '3', counts: { total: 3 } });
        while ((await room.run('catalog.import')) > 0);
        expect(await get(importId)).toMatchObject({ counts: { total: 5 } });
      });

      it('repeats an item whose end was not written, with the same result', async () => {
        room.shop.put('1');
        const { importId } = await preview();
        await apply(importId);
        const disarm = armFailpoint('catalog.afterSaveProduct', () => {
          throw new Error('killed');
        });
        await expect(room.run('catalog.import')).rejects.toThrow('killed');
        disarm();
        const before = await room.product('1');
        while ((await room.run('catalog.import')) > 0);
        expect(await get(importId)).toMatchObject({ status: 'completed', counts: { applied: 1 } });
        expect((await room.product('1')).productId).toBe(before.productId);
        expect(await counted('catalog_products')).toBe(1);
        expect(await counted('catalog_skus')).toBe(1);
      });

      it('asks again later after an unknown or busy answer, and fails for good after a refusal', async () => {
        room.shop.put('1');
        room.shop.faults.list.push({ kind: 'unknown', reason: 'timeout' });
        room.shop.faults.get.push({ kind: 'rejected', code: '45009', message: 'too often', retryable: true });
        const { importId } = successOf(await start());
        await room.run('catalog.import');
        expect(await get(importId)).toMatchObject({ status: 'fetching', problem: { messageEn: expect.stringContaining('timeout') } });
        expect(await room.run('catalog.import')).toBe(0);
        for (let turn = 0; turn < 2; turn += 1) {
          room.clock.advance(5_000);
          await room.run('catalog.import');
        }
        expect(await get(importId)).toMatchObject({ status: 'previewed', problem: null, counts: { new: 1 } });
        room.shop.faults.get.push({ kind: 'unknown', reason: 'timeout' });
        await apply(importId);
        await room.run('catalog.import');
        expect(await get(importId)).toMatchObject({ status: 'applying', counts: { applied: 0 } });
        room.clock.advance(5_000);
        while ((await room.run('catalog.import')) > 0);
        expect(await get(importId)).toMatchObject({ status: 'completed', problem: null, counts: { applied: 1 } });
        room.shop.faults.list.push({ kind: 'rejected', code: '40001', message: 'wrong token' });
        const second = successOf(await start());
        await room.run('catalog.import');
        expect(await get(second.importId)).toMatchObject({ status: 'failed', problem: { messageZh: expect.stringContaining('40001') } });
        expect((await start()).ok).toBe(true);
      });

      it('applies the stock of now, not of the preview, less what was sold here meanwhile', async () => {
        room.shop.put('1');
        await room.importAll();
        const { skuId } = await room.sku('SKU-1');
        room.shop.put('1', { title: '新标题', skus: [{ code: 'SKU-1', stock: 10 }] });
        const { importId } = await preview();
        room.shop.setStock('1-0', 6);
        await room.order('SKU-1', 2);
        await apply(importId);
        while ((await room.run('catalog.import')) > 0);
        expect(room.orders.available.get(skuId)).toBe(4);
      });

      it('says why an item failed: gone meanwhile, or without a picture', async () => {
        room.shop.put('1');
        room.shop.put('2', { pictures: ['/missing'] });
        room.shop.put('3');
        const { importId } = await preview();
        room.shop.products.delete('1');
        await apply(importId);
        while ((await room.run('catalog.import')) > 0);
        expect((await items(importId)).map((item) => [item.externalProductId, item.status, item.reasons[0]?.code]).sort()).toEqual([
          ['1', 'failed', 'goneOutside'],
          ['2', 'failed', 'pictureUnreadable'],
          ['3', 'applied', undefined],
        ]);
      });
    });

    describe('one at a time', () => {
      it('refuses a second import while one fetches or applies, and replaces a preview nobody applied', async () => {
        room.shop.put('1');
        const first = successOf(await start());
        expect(codeOf(await start())).toBe('catalog.importRunning');
        expect(codeOf(await apply(first.importId))).toBe('catalog.importNotReady');
        while ((await room.run('catalog.import')) > 0);
        const second = successOf(await start());
        expect(await get(first.importId)).toMatchObject({ status: 'cancelled' });
        expect(codeOf(await apply(first.importId))).toBe('catalog.importEnded');
        while ((await room.run('catalog.import')) > 0);
        await apply(second.importId);
        expect(codeOf(await start())).toBe('catalog.importRunning');
      });

      it('starts once when two start at the same moment', async () => {
        const answers = await Promise.all([start(), start(), start()]);
        expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
        const list = successOf(await room.call(catalogContract.listImports));
        expect(list.items).toHaveLength(1);
      });

      it('stops where it is cancelled; what was applied stays', async () => {
        for (let id = 1; id <= 4; id += 1) room.shop.put(String(id));
        const { importId } = await preview();
        await apply(importId);
        let applied = 0;
        const disarm = armFailpoint('catalog.afterSaveProduct', async () => {
          applied += 1;
          if (applied === 2) await room.call(catalogContract.cancelImport, { params: { importId }, body: {} });
        });
        while ((await room.run('catalog.import')) > 0);
        disarm();
        expect(await get(importId)).toMatchObject({ status: 'cancelled', counts: { applied: 2 } });
        expect(await counted('catalog_products')).toBe(2);
        const again = await room.call(catalogContract.cancelImport, { params: { importId }, body: {} });
        expect(codeOf(again)).toBe('catalog.importEnded');
      });
    });

    it('imports whole from the command line', async () => {
      for (let id = 1; id <= 4; id += 1) room.shop.put(String(id));
      room.shop.put('5', { merchant: 'M-9' });
      const percents: number[] = [];
      const outcome = await room.service.api.importChannels(({ percent }) => percents.push(percent));
      expect(outcome).toMatchObject({ new: 4, refused: 1, failed: 0, refusals: [{ reasons: [{ code: 'merchantUnknown' }] }] });
      expect(percents.at(-1)).toBe(100);
    });
  });
}
