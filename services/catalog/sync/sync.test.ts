import { testDatabases } from '@qianxing/testing';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@qianxing/time';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogRoom, codeOf, openCatalog, pictureServer, successOf } from '../catalog-for-tests';
import { catalogContract } from '../contract';
import { noteChange } from './inbox';

let pictures: Awaited<ReturnType<typeof pictureServer>>;
beforeAll(async () => {
  pictures = await pictureServer();
});
afterAll(() => pictures.close());

for (const kind of testDatabases()) {
  describe(`synchronisation on ${kind.name}`, () => {
    let room: CatalogRoom;
    beforeEach(async () => {
      room = await openCatalog(kind, pictures);
      room.shop.put('1');
      room.shop.put('2');
      await room.importAll();
      room.shop.calls.get.length = 0;
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const detail = async (id: string) => room.call(catalogContract.product, { params: { productId: (await room.product(id)).productId } });
    const listing = async (id: string, status: 'listed' | 'delisted') =>
      room.call(catalogContract.updateProduct, { params: { productId: (await room.product(id)).productId }, body: { status } });
    const inbox = () => room.tables.selectFrom('catalog_push_inbox').selectAll().execute();

    describe('by push', () => {
      it('takes over a change at once, and the hot copy with it', async () => {
        expect(successOf(await detail('1')).title).toBe('静行轮胎 1');
        room.shop.put('1', { title: '改名', skus: [{ code: 'SKU-1', priceFen: 30_000 }] });
        expect(await room.push('1')).toMatchObject({ status: 200, body: 'success' });
        expect(room.shop.calls.get).toEqual(['1']);
        expect(successOf(await detail('1'))).toMatchObject({ title: '改名', skus: [{ priceFen: 30_000 }] });
        expect(await inbox()).toMatchObject([{ received: 1, processedAt: room.clock.now() }]);
      });

      it('refuses forged messages without looking at anything', async () => {
        room.shop.put('1', { title: '改名' });
        expect(await room.push('1', { token: 'guessed' })).toMatchObject({ status: 403 });
        expect(await inbox()).toEqual([]);
        expect(room.shop.calls.get).toEqual([]);
        expect((await room.product('1')).title).toBe('静行轮胎 1');
        const echo = await room.call(catalogContract.channelsPushVerify, {
          query: { signature: 'x', timestamp: '1', nonce: '2', echostr: 'e' },
        });
        expect(successOf(echo)).toMatchObject({ status: 403, body: '' });
      });

      it('looks again when a message comes again: two edits within a second have one key', async () => {
        room.shop.put('1', { title: '第一次' });
        await room.push('1');
        room.shop.put('1', { title: '第二次' });
        await room.push('1');
        expect((await room.product('1')).title).toBe('第二次');
        expect(await inbox()).toMatchObject([{ received: 2 }]);
      });

      it('does not lose a message that comes again while the first is worked on', async () => {
        room.shop.put('1', { title: '第一次' });
        const { getProduct } = room.shop.client;
        let edited = false;
        // The second message arrives between reading the product and closing the note.
        room.shop.client.getProduct = async (input) => {
          const answer = await getProduct(input);
          if (!edited) {
            edited = true;
            room.shop.put('1', { title: '第二次' });
            const [note] = await inbox();
            const { messageKey, externalProductId } = note!;
            await room.database.transaction((transaction) =>
              noteChange(transaction, { messageKey, externalProductId, receivedAt: room.clock.now() }),
            );
          }
          return answer;
        };
        await room.push('1');
        expect(await inbox()).toMatchObject([{ received: 2, processedAt: null }]);
        await room.run('catalog.workOffChanges');
        expect((await room.product('1')).title).toBe('第二次');
        expect(await inbox()).toMatchObject([{ processedAt: room.clock.now() }]);
      });

      it('keeps what cannot be read now and takes it up later', async () => {
        room.shop.put('1', { title: '改名' });
        room.shop.faults.get.push({ kind: 'unknown', reason: 'timeout' });
        expect(await room.push('1')).toMatchObject({ status: 200 });
        expect((await room.product('1')).title).toBe('静行轮胎 1');
        expect(await inbox()).toMatchObject([{ processedAt: null }]);
        expect(await room.run('catalog.workOffChanges')).toBe(1);
        expect((await room.product('1')).title).toBe('改名');
      });

      it('leaves products alone that were never imported, and messages about other things', async () => {
        room.shop.put('9');
        await room.push('9');
        await room.push('1', { event: 'channels_ec_order_new' });
        expect(room.shop.calls.get).toEqual([]);
        expect(await room.tables.selectFrom('catalog_products').selectAll().execute()).toHaveLength(2);
        expect(await inbox()).toHaveLength(1);
      });

      it('forgets old notes by sweep, not waiting ones', async () => {
        await room.push('1');
        room.shop.faults.get.push({ kind: 'unknown', reason: 'timeout' });
        await room.push('2', { second: 2 });
        room.clock.advance(8 * DAY_MS);
        expect(await room.run('catalog.sweepInbox')).toBe(1);
        expect(await inbox()).toMatchObject([{ externalProductId: '2' }]);
      });
    });

    describe('by poll', () => {
      it('looks at each product once a period, longest first, and finds what no push told', async () => {
        await room.run('catalog.poll');
        expect(room.shop.calls.get).toEqual([]);
        room.clock.advance(MINUTE_MS);
        room.shop.put('2', { title: '改名' });
        await room.run('catalog.poll');
        expect(room.shop.calls.get.sort()).toEqual(['1', '2']);
        expect((await room.product('2')).title).toBe('改名');
        await room.run('catalog.poll');
        expect(room.shop.calls.get).toHaveLength(2);
      });

      it('goes on past a product that cannot be read', async () => {
        room.clock.advance(MINUTE_MS);
        room.shop.put('1', { title: '改名' });
        room.shop.put('2', { title: '改名' });
        room.shop.faults.get.push({ kind: 'unknown', reason: 'timeout' });
        await room.run('catalog.poll');
        const titles = [(await room.product('1')).title, (await room.product('2')).title];
        expect(titles.filter((title) => title === '改名')).toHaveLength(1);
      });

      it('passes the stock on again when the process ended before ordering knew it', async () => {
        room.clock.advance(MINUTE_MS);
        room.shop.setStock('1-0', 4);
        room.orders.failNext = true;
        await expect(room.run('catalog.poll')).rejects.toThrow('killed');
        const { skuId } = await room.sku('SKU-1');
        expect(room.orders.available.get(skuId)).toBe(10);
        room.clock.advance(MINUTE_MS);
        await room.run('catalog.poll');
        expect(room.orders.available.get(skuId)).toBe(4);
        const { settings } = room.orders;
        room.clock.advance(MINUTE_MS);
        await room.run('catalog.poll');
        expect(room.orders.settings).toBe(settings);
      });

      it('never makes units orderable again that were taken here a moment ago', async () => {
        room.clock.advance(MINUTE_MS);
        await room.order('SKU-1', 3);
        room.shop.setStock('1-0', 8);
        // The events of the order have not been delivered, so nothing was told outside yet.
        await room.service.jobs.find((job) => job.name === 'catalog.poll')?.run();
        const { skuId } = await room.sku('SKU-1');
        expect(room.orders.available.get(skuId)).toBe(5);
        await room.drain();
        await room.run('catalog.pushStock');
        expect(room.shop.stockOf('1-0')).toBe(5);
        room.clock.advance(MINUTE_MS);
        await room.run('catalog.poll');
        expect(room.orders.available.get(skuId)).toBe(5);
      });
    });

    describe('listing', () => {
      it('follows the Channels shop off sale and on again', async () => {
        room.shop.put('1', { status: 'delistedByMerchant' });
        await room.push('1');
        expect(codeOf(await detail('1'))).toBe('catalog.productNotFound');
        room.shop.put('1');
        await room.push('1', { second: 2 });
        expect(successOf(await detail('1')).status).toBe('listed');
      });

      it('takes a product off that is gone, and lists it when it is back', async () => {
        const was = room.shop.products.get('1')!;
        room.shop.products.delete('1');
        await room.push('1');
        expect(codeOf(await detail('1'))).toBe('catalog.productNotFound');
        const { skuId } = await room.sku('SKU-1');
        expect((await room.service.api.skuFacts([skuId])).get(skuId)?.listed).toBe(false);
        room.shop.products.set('1', was);
        await room.push('1', { second: 2 });
        expect(successOf(await detail('1')).status).toBe('listed');
      });

      it('takes a product off that can no longer be sold here, and lists it when it can', async () => {
        room.shop.put('1', { merchant: 'M-9' });
        await room.push('1');
        expect(codeOf(await detail('1'))).toBe('catalog.productNotFound');
        room.shop.put('1');
        await room.push('1', { second: 2 });
        expect(successOf(await detail('1')).status).toBe('listed');
      });

      it('keeps off what staff took off, whatever the Channels shop says, until they list it', async () => {
        successOf(await listing('1', 'delisted'));
        room.shop.put('1', { title: '改名' });
        await room.push('1');
        expect(await room.product('1')).toMatchObject({ title: '改名', status: 'delisted' });
        // Also when the Channels shop had taken it off before staff did.
        room.shop.put('2', { status: 'delistedByMerchant' });
        await room.push('2', { second: 2 });
        successOf(await listing('2', 'delisted'));
        room.shop.put('2');
        await room.push('2', { second: 3 });
        expect((await room.product('2')).status).toBe('delisted');
        successOf(await listing('2', 'listed'));
        expect(successOf(await detail('2')).status).toBe('listed');
      });

      it('lists and delists many, and counts those it changed', async () => {
        const productIds = [(await room.product('1')).productId, (await room.product('2')).productId];
        const bulk = (status: string) => room.call(catalogContract.bulkListing, { body: { productIds, status } });
        expect(successOf(await bulk('delisted'))).toEqual({ changed: 2 });
        expect(successOf(await bulk('delisted'))).toEqual({ changed: 0 });
        await listing('1', 'listed');
        expect(successOf(await bulk('listed'))).toEqual({ changed: 1 });
      });
    });

    it('keeps texts that staff wrote, finds them by search, and takes the rest over', async () => {
      const { productId } = await room.product('1');
      const body = { title: '掌柜推荐' };
      successOf(await room.call(catalogContract.updateProduct, { params: { productId }, body }));
      room.shop.put('1', { title: '外面的名字', subtitle: '新副标题' });
      await room.push('1');
      expect(await room.product('1')).toMatchObject({ title: '掌柜推荐', subtitle: '新副标题' });
      const found = await room.call(catalogContract.searchProducts, { query: { text: '掌柜' } });
      expect(successOf(found).items.map((card) => card.productId)).toEqual([productId]);
      room.shop.calls.get.length = 0;
      const { updatedAt } = await room.product('1');
      room.clock.advance(1_000);
      await room.push('1', { second: 2 });
      expect((await room.product('1')).updatedAt).toBe(updatedAt);
    });

    describe('reconciliation', () => {
      const reconcile = async (repair: boolean) => {
        room.clock.advance(1);
        successOf(await room.call(catalogContract.reconcileChannels, { body: { repair } }));
        await room.run('catalog.reconcile');
        return successOf(await room.call(catalogContract.listDriftReports)).items[0]!;
      };
      const fields = (report: Awaited<ReturnType<typeof reconcile>>) =>
        report.drifts.map((drift) => `${drift.field} ${drift.skuCode}`).sort();

      it('finds nothing where nothing differs, sales on their way included', async () => {
        await room.order('SKU-1', 2);
        await room.drain();
        expect(await reconcile(false)).toMatchObject({ status: 'completed', checkedSkus: 2, drifts: [] });
      });

      it('tells price, stock, listing and missing SKUs, and changes nothing unless asked', async () => {
        room.shop.put('1', { status: 'delistedByMerchant', skus: [{ code: 'SKU-1', priceFen: 1_000, stock: 3 }] });
        room.shop.products.delete('2');
        const report = await reconcile(false);
        expect(fields(report)).toEqual(['missing SKU-2', 'price SKU-1', 'status CODE-1', 'stock SKU-1']);
        expect(report.drifts.every((drift) => !drift.repaired)).toBe(true);
        expect((await room.sku('SKU-1')).priceFen).toBe(39_900);
        const repaired = await reconcile(true);
        expect(repaired.drifts.every((drift) => drift.repaired)).toBe(true);
        expect((await room.sku('SKU-1')).priceFen).toBe(1_000);
        expect((await room.product('2')).status).toBe('delisted');
        expect(fields(await reconcile(false))).toEqual(['missing SKU-2']);
      });

      it('repairs stock that ordering has wrong, although nothing changed outside', async () => {
        const { skuId } = await room.sku('SKU-1');
        room.orders.available.set(skuId, 99);
        expect(fields(await reconcile(true))).toEqual(['stock SKU-1']);
        expect(room.orders.available.get(skuId)).toBe(10);
      });

      it('fails instead of calling unreachable products missing', async () => {
        room.shop.faults.get.push(
          { kind: 'unknown', reason: 'timeout' },
          { kind: 'rejected', code: '45009', message: '', retryable: true },
        );
        expect(await reconcile(true)).toMatchObject({ status: 'failed', drifts: [] });
        expect((await room.product('1')).status).toBe('listed');
      });

      it('runs every night once', async () => {
        const reports = async () => successOf(await room.call(catalogContract.listDriftReports)).items.length;
        room.clock.set(Date.UTC(2026, 10, 2, 18, 30));
        await room.run('catalog.reconcileNightly');
        expect(await reports()).toBe(0);
        room.clock.advance(HOUR_MS);
        await room.run('catalog.reconcileNightly');
        await room.run('catalog.reconcileNightly');
        expect(await reports()).toBe(1);
        room.clock.advance(DAY_MS);
        await room.run('catalog.reconcileNightly');
        expect(await reports()).toBe(2);
      });
    });
  });
}
