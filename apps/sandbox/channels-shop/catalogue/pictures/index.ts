import { CARE_RECORDS } from '../care/products';
import { TYRE_SERIES, tyreProducts } from '../tyres/products';
import { drawBanner } from './banners';
import { careDetail, careHero } from './goods';
import { categoryIcon } from './icons';
import { heroPicture, type TyreModel } from './tyre';
import { sizePicture, treadPicture } from './tyre-details';

type Painter = () => string;

/** A size from the usual part of a product's range stands for the product in its pictures. */
function tyrePainters(): [string, Painter][] {
  return tyreProducts().flatMap((product): [string, Painter][] => {
    const sku = product.skus[Math.min(1, product.skus.length - 1)];
    const series = TYRE_SERIES.find(({ code }) => product.productCode.startsWith(`QLX-${code}-`));
    const [hero, tread, size] = product.pictures;
    if (!sku?.tyre || !series || !hero || !tread || !size) throw new Error(`no pictures for ${product.productCode}`);
    const labels = product.skus.map(({ specs }) => specs[0]?.value ?? '');
    const { widthMm, aspectPercent, rimInch } = sku.tyre;
    const model: TyreModel = { series, widthMm, aspectPercent, rimInch, label: sku.specs[0]?.value ?? '' };
    return [
      [hero, () => heroPicture(model)],
      [tread, () => treadPicture(model)],
      [size, () => sizePicture(model, labels)],
    ];
  });
}

function carePainters(): [string, Painter][] {
  return CARE_RECORDS.flatMap((record): [string, Painter][] => {
    const [hero, detail] = record.product.pictures;
    if (!hero || !detail) throw new Error(`no pictures for ${record.product.productCode}`);
    return [
      [hero, () => careHero(record)],
      [detail, () => careDetail(record)],
    ];
  });
}

let painters: ReadonlyMap<string, Painter> | undefined;

/** SVG text of a product picture (800 x 800), or undefined for a name the catalogue does not use. Drawn anew on each call, always the same. */
export function productPicture(name: string): string | undefined {
  painters ??= new Map([...tyrePainters(), ...carePainters()]);
  return painters.get(name)?.();
}

/** SVG text of a category's icon (240 x 240, transparent corners), or undefined for an unknown category code. */
export function categoryPicture(code: string): string | undefined {
  return categoryIcon(code);
}

/** SVG text of a showcase banner (1500 x 600), or undefined for an unknown name. */
export function bannerPicture(name: string): string | undefined {
  return drawBanner(name);
}
