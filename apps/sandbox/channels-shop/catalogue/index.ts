import type { CatalogueSeed } from './model';
import { BANNERS, CATEGORIES, MERCHANTS, WAREHOUSES } from './places';
import { tyreProducts } from './tyres/products';
import { VEHICLES } from './vehicles';

export type {
  BannerSeed,
  CatalogueSeed,
  CategorySeed,
  ImportDefect,
  MerchantSeed,
  ProductSeed,
  Season,
  SkuSeed,
  SpecificationSeed,
  TyreSeed,
  VehicleSeed,
  WarehouseSeed,
} from './model';
export { bannerPicture, categoryPicture, productPicture } from './pictures';

/** The demo brand's whole catalogue; the same values on every call. */
export function demoCatalogue(): CatalogueSeed {
  return {
    merchants: MERCHANTS,
    warehouses: WAREHOUSES,
    categories: CATEGORIES,
    products: tyreProducts(),
    vehicles: VEHICLES,
    banners: BANNERS,
  };
}
