import type { BannerSeed, CategorySeed, MerchantSeed, WarehouseSeed } from './model';

export const BRAND_ZH = '千里行';

export const MERCHANTS: readonly MerchantSeed[] = [
  { code: 'M-QD', name: '千里行青岛轮胎旗舰仓店', province: '山东省', city: '青岛市' },
  { code: 'M-FS', name: '千里行佛山车品店', province: '广东省', city: '佛山市' },
  { code: 'M-CD', name: '千里行成都西南店', province: '四川省', city: '成都市' },
];

export const WAREHOUSES: readonly WarehouseSeed[] = [
  { code: 'WH-QD-1', merchantCode: 'M-QD', name: '青岛胶州轮胎仓', provinceCode: '370000', cityCode: '370200' },
  { code: 'WH-FS-1', merchantCode: 'M-FS', name: '佛山顺德车品仓', provinceCode: '440000', cityCode: '440600' },
  { code: 'WH-CD-1', merchantCode: 'M-CD', name: '成都青白江仓', provinceCode: '510000', cityCode: '510100' },
];

/** Which merchant sends from which warehouse. */
export type PlaceCode = 'QD' | 'FS' | 'CD';

export function placeOf(code: PlaceCode): { merchantCode: string; warehouseCode: string } {
  return { merchantCode: `M-${code}`, warehouseCode: `WH-${code}-1` };
}

export const CATEGORIES: readonly CategorySeed[] = [
  { code: 'tyres', parentCode: null, nameZh: '轮胎', nameEn: 'Tyres' },
  { code: 'tyres-car', parentCode: 'tyres', nameZh: '轿车胎', nameEn: 'Car tyres' },
  { code: 'tyres-suv', parentCode: 'tyres', nameZh: 'SUV 胎', nameEn: 'SUV tyres' },
  { code: 'tyres-ev', parentCode: 'tyres', nameZh: '新能源胎', nameEn: 'EV tyres' },
  { code: 'tyres-winter', parentCode: 'tyres', nameZh: '雪地胎', nameEn: 'Winter tyres' },
  { code: 'tyres-van', parentCode: 'tyres', nameZh: '轻卡胎', nameEn: 'Van and light truck tyres' },
  { code: 'care', parentCode: null, nameZh: '洗车养护', nameEn: 'Car care' },
  { code: 'care-wash', parentCode: 'care', nameZh: '清洗', nameEn: 'Washing' },
  { code: 'care-wax', parentCode: 'care', nameZh: '打蜡镀膜', nameEn: 'Wax and coating' },
  { code: 'care-interior', parentCode: 'care', nameZh: '内饰养护', nameEn: 'Interior care' },
  { code: 'service-parts', parentCode: null, nameZh: '保养件', nameEn: 'Service parts' },
  { code: 'parts-oil', parentCode: 'service-parts', nameZh: '机油油液', nameEn: 'Oils and fluids' },
  { code: 'parts-filter', parentCode: 'service-parts', nameZh: '滤清器', nameEn: 'Filters' },
  { code: 'parts-wiper', parentCode: 'service-parts', nameZh: '雨刮', nameEn: 'Wiper blades' },
  { code: 'parts-wear', parentCode: 'service-parts', nameZh: '电瓶制动', nameEn: 'Batteries and brakes' },
  { code: 'service-cards', parentCode: 'service-parts', nameZh: '保养卡', nameEn: 'Service cards' },
  { code: 'accessories', parentCode: null, nameZh: '车品', nameEn: 'Accessories' },
  { code: 'acc-mats', parentCode: 'accessories', nameZh: '脚垫座垫', nameEn: 'Mats and covers' },
  { code: 'acc-electronics', parentCode: 'accessories', nameZh: '车载电器', nameEn: 'Car electronics' },
  { code: 'acc-emergency', parentCode: 'accessories', nameZh: '应急工具', nameEn: 'Emergency and tools' },
];

export const BANNERS: readonly BannerSeed[] = [
  { name: 'banner-summer', titleZh: '换胎季 · 静行上路', titleEn: 'Tyre season: a quieter drive', categoryCode: 'tyres-car' },
  { name: 'banner-winter', titleZh: '雪地胎 · 提前备好', titleEn: 'Winter tyres, ready ahead of snow', categoryCode: 'tyres-winter' },
  { name: 'banner-care', titleZh: '洗护一站配齐', titleEn: 'Everything for washing and care', categoryCode: 'care' },
];
