import type { CatalogSeed } from '@qianxing/catalog/contract';
import { DAY_MS, HOUR_MS } from '@qianxing/time';
import type { Program } from '../runtime/program';
import { goodsByMerchant, importGoods, moveParcel, passTime, reach, shipOrder, staffCaller } from './backstage';
import { type Caller, openCaller } from './client';
import { demoMembers, demoPhone, demoStaff } from './people';
import { arrive, type BoughtOrder, enrol, type Item, type Place, pay, place as placeTrade, type Shopper } from './shoppers';

type Say = (text: string) => void;

/** What the demonstration works with. */
interface Stage {
  readonly place: Place;
  readonly program: Program;
  readonly staff: Caller;
  readonly goods: string[][];
  readonly shoppers: Map<string, Shopper>;
  readonly codes: Map<string, string>;
}

const placeOf = ({ configuration }: Program, serverUrl: string): Place => ({ serverUrl, sandboxUrl: configuration.outside.sandboxUrl });

/** Staff accounts, merchants, warehouses, categories and vehicles: a shop that is open and empty. Refuses outside the sandbox. */
export async function loadBasics(program: Program): Promise<void> {
  const { configuration, services } = program;
  if (configuration.environment !== 'sandbox') throw new Error('演示数据只能载入沙箱环境 demo data are for the sandbox only');
  await services.user.ensureStaff(demoStaff);
  await services.catalog.seed(await masterData(placeOf(program, '')));
}

/**
 * Loads the demonstration through the same requests people make: staff, goods by the real import, twelve members in a referral tree, and
 * orders in every state. Does nothing when members are there already; refuses outside the sandbox.
 */
export async function loadDemo(program: Program, serverUrl: string, say: Say): Promise<void> {
  const { services, clock } = program;
  if ((await services.user.memberIdByNo(1)) !== undefined) return;
  const place = placeOf(program, serverUrl);
  say('载入演示数据 loading demo data …\n');
  await loadBasics(program);
  const staff = await staffCaller(place, clock, 'admin');
  const imported = await importGoods(staff, () => undefined);
  say(`  ✓ 视频号小店导入 imported: ${imported.counts.applied} 件商品 products, ${imported.counts.refused} 件拒绝 refused\n`);
  const stage: Stage = { place, program, staff, goods: await goodsByMerchant(serverUrl), shoppers: new Map(), codes: new Map() };
  await makePast(stage);
  say('  ✓ 推荐关系与历史订单 referral tree and past orders\n');
  await makePresent(stage);
  say('  ✓ 各状态订单、售后与提现 orders in every state, after-sales, withdrawals\n');
}

interface MasterData {
  readonly merchants: readonly { readonly code: string; readonly name: string; readonly province: string }[];
  readonly warehouses: CatalogSeed['warehouses'];
  readonly categories: CatalogSeed['categories'];
  readonly vehicles: readonly {
    readonly brandZh: string;
    readonly modelZh: string;
    readonly yearFrom: number;
    readonly yearTo: number;
    readonly sizes: readonly string[];
  }[];
  readonly banners: CatalogSeed['banners'];
}

async function masterData(place: Place): Promise<CatalogSeed> {
  const data = await openCaller(place.sandboxUrl).get<MasterData>('/sandbox/shop/master-data');
  const roots = data.categories.filter((category) => category.parentCode === null);
  return {
    merchants: data.merchants.map(({ code, name, province }) => ({ code, name, provinceName: province })),
    warehouses: data.warehouses.map(({ code, merchantCode, name, provinceCode }) => ({ code, merchantCode, name, provinceCode })),
    categories: data.categories,
    vehicles: data.vehicles.map(({ brandZh, modelZh, yearFrom, yearTo, sizes }) => ({
      brand: brandZh,
      model: modelZh,
      yearFrom,
      yearTo,
      sizes,
    })),
    banners: data.banners.map(({ pictureUrl, titleZh, titleEn, categoryCode }) => ({ pictureUrl, titleZh, titleEn, categoryCode })),
    sections: [
      { titleZh: '热销好物', titleEn: 'Selling well', sort: 'sold', limit: 8 },
      ...roots
        .slice(0, 3)
        .map((root) => ({ titleZh: root.nameZh, titleEn: root.nameEn, categoryCode: root.code, sort: 'sold' as const, limit: 6 })),
    ],
  };
}

/** Goods are sorted by price: steps of this width reach from a wiper to a set of tyres. */
const STRIDE = 7;

/** One SKU of the n-th merchant; `step` walks through its goods. */
function item(stage: Stage, merchant: number, step: number, quantity = 1): Item {
  const skus = stage.goods[merchant % stage.goods.length] ?? [];
  const skuId = skus[(step * STRIDE) % skus.length];
  if (skuId === undefined) throw new Error('no goods in stock');
  return { skuId, quantity };
}

function shopper(stage: Stage, last: number): Shopper {
  const found = stage.shoppers.get(demoPhone(last));
  if (!found) throw new Error(`member ${last} has not arrived`);
  return found;
}

async function buy(stage: Stage, last: number, ...items: readonly Item[]): Promise<BoughtOrder[]> {
  const buyer = shopper(stage, last);
  return pay(stage.place, buyer, await placeTrade(buyer, items));
}

/** Ships, delivers and receives. */
async function fulfil(stage: Stage, last: number, orders: readonly BoughtOrder[]): Promise<void> {
  for (const order of orders) {
    const waybillNo = await shipOrder(stage.staff, order);
    await moveParcel(stage.place, waybillNo, 'pickedUp', 'inTransit', 'outForDelivery', 'delivered');
    await reach(shopper(stage, last), order.orderId, 'shipped');
    await shopper(stage, last).caller.send('POST', `/api/v1/orders/${order.orderId}/receive`, {});
  }
}

/** Three weeks ago until now: everybody arrives, buys, and those who promote enrol after their first purchase. */
async function makePast(stage: Stage): Promise<void> {
  const { place, program } = stage;
  for (const [index, person] of demoMembers.entries()) {
    const code = person.referredBy === null ? undefined : stage.codes.get(person.referredBy);
    stage.shoppers.set(person.phone, await arrive(place, person, code));
    const last = index + 1;
    const orders =
      last === 12
        ? []
        : await buy(stage, last, item(stage, index, index, 1 + (index % 2)), ...(index % 3 === 0 ? [item(stage, index + 1, index)] : []));
    if (person.promotes) stage.codes.set(person.phone, await enrol(shopper(stage, last)));
    if (last <= 9) await fulfil(stage, last, orders);
    await passTime(place, program.clock, DAY_MS + HOUR_MS);
  }
}

/** The last days: orders that stand in every state. Ends at today. */
async function makePresent(stage: Stage): Promise<void> {
  const { place, program, staff } = stage;
  for (let day = 0; day < 5; day += 1) await ordinaryDay(stage, day);
  await fulfil(stage, 4, await buy(stage, 4, item(stage, 0, 3, 2), item(stage, 1, 2)));
  await requestReturn(stage);
  await withdraw(stage);
  for (let day = 5; Date.now() - program.clock.now() > DAY_MS; day += 1) await ordinaryDay(stage, day);
  await passTime(place, program.clock, Math.max(0, Date.now() - program.clock.now()));
  const [shipped] = await buy(stage, 6, item(stage, 0, 5));
  if (shipped) await moveParcel(place, await shipOrder(staff, shipped), 'pickedUp', 'inTransit');
  const [partly] = await buy(stage, 9, item(stage, 1, 6, 2), item(stage, 1, 7));
  if (partly) await moveParcel(place, await shipOrder(staff, partly, true), 'pickedUp');
  await buy(stage, 8, item(stage, 2, 1), item(stage, 0, 8));
  await buy(stage, 10, item(stage, 1, 4));
  const unwanted = await placeTrade(shopper(stage, 12), [item(stage, 2, 2)]);
  await shopper(stage, 12).caller.send('POST', `/api/v1/trades/${unwanted.tradeId}/cancel`, {});
  await placeTrade(shopper(stage, 11), [item(stage, 2, 3), item(stage, 1, 1)]);
}

/** Orders of a day on which nothing special happens. */
async function ordinaryDay(stage: Stage, day: number): Promise<void> {
  const orders = 1 + (day % 3);
  for (let number = 0; number < orders; number += 1) {
    const last = 1 + ((day * 3 + number * 4) % 11);
    await buy(stage, last, item(stage, day + number, 2 * day + number, 1 + (number % 2)));
  }
  await passTime(stage.place, stage.program.clock, DAY_MS);
}

/** One after-sale refunded, one waiting for a decision. */
async function requestReturn(stage: Stage): Promise<void> {
  const buyer = shopper(stage, 4);
  const { items } = await buyer.caller.get<{
    items: (BoughtOrder & { lines: readonly { orderLineId: string; afterSaleQuantity: number }[] })[];
  }>('/api/v1/orders?status=received');
  const lines = items.flatMap((order) => order.lines).filter((line) => line.afterSaleQuantity > 0);
  const [first, second] = lines;
  if (first) {
    const { afterSaleId } = await apply(buyer, first.orderLineId);
    await stage.staff.send('POST', `/staff/v1/after-sales/${afterSaleId}/approve`, {});
  }
  if (second) await apply(buyer, second.orderLineId);
}

const apply = (buyer: Shopper, orderLineId: string) =>
  buyer.caller.send<{ afterSaleId: string }>('POST', '/api/v1/after-sales', {
    orderLineId,
    quantity: 1,
    kind: 'refund_only',
    reason: 'wrong_size',
    description: '尺寸买错了',
  });

/** The first promoter binds WeChat; one withdrawal waits for review. */
async function withdraw(stage: Stage): Promise<void> {
  const { place } = stage;
  const promoter = shopper(stage, 1);
  const { url } = await promoter.caller.get<{ url: string }>('/api/v1/login/wechat-h5/authorize-url?returnTo=/');
  const state = new URL(url).searchParams.get('state');
  const { code } = await openCaller(place.sandboxUrl).send<{ code: string }>('POST', '/sandbox/wechat/codes', {
    kind: 'oauth',
    phone: promoter.person.phone,
    appid: stage.program.configuration.credentials.officialAccount.appid,
  });
  await promoter.caller.send('POST', '/api/v1/me/wechat-h5', { code, state });
  const terms = await promoter.caller.get<{ availableFen: number; minimumFen: number; realNameFromFen: number }>(
    '/api/v1/promoter/withdrawal-terms',
  );
  const amountFen = Math.min(Math.floor(terms.availableFen / 2), terms.realNameFromFen - 1);
  if (amountFen >= terms.minimumFen) await promoter.caller.send('POST', '/api/v1/promoter/withdrawals', { amountFen, rail: 'transfer' });
}
