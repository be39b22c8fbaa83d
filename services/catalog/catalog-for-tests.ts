import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, migrate } from '@qianxing/database';
import type { Result } from '@qianxing/errors';
import { createEventBus, eventMigrations, type Topic } from '@qianxing/events';
import type { Actor, RawAnswer, RouteContract } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { lineRefunded, orderCancelled, orderPaid, orderPlaced } from '@qianxing/order/contract';
import { emptiedDatabases, type TestDatabase, type TestDatabaseKind, virtualClock } from '@qianxing/testing';
import { createMessagePush } from '@qianxing/wechat-open';
import { FormatRegistry, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll } from 'vitest';
import { type CatalogSeed, catalogContract } from './contract';
import { createCatalogService } from './index';
import { memoryShop } from './shop-for-tests';
import type { CatalogTables, ProductRow, SkuRow } from './tables';

const databases = emptiedDatabases();
const folder = mkdtempSync(join(tmpdir(), 'qianxing-catalog-'));
afterAll(async () => {
  await databases.closeAll();
  rmSync(folder, { recursive: true, force: true });
});

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)));

const PUSH_TOKEN = 'token-of-the-tests';
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

/** Serves pictures on loopback; what it holds decides what it answers. */
export async function pictureServer() {
  const pictures = new Map<string, { type: string; body: Buffer }>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const picture =
      pictures.get(path) ?? (path.startsWith('/ok/') ? { type: 'image/png', body: Buffer.concat([PIXEL, Buffer.from(path)]) } : undefined);
    response.writeHead(picture ? 200 : 404, { 'content-type': picture?.type ?? 'text/plain' }).end(picture?.body ?? 'nothing');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    pictures,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
type Pictures = Awaited<ReturnType<typeof pictureServer>>;

const SEED: CatalogSeed = {
  merchants: [
    { code: 'M-1', name: '千星轮胎', provinceName: '山东省' },
    { code: 'M-2', name: '万里车品', provinceName: '浙江省' },
  ],
  warehouses: [
    { code: 'W-1', merchantCode: 'M-1', name: '青岛仓', provinceCode: '37' },
    { code: 'W-2', merchantCode: 'M-2', name: '杭州仓', provinceCode: '33' },
  ],
  categories: [
    { code: 'tyres', parentCode: null, nameZh: '轮胎', nameEn: 'Tyres', pictureUrl: '' },
    { code: 'tyres-car', parentCode: 'tyres', nameZh: '轿车轮胎', nameEn: 'Car tyres', pictureUrl: '' },
    { code: 'care', parentCode: null, nameZh: '车品', nameEn: 'Car care', pictureUrl: '' },
  ],
  vehicles: [{ brand: '星途', model: '远行', yearFrom: 2018, yearTo: 2024, sizes: ['205/55R16', '225/45R17'] }],
  banners: [],
  sections: [{ titleZh: '热销', titleEn: 'Best sellers', sort: 'sold', limit: 4 }],
};

/** One catalogue room with a Channels shop and an order service in memory. */
export async function openCatalog(kind: TestDatabaseKind, pictures: Pictures) {
  const prepare = async (empty: TestDatabase): Promise<void> => {
    await migrate(empty, [...eventMigrations, ...catalogOn(empty, pictures).service.migrations]);
  };
  const room = catalogOn(await databases.open(kind, prepare), pictures);
  await room.service.api.seed(SEED);
  return room;
}

interface Ordered {
  readonly facts: { orderId: string; lines: readonly { orderLineId: string; skuId: string; quantity: number; productId: string }[] };
}

function catalogOn(database: Database, pictures: Pictures) {
  const clock = virtualClock();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shop = memoryShop(pictures.origin);
  /** The order service: what was taken here, and what can be ordered. */
  const orders = { taken: new Map<string, number>(), available: new Map<string, number>(), settings: 0, failNext: false };
  const bus = createEventBus({ database, clock, log, deliverTwice: true, reactions: () => service.reactions });
  const service = createCatalogService(
    { database, clock, log, events: bus },
    {
      setAvailable: async (skuId, _warehouseId, available, _source, toldUnits) => {
        if (orders.failNext) {
          orders.failNext = false;
          throw new Error('killed');
        }
        orders.settings += 1;
        orders.available.set(skuId, Math.max(0, available - ((orders.taken.get(skuId) ?? 0) - toldUnits)));
      },
      available: async (skuIds) => new Map(skuIds.map((skuId) => [skuId, { available: orders.available.get(skuId) ?? 0 }])),
    },
    {
      channelsShop: shop.client,
      channelsPush: createMessagePush({ appId: 'wxshop', token: PUSH_TOKEN, mode: 'plain', encodingAesKeys: [] }),
      mediaDirectory: folder,
      pictureOrigins: [pictures.origin],
      pollEveryMs: 60_000,
    },
  );
  const tables = database.query.withTables<CatalogTables>();
  const staff: Actor = { kind: 'staff', staffId: 'x', username: '小李', permissions: [], sessionId: 's' };

  async function call<C extends RouteContract>(
    contract: C,
    input: { params?: object; query?: object; body?: unknown; rawBody?: Buffer } = {},
  ): Promise<Result<C['response'] extends TSchema ? Static<C['response']> : RawAnswer>> {
    const route = service.routes.find((candidate) => candidate.contract === contract);
    if (!route) throw new Error(`no route for ${contract.path}`);
    if (contract.body && !Value.Check(contract.body, input.body)) throw new Error(`the body does not fit ${contract.path}`);
    if (contract.query && !Value.Check(contract.query, input.query ?? {})) throw new Error(`the query does not fit ${contract.path}`);
    const handle = route.handle as (call: unknown) => Promise<Result<never>>;
    const answer = await handle({
      params: input.params ?? {},
      query: input.query ?? {},
      body: input.body,
      actor: staff,
      now: clock.now(),
      language: 'zh',
      requestId: 'r',
      ip: '127.0.0.1',
      headers: {},
      idempotencyKey: newId(),
      rawBody: input.rawBody ?? Buffer.alloc(0),
    });
    if (answer.ok && contract.response && !Value.Check(contract.response, answer.value))
      throw new Error(`the answer does not fit ${contract.path}: ${JSON.stringify([...Value.Errors(contract.response, answer.value)][0])}`);
    return answer;
  }

  async function publish<T extends string, P>(topic: Topic<T, P>, aggregateId: string, payload: P): Promise<void> {
    await database.transaction((transaction) => bus.emit(transaction, topic, { aggregateId, occurredAt: clock.now(), payload }));
  }

  async function run(name: string): Promise<number> {
    const job = service.jobs.find((candidate) => candidate.name === name);
    if (!job) throw new Error(`no job ${name}`);
    const moved = await job.run();
    await bus.drain();
    return moved;
  }

  const sku = (skuCode: string): Promise<SkuRow> =>
    tables.selectFrom('catalog_skus').selectAll().where('skuCode', '=', skuCode).executeTakeFirstOrThrow();

  const factsOf = ({ facts }: Ordered) => ({
    tradeId: newId(),
    orderNo: '1',
    memberId: newId(),
    merchantId: newId(),
    warehouseId: newId(),
    ...facts,
    lines: facts.lines.map((line) => ({ ...line, title: '', label: '', paidFen: 1, beneficiaries: null })),
  });
  const take = (skuId: string, quantity: number) => {
    orders.taken.set(skuId, (orders.taken.get(skuId) ?? 0) + quantity);
    orders.available.set(skuId, (orders.available.get(skuId) ?? 0) - quantity);
  };

  return {
    database,
    clock,
    shop,
    orders,
    service,
    tables,
    call,
    run,
    sku,
    drain: () => bus.drain(),
    deadLetters: async () => (await bus.lag()).deadLetters,
    product: (externalProductId: string): Promise<ProductRow> =>
      tables.selectFrom('catalog_products').selectAll().where('externalProductId', '=', externalProductId).executeTakeFirstOrThrow(),
    /** Fetches and applies everything; answers the import as it is after that. */
    async importAll(excludedItemIds: readonly string[] = []) {
      const { importId } = successOf(await call(catalogContract.startImport, { body: {} }));
      while ((await run('catalog.import')) > 0);
      successOf(await call(catalogContract.applyImport, { params: { importId }, body: { excludedItemIds: [...excludedItemIds] } }));
      while ((await run('catalog.import')) > 0);
      return successOf(await call(catalogContract.getImport, { params: { importId } }));
    },
    /** Somebody orders here: taken at once, told by events. */
    async order(skuCode: string, quantity: number): Promise<Ordered> {
      const row = await sku(skuCode);
      take(row.skuId, quantity);
      const orderId = newId(clock.now());
      const lines = [{ orderLineId: newId(clock.now()), skuId: row.skuId, quantity, productId: row.productId }];
      await publish(orderPlaced, orderId, factsOf({ facts: { orderId, lines } }));
      return { facts: { orderId, lines } };
    },
    async pay(ordered: Ordered) {
      const money = { paymentId: newId(), paidAt: clock.now(), payableFen: 1, freightFen: 0, warehouseName: '' };
      const recipient = { name: '', phone: '', region: '', detail: '' };
      await publish(orderPaid, ordered.facts.orderId, { ...factsOf(ordered), ...money, recipient });
    },
    async cancel(ordered: Ordered) {
      for (const line of ordered.facts.lines) take(line.skuId, -line.quantity);
      await publish(orderCancelled, ordered.facts.orderId, { ...factsOf(ordered), reason: 'buyer' });
    },
    /** Refunds units of the first line; `restocked` of them are on hand again. */
    async refund(ordered: Ordered, quantity: number, restocked: number) {
      const [line] = ordered.facts.lines;
      if (!line) return;
      take(line.skuId, -restocked);
      const money = { refundedFen: 1, lineRefundedFen: 1, linePaidFen: 1, lineQuantity: line.quantity, lineRefundedQuantity: quantity };
      const ids = {
        afterSaleId: newId(),
        tradeId: newId(),
        orderId: ordered.facts.orderId,
        orderLineId: line.orderLineId,
        memberId: newId(),
      };
      await publish(lineRefunded, ordered.facts.orderId, { ...ids, quantity, ...money, restockedQuantity: restocked });
    },
    /** A message of the Channels shop about a product; `token` forges its signature. */
    async push(productId: string, input: { second?: number; token?: string; event?: string } = {}): Promise<RawAnswer> {
      const { second = 1, token = PUSH_TOKEN, event = 'product_spu_update' } = input;
      const [timestamp, nonce] = ['1', '2'];
      const signature = createHash('sha1').update([token, timestamp, nonce].sort().join('')).digest('hex');
      const body = {
        ToUserName: 'gh',
        FromUserName: 'open',
        CreateTime: second,
        MsgType: 'event',
        Event: event,
        ProductSpuUpdate: { product_id: productId, status: 0 },
        ProductSpuListing: { product_id: productId, status: 5 },
      };
      const answer = await call(catalogContract.channelsPush, {
        query: { signature, timestamp, nonce },
        rawBody: Buffer.from(JSON.stringify(body)),
      });
      await service.close?.();
      await bus.drain();
      return successOf(answer as Result<RawAnswer>);
    },
    findings: async () => (await Promise.all(service.checks.map((check) => check.run()))).flat(),
    async close() {
      await service.close?.();
      await database.close();
    },
  };
}

export type CatalogRoom = Awaited<ReturnType<typeof openCatalog>>;

/** The value of a result that must be a success. */
export function successOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problem)}`);
  return result.value;
}

/** The code of a result that must be a failure. */
export function codeOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('not refused');
  return result.problem.code;
}
