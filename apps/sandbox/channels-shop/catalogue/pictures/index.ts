import { BANNERS, CATEGORIES } from '../places';

function plain(width: number, height: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#eef0f4"/></svg>`;
}

/** SVG text of a product picture (800 x 800), or undefined for a name the catalogue does not use. */
export function productPicture(name: string): string | undefined {
  return /^[a-z]/.test(name) ? plain(800, 800) : undefined;
}

/** SVG text of a category's icon (240 x 240), or undefined for an unknown category code. */
export function categoryPicture(code: string): string | undefined {
  return CATEGORIES.some((category) => category.code === code) ? plain(240, 240) : undefined;
}

/** SVG text of a showcase banner (1500 x 600), or undefined for an unknown name. */
export function bannerPicture(name: string): string | undefined {
  return BANNERS.some((banner) => banner.name === name) ? plain(1500, 600) : undefined;
}
