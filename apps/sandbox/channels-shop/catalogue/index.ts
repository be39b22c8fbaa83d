import { CARE_RECORDS } from './care/products';
import { DEFECTIVE_PRODUCTS } from './defects';
import type { CatalogueSeed } from './model';
import { BANNERS, CATEGORIES, MERCHANTS, WAREHOUSES } from './places';
import { tyreProducts } from './tyres/products';
import { VEHICLES } from './vehicles';

export type { CatalogueSeed, ProductSeed } from './model';
export { bannerPicture, categoryPicture, productPicture } from './pictures';

/** The demo brand's whole catalogue; the same values on every call. The products spoilt on purpose (`importDefect`) stand last. */
export function demoCatalogue(): CatalogueSeed {
  return {
    merchants: MERCHANTS,
    warehouses: WAREHOUSES,
    categories: CATEGORIES,
    products: [...tyreProducts(), ...CARE_RECORDS.map((record) => record.product), ...DEFECTIVE_PRODUCTS],
    vehicles: VEHICLES,
    banners: BANNERS,
  };
}
