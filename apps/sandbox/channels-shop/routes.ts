import type { FastifyInstance } from 'fastify';
import { takeFault } from '../faults';
import { withBareNumbers } from '../wechat-open/bare-numbers';
import { addOpenRoute, type OpenAnswer, okay, refuseOpen } from '../wechat-open/gateway';
import type { World } from '../world';
import { bannerPicture, categoryPicture, productPicture } from './catalogue';
import { IN_AUDIT, LISTED, RECYCLED, type ShopProduct, type ShopSku } from './model';
import { changeStock, findSku, setListing, setPrice, stockAfter, submitForAudit } from './shop';

const MAX_PAGE = 30;
const MAX_STOCK = 10_000_000;
const MAX_BATCH = 50;
/** Two updates of one SKU within this time are too many (10020112). */
const SKU_GAP_MS = 100;
/** Calls of one interface within a minute (45011). */
const MINUTE_QUOTA = 3_000;

type Body = Readonly<Record<string, unknown>>;
const idOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** §13.1 list: a cursor over products in the order they were made. */
function listProducts(world: World, body: Body): OpenAnswer {
  const { status, page_size: pageSize = 10, next_key: nextKey = '' } = body;
  if (typeof pageSize !== 'number' || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE)
    return refuseOpen(world, 10020050, '参数错误 page_size');
  const after = Buffer.from(String(nextKey), 'base64url').toString();
  if (after !== '' && !/^\d+$/.test(after)) return refuseOpen(world, 10020050, '参数错误 next_key');
  const all = [...world.state.channelsShop.products.values()].filter((product) =>
    status === undefined ? product.status !== 0 && product.status !== RECYCLED : product.status === status,
  );
  const rest = after === '' ? all : all.filter((product) => BigInt(product.productId) > BigInt(after));
  const skips = rest.length > 1 && takeFault(world, 'channels-shop', 'product.list', ['cursorSkips']) !== undefined;
  const page = rest.slice(skips ? 1 : 0).slice(0, pageSize);
  const repeats = takeFault(world, 'channels-shop', 'product.list', ['cursorRepeats']) !== undefined;
  const last = repeats ? after : (page.at(-1)?.productId ?? after);
  return okay({
    product_ids: page.map((product) => product.productId),
    next_key: Buffer.from(last).toString('base64url'),
    total_num: all.length,
  });
}

const pictureUrl = (world: World, name: string): string => `${world.publicUrl}/shop-pictures/product/${encodeURIComponent(name)}.svg`;

function productView(world: World, product: ShopProduct): Readonly<Record<string, unknown>> {
  const pictures = product.pictures.map((name) => pictureUrl(world, name));
  return {
    product_id: product.productId,
    out_product_id: product.productCode,
    spu_code: product.productCode,
    title: product.title,
    sub_title: product.subtitle,
    short_title: product.title.slice(0, 20),
    head_imgs: pictures.slice(0, 9),
    desc_info: { imgs: pictures.slice(1), desc: product.description },
    cats: product.categoryCodes.map((code) => ({ cat_id: code })),
    cats_v2: product.categoryCodes.map((code) => ({ cat_id: code })),
    attrs: product.attributes,
    deliver_method: 0,
    express_info: { template_id: '1', weight: product.weightGrams },
    product_type: 1,
    status: product.status,
    edit_status: product.editStatus,
    min_price: Math.min(...product.skus.map((sku) => sku.salePriceFen)),
    edit_time: Math.floor(product.editedAtMs / 1_000),
    skus: product.skus.map((sku) => ({
      sku_id: sku.skuId,
      out_sku_id: sku.skuCode,
      sku_code: sku.skuCode,
      sale_price: sku.salePriceFen,
      market_price: sku.marketPriceFen,
      stock_num: sku.stock,
      sku_attrs: sku.attributes,
      thumb_img: pictures[0] ?? '',
      status: product.status,
    })),
  };
}

function getProduct(world: World, body: Body): OpenAnswer {
  const product = world.state.channelsShop.products.get(idOf(body.product_id));
  const type = body.data_type ?? 1;
  if (product === undefined) return refuseOpen(world, 10020052, '商品不存在');
  const view = productView(world, product);
  return okay({ ...(type === 2 ? {} : { product: view }), ...(type === 1 ? {} : { edit_product: view }) });
}

const stockView = (sku: ShopSku) => ({
  normal_stock_num: sku.stock,
  limited_discount_stock_num: 0,
  warehouse_stocks: [],
  total_stock_num: sku.stock,
});

function getStock(world: World, body: Body): OpenAnswer {
  const found = findSku(world, idOf(body.product_id), idOf(body.sku_id));
  return found === undefined ? refuseOpen(world, 10020053, 'sku不存在') : okay({ data: stockView(found.sku) });
}

function getStocks(world: World, body: Body): OpenAnswer {
  const ids = Array.isArray(body.product_id) ? body.product_id.map(idOf) : [];
  if (ids.length === 0 || ids.length > MAX_BATCH) return refuseOpen(world, 10020050, '参数错误 product_id');
  const list = ids.flatMap((id) => {
    const product = world.state.channelsShop.products.get(id);
    return product === undefined ? [] : [product];
  });
  return {
    text: withBareNumbers({
      errcode: 0,
      errmsg: 'ok',
      data: {
        spu_stock_list: list.map((product) => ({
          product_id: `@@${product.productId}`,
          sku_stock: product.skus.map((sku) => ({ sku_id: `@@${sku.skuId}`, ...stockView(sku), finder_total_num: 0 })),
        })),
      },
    }),
  };
}

/** §13.2: works at once; not idempotent. */
function updateStock(world: World, body: Body): OpenAnswer {
  const productId = idOf(body.product_id);
  const { diff_type: diffType, num } = body;
  if (typeof num !== 'number' || !Number.isInteger(num) || num < 0 || num > MAX_STOCK) return refuseOpen(world, 10020050, '参数错误 num');
  if (diffType !== 1 && diffType !== 2 && diffType !== 3) return refuseOpen(world, 10020050, '参数错误 diff_type');
  if (!world.state.channelsShop.products.has(productId)) return refuseOpen(world, 10020052, '商品不存在');
  const found = findSku(world, productId, idOf(body.sku_id));
  if (found === undefined) return refuseOpen(world, 10020053, 'sku不存在');
  const fault = takeFault(world, 'channels-shop', 'stock.update', ['stockTooOften', 'stockInAudit'], productId);
  if (fault?.fault === 'stockInAudit' || found.product.editStatus === IN_AUDIT)
    return refuseOpen(world, 10020217, '商品正在审核中，不可修改库存');
  if (fault?.fault === 'stockTooOften' || world.clock.now() - found.sku.lastStockUpdateAtMs < SKU_GAP_MS)
    return refuseOpen(world, 10020112, '该sku库存修改过于频繁');
  if (diffType !== 3 && num === 0) return refuseOpen(world, 10020218, '库存变化量为0');
  const after = stockAfter(found.sku.stock, diffType, num);
  if (after < 0) return refuseOpen(world, 10020219, '库存不足以扣减');
  if (after > MAX_STOCK) return refuseOpen(world, 10020220, '库存超过上限');
  changeStock(world, found.product, found.sku, { diffType, quantity: num, by: 'interface' });
  return okay();
}

function stockFlow(world: World, body: Body): OpenAnswer {
  const skuId = idOf(body.sku_id);
  const flows = world.state.channelsShop.stockFlows.filter((flow) => flow.skuId === skuId).slice(-100);
  const stock_flow_info_list = flows.map((flow) => ({
    amount: flow.quantity,
    beginning_amount: 0,
    ending_amount: flow.stockAfter,
    flow_type: flow.diffType,
    update_time: Math.floor(flow.atMs / 1_000),
  }));
  return okay({ data: { stock_flow_info_list } });
}

/** Prices without audit. All or nothing. */
function updatePrices(world: World, body: Body): OpenAnswer {
  const product = world.state.channelsShop.products.get(idOf(body.product_id));
  if (product === undefined) return refuseOpen(world, 10020052, '商品不存在');
  const wanted = (Array.isArray(body.skus) ? body.skus : []) as readonly { sku_id?: unknown; sale_price?: unknown }[];
  const changes = wanted.map(({ sku_id, sale_price }) => ({
    sku: product.skus.find((sku) => sku.skuId === idOf(sku_id)),
    price: sale_price,
  }));
  if (changes.length === 0) return refuseOpen(world, 10020050, '参数错误 skus');
  const checked = changes.flatMap(({ sku, price }) =>
    sku !== undefined && typeof price === 'number' && Number.isInteger(price) && price >= 1 && price <= 1_000_000_000
      ? [{ sku, price }]
      : [],
  );
  if (checked.length !== changes.length) return refuseOpen(world, 10020050, '参数错误 sku_id 或 sale_price');
  for (const { sku, price } of checked) setPrice(world, product, sku, price);
  return okay({ product_id: product.productId });
}

function updateProduct(world: World, body: Body): OpenAnswer {
  const product = world.state.channelsShop.products.get(idOf(body.product_id));
  if (product === undefined) return refuseOpen(world, 10020052, '商品不存在');
  const { title, sub_title: subtitle } = body;
  if (title !== undefined && (typeof title !== 'string' || [...title].length < 3 || [...title].length > 60))
    return refuseOpen(world, 10020050, '参数错误 title');
  submitForAudit(world, product, {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof subtitle === 'string' ? { subtitle } : {}),
  });
  return okay({ data: { product_id: product.productId, edit_status: product.editStatus } });
}

function changeListing(world: World, body: Body, listed: boolean): OpenAnswer {
  const product = world.state.channelsShop.products.get(idOf(body.product_id));
  if (product === undefined) return refuseOpen(world, 10020052, '商品不存在');
  if ((product.status === LISTED) !== listed) setListing(world, product, listed);
  return okay();
}

export function registerChannelsShop(app: FastifyInstance, world: World): void {
  const calls = new Map<string, { minute: number; count: number }>();
  const overQuota = (operation: string): boolean => {
    const minute = Math.floor(world.clock.now() / 60_000);
    const counter = calls.get(operation);
    const count = counter?.minute === minute ? counter.count + 1 : 1;
    calls.set(operation, { minute, count });
    return count > MINUTE_QUOTA;
  };
  const add = (url: string, operation: string, handle: (body: Body) => OpenAnswer) =>
    addOpenRoute(app, world, {
      method: 'POST',
      url: `/channels/ec/product/${url}`,
      party: 'channels-shop',
      operation,
      needsToken: true,
      objectKey: ({ body }) => idOf(body.product_id),
      handle: (_world, { appid, body }) => {
        if (appid !== world.credentials.channelsShop.appid) return refuseOpen(world, 48001, 'api unauthorized');
        return overQuota(operation)
          ? refuseOpen(world, 45011, 'api minute-quota reach limit  mustslower  retry next minute')
          : handle(body);
      },
    });
  add('list/get', 'product.list', (body) => listProducts(world, body));
  add('get', 'product.get', (body) => getProduct(world, body));
  add('stock/get', 'stock.get', (body) => getStock(world, body));
  add('stock/batchget', 'stock.batchGet', (body) => getStocks(world, body));
  add('stock/update', 'stock.update', (body) => updateStock(world, body));
  add('stock/getflow', 'stock.flow', (body) => stockFlow(world, body));
  add('auditfree', 'price.update', (body) => updatePrices(world, body));
  add('update', 'product.update', (body) => updateProduct(world, body));
  add('listing', 'product.listing', (body) => changeListing(world, body, true));
  add('delisting', 'product.delisting', (body) => changeListing(world, body, false));
  registerPictures(app);
}

function registerPictures(app: FastifyInstance): void {
  const drawers = { product: productPicture, category: categoryPicture, banner: bannerPicture } as const;
  app.get<{ Params: { kind: string; file: string } }>('/shop-pictures/:kind/:file', async (request, reply) => {
    const { kind, file } = request.params;
    const draw = Object.hasOwn(drawers, kind) ? drawers[kind as keyof typeof drawers] : undefined;
    const svg = file.endsWith('.svg') ? draw?.(file.slice(0, -4)) : undefined;
    if (svg === undefined) return reply.code(404).send({ code: 'notFound' });
    return reply.header('content-type', 'image/svg+xml; charset=utf-8').header('cache-control', 'public, max-age=86400').send(svg);
  });
}
