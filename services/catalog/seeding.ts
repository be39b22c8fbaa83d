import type { Transaction } from '@qianxing/database';
import { insertIfAbsent } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { CatalogContext } from './context';
import type { CatalogSeed } from './contract';
import { copyPicture } from './media';
import { putShowcase } from './showcase/store';
import type { CatalogTables } from './tables';

/** Master data that no product carries: merchants, warehouses, categories, vehicles and the home showcase. May be run again. */
export async function seedCatalog(context: CatalogContext, seed: CatalogSeed): Promise<void> {
  const pictures = new Map<string, string>();
  for (const url of [...seed.categories.map((category) => category.pictureUrl), ...seed.banners.map((banner) => banner.pictureUrl)]) {
    const name = await copyPicture(context, url);
    if (name !== undefined) pictures.set(url, name);
  }
  await context.platform.database.transaction(async (transaction) => {
    await seedPartners(transaction, seed);
    for (const [position, category] of seed.categories.entries()) {
      const { code, parentCode, nameZh, nameEn, pictureUrl } = category;
      await insertIfAbsent(transaction, 'catalog_categories', {
        categoryCode: code,
        parentCode,
        nameZh,
        nameEn,
        picture: pictures.get(pictureUrl) ?? '',
        position,
      });
    }
    for (const vehicle of seed.vehicles) {
      await insertIfAbsent(transaction, 'catalog_vehicles', { vehicleId: newId(), ...vehicle, sizes: JSON.stringify(vehicle.sizes) });
    }
    await putShowcase(transaction, {
      slug: 'home',
      titleZh: '首页',
      titleEn: 'Home',
      document: { sections: homeSections(seed, pictures) },
    });
  });
}

async function seedPartners(transaction: Transaction, seed: CatalogSeed): Promise<void> {
  for (const merchant of seed.merchants)
    await insertIfAbsent(transaction, 'catalog_merchants', {
      merchantId: newId(),
      merchantCode: merchant.code,
      name: merchant.name,
      provinceName: merchant.provinceName,
    });
  const rows = await transaction.withTables<CatalogTables>().selectFrom('catalog_merchants').selectAll().execute();
  for (const warehouse of seed.warehouses) {
    const merchantId = rows.find((row) => row.merchantCode === warehouse.merchantCode)?.merchantId;
    if (merchantId === undefined) continue;
    await insertIfAbsent(transaction, 'catalog_warehouses', {
      warehouseId: newId(),
      warehouseCode: warehouse.code,
      merchantId,
      name: warehouse.name,
      provinceCode: warehouse.provinceCode,
    });
  }
}

function homeSections(seed: CatalogSeed, pictures: ReadonlyMap<string, string>) {
  const banners = seed.banners.flatMap((banner) => {
    const picture = pictures.get(banner.pictureUrl);
    return picture === undefined
      ? []
      : [{ picture, link: `/category/${banner.categoryCode}`, altZh: banner.titleZh, altEn: banner.titleEn }];
  });
  const products = seed.sections.map((section) => ({
    sectionId: newId(),
    kind: 'products' as const,
    titleZh: section.titleZh,
    titleEn: section.titleEn,
    products: {
      sort: section.sort,
      limit: section.limit,
      ...(section.categoryCode === undefined ? {} : { categoryCode: section.categoryCode }),
    },
  }));
  return [
    { sectionId: newId(), kind: 'banners' as const, titleZh: '', titleEn: '', banners },
    { sectionId: newId(), kind: 'categories' as const, titleZh: '全部分类', titleEn: 'All categories' },
    ...products,
  ];
}
