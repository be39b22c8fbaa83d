import { fen } from '@qianxing/money';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChannelsShop, createChannelsShop, type GetAccessToken, type StockUpdate } from './index';
import { type Loopback, type Received, type Reply, serve } from './loopback';

let other: Loopback | undefined;
afterEach(async () => {
  await other?.close();
  other = undefined;
});

const always: GetAccessToken = async () => ({ kind: 'ok', value: 't1' });

async function answering(reply: (request: Received) => Reply | object, getAccessToken = always, timeoutMs = 10_000): Promise<ChannelsShop> {
  other = await serve((request) => {
    const answer = reply(request);
    return 'body' in answer || 'status' in answer || 'fault' in answer ? answer : { body: JSON.stringify(answer) };
  });
  return createChannelsShop({ apiBaseUrl: other.url, getAccessToken, timeoutMs });
}

const lastBody = () => JSON.parse(other!.received.at(-1)!.body);

const product = {
  product_id: 10000000088178,
  out_product_id: '',
  title: '千里 205/55R16 91V 四季轮胎',
  sub_title: '静音',
  head_imgs: ['https://a/1.jpg', 'https://a/2.jpg'],
  desc_info: { imgs: ['https://a/d.jpg'], desc: '说明' },
  cats: [{ cat_id: '1' }, { cat_id: 2 }],
  cats_v2: [{ cat_id: '7' }, { cat_id: 8 }, { cat_id: '9' }],
  attrs: [{ attr_key: '季节', attr_value: '四季' }],
  brand_id: '2100000000',
  status: 5,
  edit_status: 4,
  min_price: 39900,
  edit_time: 1_700_000_000,
  skus: [
    {
      sku_id: '462966239',
      out_sku_id: 'own-1',
      sku_code: 'QL-205-55-16',
      sale_price: 39900,
      market_price: 49900,
      stock_num: 12,
      sku_attrs: [{ attr_key: '规格', attr_value: '205/55R16' }],
      thumb_img: '',
    },
  ],
};

describe('listing products', () => {
  it('given pages, then the cursor leads on and the last page has none', async () => {
    const pages: Record<string, object> = {
      '': { product_ids: ['1', 2], next_key: 'k1', total_num: 3 },
      k1: { product_ids: ['3'], next_key: 'k2', total_num: 3 },
      k2: { product_ids: [], next_key: 'k2', total_num: 3 },
    };
    const shop = await answering(({ body }) => pages[JSON.parse(body).next_key ?? ''] ?? {});
    expect(await shop.listProducts()).toEqual({ kind: 'ok', value: { productIds: ['1', '2'], total: 3, nextCursor: 'k1' } });
    expect(other!.received[0]).toMatchObject({ method: 'POST', path: '/channels/ec/product/list/get' });
    expect(other!.received[0]!.query.get('access_token')).toBe('t1');
    expect(lastBody()).toEqual({ page_size: 30 });
    expect(await shop.listProducts({ cursor: 'k1' })).toMatchObject({ value: { productIds: ['3'], nextCursor: 'k2' } });
    expect(await shop.listProducts({ cursor: 'k2' })).toEqual({ kind: 'ok', value: { productIds: [], total: 3 } });
  });

  it('given a cursor that leads back to its own page, then unknown: neither endless nor complete', async () => {
    const shop = await answering(() => ({ product_ids: ['1'], next_key: 'k1', total_num: 9 }));
    expect(await shop.listProducts({ cursor: 'k1', status: 'listed', pageSize: 500 })).toEqual({
      kind: 'unknown',
      reason: 'answer repeats the cursor',
    });
    expect(lastBody()).toEqual({ status: 5, page_size: 30, next_key: 'k1' });
  });
});

describe('reading a product', () => {
  it('given the documented answer, then it is typed, with ids as text and prices in fen', async () => {
    const shop = await answering(() => ({ errcode: 0, product, edit_product: {} }));
    const outcome = await shop.getProduct({ productId: '10000000088178', version: 'both' });
    expect(lastBody()).toEqual({ product_id: '10000000088178', data_type: 3 });
    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        online: {
          productId: '10000000088178',
          title: '千里 205/55R16 91V 四季轮胎',
          subTitle: '静音',
          pictureUrls: ['https://a/1.jpg', 'https://a/2.jpg'],
          description: '说明',
          descriptionPictureUrls: ['https://a/d.jpg'],
          categoryIds: ['7', '8', '9'],
          brandId: '2100000000',
          attributes: [{ name: '季节', value: '四季' }],
          status: 'listed',
          statusCode: 5,
          editStatus: 'auditPassed',
          editStatusCode: 4,
          minPriceFen: 39900,
          editedAt: 1_700_000_000_000,
          skus: [
            {
              skuId: '462966239',
              outSkuId: 'own-1',
              skuCode: 'QL-205-55-16',
              salePriceFen: 39900,
              marketPriceFen: 49900,
              stockQuantity: 12,
              attributes: [{ name: '规格', value: '205/55R16' }],
            },
          ],
          raw: product,
        },
      },
    });
  });

  it('given ids beyond 2^53 as bare numbers, then every digit is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), async (id) => {
        const shop = await answering(() => ({
          body: `{"product":{"product_id":${id},"title":"t","skus":[{"sku_id":${id},"sale_price":1}]}}`,
        }));
        const outcome = await shop.getProduct({ productId: 'any' });
        await other!.close();
        expect(outcome).toMatchObject({ value: { online: { productId: String(id), skus: [{ skuId: String(id) }] } } });
      }),
      { numRuns: 10 },
    );
  });

  it('given a price that is no integer of fen, then unknown: no product with a guessed price', async () => {
    for (const sale_price of [19.9, -1, '1e3', null, undefined]) {
      const shop = await answering(() => ({ product: { ...product, skus: [{ ...product.skus[0], sale_price }] } }));
      expect(await shop.getProduct({ productId: '1' })).toEqual({ kind: 'unknown', reason: 'answer incomplete' });
      await other!.close();
    }
  });

  it('given a status added later, then it is other and its number is kept', async () => {
    const shop = await answering(() => ({ product: { ...product, status: 77 } }));
    expect(await shop.getProduct({ productId: '1' })).toMatchObject({ value: { online: { status: 'other', statusCode: 77 } } });
  });
});

describe('stock', () => {
  it('given one SKU, then its parts', async () => {
    const data = {
      normal_stock_num: 998,
      limited_discount_stock_num: '0',
      warehouse_stocks: [{ out_warehouse_id: 'w1', num: 10 }],
      total_stock_num: 1008,
    };
    const shop = await answering(() => ({ errcode: 0, data }));
    expect(await shop.getStock({ productId: '1', skuId: '2' })).toEqual({
      kind: 'ok',
      value: {
        productId: '1',
        skuId: '2',
        normalQuantity: 998,
        limitedDiscountQuantity: 0,
        finderQuantity: 0,
        warehouseQuantities: [{ warehouseId: 'w1', quantity: 10 }],
        totalQuantity: 1008,
      },
    });
  });

  it('given several products, then every SKU; more than fifty are not sent', async () => {
    const spu_stock_list = [
      { product_id: 1, sku_stock: [{ sku_id: 11, normal_stock_num: 1, finder_total_num: 2, total_stock_num: 3 }] },
      { product_id: '2', sku_stock: [{ sku_id: '21', normal_stock_num: 4 }] },
    ];
    const shop = await answering(() => ({ errcode: 0, data: { spu_stock_list } }));
    const outcome = await shop.getStocks(['1', '2']);
    expect(lastBody()).toEqual({ product_id: ['1', '2'] });
    expect(outcome).toMatchObject({
      value: [
        { productId: '1', skuId: '11', normalQuantity: 1, finderQuantity: 2, totalQuantity: 3 },
        { productId: '2', skuId: '21', normalQuantity: 4, totalQuantity: 4 },
      ],
    });
    const many = Array.from({ length: 51 }, (_, index) => String(index));
    expect(await shop.getStocks(many)).toMatchObject({ code: 'input.productIds' });
    expect(await shop.getStocks([])).toMatchObject({ code: 'input.productIds' });
    expect(other!.received).toHaveLength(1);
  });

  it('given a SKU without a number, then unknown: no stock is guessed as nought', async () => {
    const shop = await answering(() => ({ errcode: 0, data: { spu_stock_list: [{ product_id: 1, sku_stock: [{ sku_id: 11 }] }] } }));
    expect((await shop.getStocks(['1'])).kind).toBe('unknown');
  });

  const update: StockUpdate = { productId: '1', skuId: '2', change: 'subtract', quantity: 3 };

  it.each([
    ['add', 1],
    ['subtract', 2],
    ['set', 3],
  ] as const)('given %s, then diff_type %i', async (change, diff_type) => {
    const shop = await answering(() => ({ errcode: 0 }));
    expect(await shop.updateStock({ ...update, change })).toEqual({ kind: 'ok', value: undefined });
    expect(lastBody()).toEqual({ product_id: '1', sku_id: '2', diff_type, num: 3 });
  });

  it('given a quantity that is none, then nothing is sent', async () => {
    const shop = await answering(() => ({ errcode: 0 }));
    for (const quantity of [0, -1, 1.5, Number.NaN, 10_000_001]) {
      expect(await shop.updateStock({ ...update, quantity })).toMatchObject({ code: 'input.quantity' });
    }
    expect((await shop.updateStock({ ...update, change: 'set', quantity: 0 })).kind).toBe('ok');
    expect(other!.received).toHaveLength(1);
  });

  it('given timeouts, broken connections, 5xx or busy, then unknown and sent once: it is not idempotent', async () => {
    for (const reply of [{ fault: 'hang' }, { fault: 'cut' }, { status: 500 }, { errcode: -1, errmsg: 'busy' }] as const) {
      const shop = await answering(() => reply, always, 200);
      expect((await shop.updateStock(update)).kind).toBe('unknown');
      expect(other!.received).toHaveLength(1);
      await other!.close();
    }
  });

  it('given the codes of the page, then only frequency and audit are worth a later try', async () => {
    let errcode = 0;
    const shop = await answering(() => ({ errcode, errmsg: 'm' }));
    for (errcode of [45009, 45011, 10020112, 10020217]) expect(await shop.updateStock(update)).toMatchObject({ retryable: true });
    for (errcode of [10020052, 10020218, 10020219, 10020289]) {
      expect(await shop.updateStock(update)).toEqual({ kind: 'rejected', code: String(errcode), message: 'm' });
    }
    errcode = -1;
    expect(await shop.getStock({ productId: '1', skuId: '2' })).toMatchObject({ kind: 'rejected', code: '-1', retryable: true });
  });
});

describe('prices', () => {
  it('given new prices, then they go to the audit-free update in fen and carry nothing else', async () => {
    const shop = await answering(() => ({ errcode: 0 }));
    const prices = [{ skuId: '2', salePriceFen: fen(39900) }];
    expect(await shop.updatePrices({ productId: '1', prices })).toEqual({ kind: 'ok', value: undefined });
    expect(other!.received[0]!.path).toBe('/channels/ec/product/auditfree');
    expect(lastBody()).toEqual({ product_id: '1', skus: [{ sku_id: '2', sale_price: 39900 }] });
  });

  it('given no price, nought or too much, then nothing is sent', async () => {
    const shop = await answering(() => ({ errcode: 0 }));
    expect(await shop.updatePrices({ productId: '1', prices: [] })).toMatchObject({ code: 'input.prices' });
    for (const amount of [0, -1, 1_000_000_001]) {
      expect(await shop.updatePrices({ productId: '1', prices: [{ skuId: '2', salePriceFen: fen(amount) }] })).toMatchObject({
        code: 'input.prices',
      });
    }
    expect(other!.received).toHaveLength(0);
  });
});

describe('tokens', () => {
  it('given a refused token, then the source is told which and the call is repeated once', async () => {
    const refusals: (string | undefined)[] = [];
    const source: GetAccessToken = async ({ refused } = {}) => {
      refusals.push(refused);
      return { kind: 'ok', value: refused === undefined ? 't1' : 't2' };
    };
    const reply = ({ query }: Received) => ({ errcode: query.get('access_token') === 't1' ? 42001 : 0 });
    const shop = await answering(reply, source);
    expect((await shop.updateStock({ productId: '1', skuId: '2', change: 'add', quantity: 1 })).kind).toBe('ok');
    expect(refusals).toEqual([undefined, 't1']);
    expect(other!.received).toHaveLength(2);
  });

  it('given no token, then nothing is sent and that is known', async () => {
    const shop = await answering(
      () => ({}),
      async () => ({ kind: 'unknown', reason: 'timeout' }),
    );
    expect(await shop.listProducts()).toEqual({ kind: 'rejected', code: 'token.unavailable', message: 'timeout', retryable: true });
    expect(other!.received).toHaveLength(0);
  });
});
