import { readTogether } from '@qianxing/database';
import { defineService, type Platform, type Service } from '@qianxing/service';
import { catalogChecks } from './checks';
import { type CatalogContext, catalogContext } from './context';
import type { CatalogApi, SkuFacts } from './contract';
import { importWhole } from './imports/whole';
import { catalogJobs } from './jobs';
import { catalog } from './migrations/0001-catalog';
import type { CatalogOptions } from './model';
import type { CatalogNeeds } from './needs';
import { catalogProblems } from './problems';
import { catalogReactions } from './reactions';
import { hookRoutes } from './routes/hooks';
import { importRoutes } from './routes/imports';
import { publicRoutes } from './routes/public';
import { staffRoutes } from './routes/staff';
import { seedCatalog } from './seeding';
import { findProduct, merchants, productsById, skusById, warehouses } from './store';
import { workOffChanges } from './sync/synchronise';
import { picturesOf } from './views';

export type { CatalogOptions } from './model';
export type { CatalogNeeds } from './needs';

const CHANGES_AT_ONCE = 30;
const FACTS_TTL_MS = 1_000;

/** Products, search, showcase, import from and synchronisation with the Channels shop. See README.md. */
export function createCatalogService(platform: Platform, needs: CatalogNeeds, options: CatalogOptions): Service<CatalogApi> {
  const context = catalogContext(platform, needs, options);
  const worker = changeWorker(context);
  return defineService<CatalogApi>({
    name: 'catalog',
    migrations: [catalog],
    problems: catalogProblems,
    routes: [...publicRoutes(context), ...staffRoutes(context), ...importRoutes(context), ...hookRoutes(context, worker.wake)],
    reactions: catalogReactions(context),
    jobs: catalogJobs(context),
    checks: catalogChecks(platform.database),
    api: catalogApi(context),
    close: worker.close,
  });
}

/** Synchronises right after a push; the job of the same name takes what is left. */
function changeWorker(context: CatalogContext) {
  let running: Promise<unknown> | undefined;
  const wake = (): void => {
    running ??= workOffChanges(context, CHANGES_AT_ONCE)
      .catch((error: unknown) =>
        context.platform.log.error({ error: String(error) }, 'changes of the Channels shop wait for the next sweep'),
      )
      .finally(() => {
        running = undefined;
      });
  };
  return { wake, close: async (): Promise<void> => void (await running) };
}

function catalogApi(context: CatalogContext): CatalogApi {
  const { query } = context.platform.database;
  const factsOf = readTogether((skuIds) => skuFacts(context, skuIds));
  return {
    skuFacts: async (skuIds) => {
      const facts = await Promise.all(skuIds.map(factsOf));
      return new Map(facts.flatMap((one) => (one === undefined ? [] : [[one.skuId, one]])));
    },
    productCard: async (productId) => {
      const row = await findProduct(query, productId);
      if (row?.status !== 'listed') return undefined;
      const merchant = (await merchants(query)).find((candidate) => candidate.merchantId === row.merchantId);
      const name = (JSON.parse(row.pictures) as string[])[0] ?? '';
      return {
        productId,
        title: row.title,
        pictureUrl: picturesOf(row)[0] ?? '',
        picturePath: `${context.options.mediaDirectory}/${name}`,
        priceFromFen: row.minPriceFen,
        merchantName: merchant?.name ?? '',
      };
    },
    importChannels: (onProgress) => importWhole(context, onProgress),
    seed: (seed) => seedCatalog(context, seed),
  };
}

async function skuFacts(context: CatalogContext, skuIds: readonly string[]): Promise<Map<string, SkuFacts>> {
  const { query } = context.platform.database;
  const skus = await skusById(query, skuIds);
  const products = new Map((await productsById(query, [...new Set(skus.map((sku) => sku.productId))])).map((row) => [row.productId, row]));
  const places = await context.cached('places', FACTS_TTL_MS, async () => ({
    merchants: new Map((await merchants(query)).map((row) => [row.merchantId, row])),
    warehouses: new Map((await warehouses(query)).map((row) => [row.warehouseId, row])),
  }));
  const facts = new Map<string, SkuFacts>();
  for (const sku of skus) {
    const product = products.get(sku.productId);
    if (!product) continue;
    const warehouse = places.warehouses.get(product.warehouseId);
    facts.set(sku.skuId, {
      skuId: sku.skuId,
      productId: sku.productId,
      title: product.title,
      label: sku.label,
      pictureUrl: picturesOf(product)[0] ?? '',
      categoryCode: product.categoryCode,
      priceFen: sku.priceFen,
      weightGrams: sku.weightGrams,
      merchantId: product.merchantId,
      merchantName: places.merchants.get(product.merchantId)?.name ?? '',
      warehouseId: product.warehouseId,
      warehouseName: warehouse?.name ?? '',
      warehouseProvinceCode: warehouse?.provinceCode ?? '',
      listed: sku.status === 'listed' && product.status === 'listed',
    });
  }
  return facts;
}
