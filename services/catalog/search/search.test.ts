import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogRoom, codeOf, openCatalog, pictureServer, successOf } from '../catalog-for-tests';
import { catalogContract } from '../contract';
import { parseSize, searchWords } from './query';

let pictures: Awaited<ReturnType<typeof pictureServer>>;
beforeAll(async () => {
  pictures = await pictureServer();
});
afterAll(() => pictures.close());

describe('sizes', () => {
  it.each(['205/55R16', '205/55r16', '205/55 R16', '205 55 16', '205-55-16', '2055516', '２０５／５５Ｒ１６', '205/55ZR16'])(
    '%s is one size',
    (text) => {
      expect(searchWords(text)).toEqual(['2055516']);
    },
  );
  it('stays a word when it is none, and keeps the words beside it', () => {
    expect(searchWords('Winter 205/55R16 静音')).toEqual(['2055516', 'winter', '静音']);
    expect(searchWords('205')).toEqual(['205']);
    expect(searchWords(' ，, ')).toEqual([]);
    expect(searchWords('a b c d e f g h i j')).toHaveLength(8);
    expect(parseSize('195/70R15C')).toEqual({ widthMm: 195, aspectPercent: 70, rimTenths: 150 });
    expect(parseSize('12.00R20')).toBeUndefined();
  });
});

for (const kind of testDatabases()) {
  describe(`search on ${kind.name}`, () => {
    let room: CatalogRoom;
    beforeEach(async () => {
      room = await openCatalog(kind, pictures);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const search = async (query: object) => successOf(await room.call(catalogContract.searchProducts, { query }));
    const ids = async (query: object) => {
      const rows = await room.tables.selectFrom('catalog_products').select(['productId', 'externalProductId']).execute();
      const outside = new Map(rows.map((row) => [row.productId, row.externalProductId]));
      return (await search({ sort: 'price_up', ...query })).items.map((card) => outside.get(card.productId));
    };

    describe('of a small shop', () => {
      beforeEach(async () => {
        const two = (code: string) => [
          { code: `${code}-16`, priceFen: 20_000 },
          { code: `${code}-17`, label: '225/45R17 94W', priceFen: 30_000, marketPriceFen: 36_000 },
        ];
        room.shop.put('1', { title: 'Quiet 静行', skus: two('A'), tags: '爆款、静音' });
        room.shop.put('2', { title: '雪地王', season: '冬季', skus: [{ code: 'B', priceFen: 40_000 }], brand: '雪狼' });
        room.shop.put('3', {
          title: '载货先锋',
          skus: [{ code: 'C', label: '195/70R15C 104/102R', priceFen: 50_000, stock: 0 }],
          vehicleTypes: '轻卡、面包车',
        });
        room.shop.put('4', {
          title: '玻璃水 100%_防冻',
          category: 'care',
          season: '',
          skus: [{ code: 'D', label: '2 L', priceFen: 1_000 }],
        });
        await room.importAll();
      });

      it('finds by words in any case and width, and by size in any spelling', async () => {
        expect(await ids({ text: 'qUIET' })).toEqual(['1']);
        expect(await ids({ text: 'ＱＵＩＥＴ' })).toEqual(['1']);
        expect(await ids({ text: '205 55 16' })).toEqual(['1', '2']);
        expect(await ids({ text: '225/45r17 静行' })).toEqual(['1']);
        expect(await ids({ text: '1957015' })).toEqual(['3']);
        expect(await ids({ text: 'a-17' })).toEqual(['1']);
        expect(await ids({ text: '没有' })).toEqual([]);
      });

      it('takes signs of patterns for themselves', async () => {
        expect(await ids({ text: '100%_' })).toEqual(['4']);
        expect(await ids({ text: '1%0' })).toEqual([]);
        expect(await ids({ text: '\\' })).toEqual([]);
        expect(await ids({ text: "'" })).toEqual([]);
        expect(await ids({ vehicleType: '%' })).toEqual([]);
        expect(await ids({ vehicleType: '!' })).toEqual([]);
      });

      it('narrows by category and its children, size, season, vehicle type, vehicle, brand and price', async () => {
        expect(await ids({ categoryCode: 'tyres' })).toEqual(['1', '2', '3']);
        expect(await ids({ categoryCode: 'care' })).toEqual(['4']);
        expect(await ids({ widthMm: 225, aspectPercent: 45, rimInch: 17 })).toEqual(['1']);
        expect(await ids({ season: 'winter' })).toEqual(['2']);
        expect(await ids({ vehicleType: '面包车' })).toEqual(['3']);
        expect(await ids({ brand: '雪狼' })).toEqual(['2']);
        expect(await ids({ minPriceFen: 20_000, maxPriceFen: 40_000 })).toEqual(['1', '2']);
        const { items } = successOf(await room.call(catalogContract.vehicles));
        expect(await ids({ vehicleId: items[0]?.vehicleId })).toEqual(['1', '2']);
        expect(codeOf(await room.call(catalogContract.searchProducts, { query: { vehicleId: newId() } }))).toBe('catalog.vehicleNotFound');
        expect(codeOf(await room.call(catalogContract.searchProducts, { query: { minPriceFen: 2, maxPriceFen: 1 } }))).toBe(
          'request.invalid',
        );
      });

      it('shows the price and label of the size asked for', async () => {
        const [card] = (await search({ widthMm: 225, aspectPercent: 45, rimInch: 17 })).items;
        expect(card).toMatchObject({ priceFromFen: 30_000, marketPriceFen: 36_000, tyreLabel: '225/45R17 94W', inStock: true });
        expect((await search({ text: 'quiet' })).items[0]).toMatchObject({ priceFromFen: 20_000, tyreLabel: null, tags: ['爆款', '静音'] });
      });

      it('leaves out what is sold out, when asked, and what is not listed, always', async () => {
        expect(await ids({ categoryCode: 'tyres', inStockOnly: true })).toEqual(['1', '2']);
        room.shop.put('2', { status: 'delistedByMerchant' });
        await room.push('2');
        expect(await ids({ categoryCode: 'tyres' })).toEqual(['1', '3']);
        expect(successOf(await room.call(catalogContract.staffProducts, { query: { status: 'delisted' } })).items).toMatchObject([
          { title: '静行轮胎 2' },
        ]);
      });

      it('fills the finder and the home page from what is on sale', async () => {
        const sizes = successOf(await room.call(catalogContract.tyreSizes));
        expect(sizes.sizes.map((size) => [size.widthMm, size.productCount])).toEqual([
          [195, 1],
          [205, 2],
          [225, 1],
        ]);
        expect(sizes.vehicleTypes).toEqual(['轿车', '轻卡', '面包车'].sort());
        const ordered = await room.order('B', 2);
        await room.pay(ordered);
        await room.drain();
        room.clock.advance(60_000);
        const home = successOf(await room.call(catalogContract.home));
        expect(home.showcase.sections.map((section) => section.kind)).toEqual(['banners', 'categories', 'products']);
        expect(home.showcase.sections[2]?.products[0]).toMatchObject({ title: '雪地王', soldCount: 2 });
        expect(home.categories.map((category) => [category.categoryCode, category.productCount])).toEqual([
          ['tyres', 3],
          ['tyres-car', 3],
          ['care', 1],
        ]);
        expect(codeOf(await room.call(catalogContract.showcase, { params: { slug: 'none' } }))).toBe('catalog.showcaseNotFound');
      });

      it('forgets a hot copy with the change that staff make', async () => {
        const { productId } = await room.product('1');
        const detail = () => room.call(catalogContract.product, { params: { productId } });
        expect(successOf(await detail()).title).toBe('Quiet 静行');
        await room.call(catalogContract.updateProduct, { params: { productId }, body: { title: '新名字' } });
        expect(successOf(await detail()).title).toBe('新名字');
        await room.call(catalogContract.updateProduct, { params: { productId }, body: { status: 'delisted' } });
        expect(codeOf(await detail())).toBe('catalog.productNotFound');
      });

      it('lists stock that runs low for staff', async () => {
        const low = await room.call(catalogContract.staffProducts, { query: { lowStockBelow: 1 } });
        expect(successOf(low).items.map((item) => item.title)).toEqual(['载货先锋']);
      });
    });

    it('shows every product once, in order, while others are added between two pages', { timeout: 120_000 }, async () => {
      let next = 0;
      const insert = async (priceFen: number, soldCount: number, listed = true) => {
        next += 1;
        const productId = newId(room.clock.now());
        const merchant = await room.tables.selectFrom('catalog_merchants').select('merchantId').executeTakeFirstOrThrow();
        await room.database.transaction((transaction) =>
          transaction
            .withTables<{ catalog_products: Record<string, unknown> }>()
            .insertInto('catalog_products')
            .values({
              productId,
              productCode: `P${next}`,
              title: `t${next}`,
              titleEn: '',
              subtitle: '',
              brand: '',
              description: '',
              categoryCode: 'care',
              merchantId: merchant.merchantId,
              warehouseId: newId(),
              tags: '[]',
              pictures: '[]',
              pictureSources: '{}',
              keptTexts: '[]',
              weightGrams: 0,
              status: listed ? 'listed' : 'delisted',
              minPriceFen: priceFen,
              soldCount,
              searchText: '',
              createdAt: room.clock.now(),
              updatedAt: 0,
            })
            .execute(),
        );
        return productId;
      };
      const prices = fc.array(fc.record({ priceFen: fc.integer({ min: 1, max: 3 }), soldCount: fc.integer({ min: 0, max: 2 }) }), {
        minLength: 1,
        maxLength: 9,
      });
      const sorts = fc.constantFrom('recommended', 'sold', 'price_up', 'price_down', 'newest');
      await fc.assert(
        fc.asyncProperty(prices, prices, sorts, fc.integer({ min: 1, max: 3 }), async (before, between, sort, limit) => {
          await room.database.transaction((transaction) =>
            transaction.withTables<{ catalog_products: object }>().deleteFrom('catalog_products').execute(),
          );
          const there: string[] = [];
          for (const { priceFen, soldCount } of before) there.push(await insert(priceFen, soldCount));
          const seen: string[] = [];
          const waiting = [...between];
          let cursor: string | null = null;
          do {
            const page: Awaited<ReturnType<typeof search>> = await search({ sort, limit, ...(cursor === null ? {} : { cursor }) });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items.map((card) => card.productId));
            cursor = page.nextCursor;
            const added = waiting.shift();
            if (added) await insert(added.priceFen, added.soldCount);
          } while (cursor !== null);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toEqual(expect.arrayContaining(there));
        }),
        { numRuns: kind.name === 'SQLite' ? 40 : 8 },
      );
      await room.database.transaction((transaction) =>
        transaction.withTables<{ catalog_products: object }>().deleteFrom('catalog_products').execute(),
      );
    });

    it('fills pages of goods in stock to the brim and never over it', async () => {
      for (let id = 10; id < 30; id += 1)
        room.shop.put(String(id), { skus: [{ code: `S-${id}`, stock: id % 3 === 0 ? 0 : 5, priceFen: id * 100 }] });
      await room.importAll();
      const seen: string[] = [];
      const sizes: number[] = [];
      let cursor: string | null = null;
      do {
        const query = { sort: 'price_up', inStockOnly: true, limit: 4, ...(cursor === null ? {} : { cursor }) };
        const page: Awaited<ReturnType<typeof search>> = await search(query);
        sizes.push(page.items.length);
        seen.push(...page.items.map((card) => card.productId));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(Math.max(...sizes)).toBe(4);
      expect(seen).toHaveLength(14);
      expect(new Set(seen).size).toBe(14);
    });

    it('asks the database as often for many products as for few', async () => {
      const countQueries = async (work: () => Promise<unknown>) => {
        let queries = 0;
        const { query } = room.database;
        const counted = query.withPlugin({
          transformQuery: ({ node }) => {
            queries += 1;
            return node;
          },
          transformResult: async ({ result }) => result,
        });
        Object.assign(room.database, { query: counted });
        await work();
        Object.assign(room.database, { query });
        return queries;
      };
      const work = async () => {
        room.clock.advance(120_000);
        await search({ limit: 100 });
        successOf(await room.call(catalogContract.staffProducts, { query: { limit: 100 } }));
        successOf(await room.call(catalogContract.home));
        successOf(await room.call(catalogContract.tyreSizes));
      };
      for (let id = 10; id < 12; id += 1) room.shop.put(String(id));
      await room.importAll();
      const few = await countQueries(work);
      for (let id = 12; id < 40; id += 1) room.shop.put(String(id));
      await room.importAll();
      expect(few).toBeGreaterThan(5);
      expect(await countQueries(work)).toBe(few);
    });
  });
}
