import { SECOND_MS } from '../clock';
import { takeFault } from '../faults';
import { setTimer } from '../timers';
import { pushEvent } from '../wechat-open/push';
import { nextHex, type World } from '../world';
import { type CatalogueSeed, demoCatalogue } from './catalogue';
import { AUDIT_PASSED, DELISTED, IN_AUDIT, LISTED, productFromSeed, type ShopProduct, type ShopSku } from './model';

const LOW_STOCK = 10;
const AUDIT_MS = 5 * SECOND_MS;

/** Fills an empty shop with the demo catalogue. */
export function ensureCatalogue(world: World, seed: CatalogueSeed = demoCatalogue()): void {
  const { products } = world.state.channelsShop;
  if (products.size > 0) return;
  const parents = new Map(seed.categories.map((category) => [category.code, category.parentCode]));
  const path = (code: string): readonly string[] => {
    const parent = parents.get(code);
    return parent === null || parent === undefined ? [code] : [...path(parent), code];
  };
  const now = world.clock.now();
  seed.products.forEach((entry, index) => {
    const product = productFromSeed(entry, index, path, now);
    products.set(product.productId, product);
  });
  world.touch();
}

export function findSku(world: World, productId: string, skuId: string): { product: ShopProduct; sku: ShopSku } | undefined {
  const product = world.state.channelsShop.products.get(productId);
  const sku = product?.skus.find((candidate) => candidate.skuId === skuId);
  return product === undefined || sku === undefined ? undefined : { product, sku };
}

function edited(world: World, product: ShopProduct): void {
  product.editedAtMs = world.clock.now();
  world.touch();
}

/** Tells the shop's callback unless a fault swallows it (F96). */
function tell(world: World, product: ShopProduct, event: string, members: Readonly<Record<string, unknown>>): void {
  if (takeFault(world, 'channels-shop', 'event', ['eventLost'], product.productId)) return;
  pushEvent(world, 'channelsShop', event, product.productId, members);
}

const tellUpdated = (world: World, product: ShopProduct): void =>
  tell(world, product, 'product_spu_update', { ProductSpuUpdate: { product_id: product.productId, status: 0 } });

export interface ProductEdit {
  readonly title?: string;
  readonly subtitle?: string;
}

/** The shop keeper edits texts; they are live at once, as after a passed audit. */
export function editProduct(world: World, product: ShopProduct, edit: ProductEdit): void {
  if (edit.title !== undefined) product.title = edit.title;
  if (edit.subtitle !== undefined) product.subtitle = edit.subtitle;
  edited(world, product);
  tellUpdated(world, product);
}

export function setPrice(world: World, product: ShopProduct, sku: ShopSku, salePriceFen: number): void {
  sku.salePriceFen = salePriceFen;
  edited(world, product);
  tellUpdated(world, product);
}

export function setListing(world: World, product: ShopProduct, listed: boolean, status: number = listed ? LISTED : DELISTED): void {
  product.status = status;
  edited(world, product);
  tell(world, product, 'product_spu_listing', { ProductSpuListing: { product_id: product.productId, status, reason: '' } });
}

/** Changes stock and remembers the movement; the shop keeper's own change is told, the interface's only when it runs low. */
export function changeStock(
  world: World,
  product: ShopProduct,
  sku: ShopSku,
  change: { diffType: number; quantity: number; by: 'keeper' | 'interface' },
): void {
  const before = sku.stock;
  sku.stock = stockAfter(before, change.diffType, change.quantity);
  sku.lastStockUpdateAtMs = world.clock.now();
  const { stockFlows } = world.state.channelsShop;
  stockFlows.push({
    atMs: world.clock.now(),
    productId: product.productId,
    skuId: sku.skuId,
    diffType: change.diffType,
    quantity: change.quantity,
    stockAfter: sku.stock,
  });
  if (stockFlows.length > 5_000) stockFlows.splice(0, 1_000);
  world.touch();
  if (change.by === 'keeper') tellUpdated(world, product);
  if (before > LOW_STOCK && sku.stock <= LOW_STOCK)
    tell(world, product, 'channels_ec_stock_no_enough', {
      product_id: product.productId,
      sku_id: sku.skuId,
      remaining_stock_amount: sku.stock,
    });
}

export function stockAfter(before: number, diffType: number, quantity: number): number {
  if (diffType === 1) return before + quantity;
  return diffType === 2 ? before - quantity : quantity;
}

/** A change through the interface waits for the audit; it ends by itself. */
export function submitForAudit(world: World, product: ShopProduct, edit: ProductEdit): void {
  if (edit.title !== undefined) product.title = edit.title;
  if (edit.subtitle !== undefined) product.subtitle = edit.subtitle;
  product.editStatus = IN_AUDIT;
  edited(world, product);
  setTimer(world, 'productAudits', product.productId, world.clock.now() + AUDIT_MS);
}

export function finishAudit(world: World, productId: string): void {
  const product = world.state.channelsShop.products.get(productId);
  if (product?.editStatus !== IN_AUDIT) return;
  product.editStatus = AUDIT_PASSED;
  edited(world, product);
  tell(world, product, 'product_spu_audit', { ProductSpuAudit: { product_id: productId, status: 3, reason: '' } });
}

/** Somebody buys on the Channels side: stock goes down there, and order events with 64-bit numbers come. */
export function sellOnChannels(world: World, product: ShopProduct, sku: ShopSku, quantity: number): string | undefined {
  if (quantity > sku.stock || product.status !== LISTED) return undefined;
  changeStock(world, product, sku, { diffType: 2, quantity, by: 'interface' });
  const orderId = (3_700_000_000_000_000_000n + BigInt(`0x${nextHex(world, 12)}`)).toString();
  for (const event of ['channels_ec_order_new', 'channels_ec_order_pay'])
    tell(world, product, event, { order_info: { order_id: `@@${orderId}` } });
  return orderId;
}
