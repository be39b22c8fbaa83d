import { createDecipheriv } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { newInbox, newTestWorld } from '../testing/merchant';
import { pushSignature } from '../wechat-open/push-cipher';
import { demoCatalogue } from './catalogue';
import { ensureCatalogue } from './shop';

let test: ReturnType<typeof newTestWorld>;
let inbox: Awaited<ReturnType<typeof newInbox>>;
let token = '';

const SKU = (skuCode: string, priceFen: number, stock: number) => ({
  skuCode,
  specs: [{ nameZh: '规格', nameEn: 'Size', value: skuCode }],
  priceFen,
  stock,
  weightGrams: 9_000,
});
const PRODUCT = (index: number) => ({
  productCode: `P${index}`,
  titleZh: `轮胎 ${index}`,
  subtitleZh: '静音',
  titleEn: 'Tyre',
  categoryCode: 'tyre',
  merchantCode: 'M1',
  warehouseCode: 'W1',
  brandZh: '千里行',
  descriptionZh: '说明',
  tags: ['新品'],
  pictures: [demoCatalogue().products[0]!.pictures[0]!],
  status: 'listed' as const,
  skus: [SKU(`S${index}`, 39_900, 20)],
});

async function start(products = 1) {
  test = newTestWorld();
  inbox = await newInbox([], 'success');
  ensureCatalogue(test.world, {
    merchants: [],
    warehouses: [],
    vehicles: [],
    banners: [],
    categories: [
      { code: 'goods', parentCode: null, nameZh: '商品', nameEn: 'Goods' },
      { code: 'tyre', parentCode: 'goods', nameZh: '轮胎', nameEn: 'Tyres' },
    ],
    products: Array.from({ length: products }, (_, index) => PRODUCT(index)),
  });
  const { appid, secret } = test.world.credentials.channelsShop;
  const answer = await test.app.inject({
    method: 'POST',
    url: '/cgi-bin/stable_token',
    payload: { grant_type: 'client_credential', appid, secret },
  });
  token = answer.json().access_token;
  test.world.state.callbacks.channelsShop = `${inbox.url}/hooks/channels-shop`;
}
afterEach(async () => {
  test.delivery.stop();
  await test.app.close();
  await inbox.close();
});

const call = async (path: string, payload: object) =>
  (await test.app.inject({ method: 'POST', url: `/channels/ec/product/${path}?access_token=${token}`, payload })).json();
const first = () => {
  const product = [...test.world.state.channelsShop.products.values()][0]!;
  return { product_id: product.productId, sku_id: product.skus[0]!.skuId };
};
const control = async (url: string, payload: object) => {
  const response = await test.app.inject({ method: 'PATCH', url, payload });
  await test.delivery.settle();
  return response;
};

function events() {
  const { token: pushToken, encodingAesKey, appid } = test.world.credentials.channelsShop;
  return inbox.received.map((received) => {
    const query = new URL(received.path, 'http://x').searchParams;
    const { Encrypt: encrypted } = JSON.parse(received.body.toString()) as { Encrypt: string };
    const signed =
      pushSignature(pushToken, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted) === query.get('msg_signature');
    const key = Buffer.from(`${encodingAesKey}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
    const length = plain.readUInt32BE(16);
    const tail = plain.subarray(20 + length, plain.length - plain[plain.length - 1]!).toString();
    return { signed: signed && tail === appid, text: plain.subarray(20, 20 + length).toString() };
  });
}

describe('products', () => {
  it('are listed page by page, each once, and the cursor ends', async () => {
    await start(25);
    const seen: string[] = [];
    let nextKey = '';
    for (;;) {
      const page = await call('list/get', { page_size: 10, ...(nextKey === '' ? {} : { next_key: nextKey }) });
      expect(page.total_num).toBe(25);
      if (page.product_ids.length === 0) break;
      seen.push(...page.product_ids);
      nextKey = page.next_key;
    }
    expect(seen).toEqual([...test.world.state.channelsShop.products.keys()]);
    expect((await call('list/get', { page_size: 31 })).errcode).toBe(10020050);
  });

  it('show prices in fen, attributes, the category path and picture addresses', async () => {
    await start();
    const { product } = await call('get', { product_id: first().product_id });
    expect(product).toMatchObject({
      title: '轮胎 0',
      status: 5,
      min_price: 39_900,
      cats_v2: [{ cat_id: 'goods' }, { cat_id: 'tyre' }],
      skus: [{ sku_code: 'S0', sale_price: 39_900, stock_num: 20, sku_attrs: [{ attr_key: '规格', attr_value: 'S0' }] }],
    });
    expect(product.attrs).toContainEqual({ attr_key: '商家编码', attr_value: 'M1' });
    expect((await test.app.inject({ url: new URL(product.head_imgs[0]).pathname })).headers['content-type']).toContain('image/svg+xml');
    expect((await call('get', { product_id: '1' })).errcode).toBe(10020052);
  });

  it('are refused to the token of another app', async () => {
    await start();
    const { appid, secret } = test.world.credentials.miniProgram;
    token = (
      await test.app.inject({ method: 'POST', url: '/cgi-bin/stable_token', payload: { grant_type: 'client_credential', appid, secret } })
    ).json().access_token;
    expect((await call('list/get', {})).errcode).toBe(48001);
  });
});

describe('stock', () => {
  it('moves by difference or to a value, is not idempotent, and never goes below zero', async () => {
    await start();
    const update = async (diff_type: number, num: number) => {
      await test.advance(1_000);
      return (await call('stock/update', { ...first(), diff_type, num })).errcode;
    };
    expect([
      await update(2, 3),
      await update(2, 3),
      await update(1, 1),
      await update(2, 16),
      await update(3, 7),
      await update(1, 0),
    ]).toEqual([0, 0, 0, 10020219, 0, 10020218]);
    expect((await call('stock/get', first())).data.normal_stock_num).toBe(7);
    expect(await update(1, 1)).toBe(0);
    expect((await call('stock/update', { ...first(), diff_type: 1, num: 1 })).errcode).toBe(10020112);
    expect((await call('stock/get', first())).data.normal_stock_num).toBe(8);
  });

  it('in batches comes with 64-bit ids as bare numbers', async () => {
    await start();
    const response = await test.app.inject({
      method: 'POST',
      url: `/channels/ec/product/stock/batchget?access_token=${token}`,
      payload: { product_id: [first().product_id] },
    });
    expect(response.body).toContain(`"sku_id":${first().sku_id},"normal_stock_num":20`);
  });
});

describe('events', () => {
  it('follow each change of the shop keeper, signed and encrypted; a fault can swallow one', async () => {
    await start();
    const { product_id: productId, sku_id: skuId } = first();
    await control(`/sandbox/shop/products/${productId}/skus/${skuId}`, { priceFen: 35_900 });
    await control(`/sandbox/shop/products/${productId}`, { status: 'delisted' });
    await test.control('POST', '/faults', { party: 'channels-shop', operation: 'event', fault: 'eventLost' });
    await control(`/sandbox/shop/products/${productId}/skus/${skuId}`, { priceFen: 34_900 });
    const seen = events();
    expect(seen.every((event) => event.signed)).toBe(true);
    expect(seen.map((event) => JSON.parse(event.text))).toMatchObject([
      { Event: 'product_spu_update', ProductSpuUpdate: { product_id: productId, status: 0 } },
      { Event: 'product_spu_listing', ProductSpuListing: { product_id: productId, status: 11 } },
    ]);
    expect((await call('get', { product_id: productId })).product).toMatchObject({ status: 11, min_price: 34_900 });
  });

  it('of a sale there carry a bare 64-bit order number, and tell when stock runs low', async () => {
    await start();
    const { product_id: productId, sku_id: skuId } = first();
    const sold = await test.control('POST', `/sandbox/shop/products/${productId}/sales`, { skuId, quantity: 12 });
    await test.delivery.settle();
    const texts = events().map((event) => event.text);
    expect(texts.find((text) => text.includes('channels_ec_order_pay'))).toContain(`"order_id":${sold.body.orderId}}`);
    expect(texts.some((text) => text.includes('channels_ec_stock_no_enough'))).toBe(true);
    expect((await test.control('POST', `/sandbox/shop/products/${productId}/sales`, { skuId, quantity: 9 })).status).toBe(409);
  });

  it.each(['noticeWrongKey', 'noticeWrongTail', 'noticeTampered'])('%s does not verify', async (fault) => {
    await start();
    await test.control('POST', '/faults', { party: 'channels-shop', operation: 'event', fault });
    await control(`/sandbox/shop/products/${first().product_id}`, { title: '新标题' });
    expect(inbox.received).toHaveLength(1);
    expect(events()[0]!.signed).toBe(false);
  });
});
