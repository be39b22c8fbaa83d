import type { ProductSeed } from './model';
import { BRAND_ZH, placeOf } from './places';

const COMMON = { brandZh: BRAND_ZH, tags: [], ...placeOf('FS') } as const;

/** Products spoilt on purpose: an import preview has to refuse each and say why (`importDefect`). */
export const DEFECTIVE_PRODUCTS: readonly ProductSeed[] = [
  {
    ...COMMON,
    productCode: 'QLX-X01',
    titleZh: '千里行 便携式车载衣架 未定价',
    titleEn: 'Qianlixing car coat hanger, price not set',
    subtitleZh: '资料待补全',
    categoryCode: 'acc-mats',
    descriptionZh: '新品资料录入中，售价尚未填写。供导入预览演示「缺少价格」。',
    pictures: ['care-a08'],
    status: 'listed',
    skus: [
      { skuCode: 'QLX-X01-01', specs: [{ nameZh: '颜色', nameEn: 'Colour', value: '黑色' }], priceFen: 0, stock: 40, weightGrams: 380 },
    ],
    importDefect: 'missing_price',
  },
  {
    ...COMMON,
    productCode: 'QLX-X02',
    titleZh: '千里行 车载折叠收纳箱 部分规格未定价',
    titleEn: 'Qianlixing folding boot organiser, one price not set',
    subtitleZh: '资料待补全',
    categoryCode: 'acc-mats',
    descriptionZh: '两个规格中有一个尚未填写售价。供导入预览演示「缺少价格」。',
    pictures: ['care-a04'],
    status: 'listed',
    skus: [
      { skuCode: 'QLX-X02-01', specs: [{ nameZh: '容量', nameEn: 'Volume', value: '30 L' }], priceFen: 5900, stock: 60, weightGrams: 1300 },
      { skuCode: 'QLX-X02-02', specs: [{ nameZh: '容量', nameEn: 'Volume', value: '55 L' }], priceFen: 0, stock: 60, weightGrams: 1900 },
    ],
    importDefect: 'missing_price',
  },
  {
    ...COMMON,
    productCode: 'QLX-X03',
    titleZh: '千里行 上一代机油 5W-30 已下架',
    titleEn: 'Qianlixing previous engine oil 5W-30, delisted',
    subtitleZh: '已停售',
    categoryCode: 'parts-oil',
    descriptionZh: '上一代产品，商家已下架。供导入预览演示「状态不可售」。',
    pictures: ['care-p01'],
    status: 'delisted',
    skus: [
      { skuCode: 'QLX-X03-01', specs: [{ nameZh: '容量', nameEn: 'Volume', value: '4 L' }], priceFen: 16900, stock: 12, weightGrams: 3700 },
    ],
    importDefect: 'wrong_status',
  },
  {
    ...COMMON,
    productCode: 'QLX-X04',
    titleZh: '千里行 季节款镂空雨刮 已下架',
    titleEn: 'Qianlixing seasonal wiper blade, delisted',
    subtitleZh: '已停售',
    categoryCode: 'parts-wiper',
    descriptionZh: '季节款产品，商家已下架。供导入预览演示「状态不可售」。',
    pictures: ['care-p22'],
    status: 'delisted',
    skus: [
      {
        skuCode: 'QLX-X04-01',
        specs: [{ nameZh: '长度', nameEn: 'Length', value: '24 英寸 600 mm' }],
        priceFen: 2290,
        stock: 0,
        weightGrams: 190,
      },
    ],
    importDefect: 'wrong_status',
  },
  {
    ...COMMON,
    productCode: 'QLX-X05',
    titleZh: '千里行 中性洗车液 重复录入',
    titleEn: 'Qianlixing neutral car shampoo, entered twice',
    subtitleZh: '编码与在售商品相同',
    categoryCode: 'care-wash',
    descriptionZh: '与在售洗车液使用了相同的规格编码。供导入预览演示「编码重复」。',
    pictures: ['care-w01'],
    status: 'listed',
    skus: [
      {
        skuCode: 'QLX-W01-01',
        specs: [{ nameZh: '容量', nameEn: 'Volume', value: '500 ml' }],
        priceFen: 1890,
        stock: 30,
        weightGrams: 560,
      },
    ],
    importDefect: 'duplicate_code',
  },
];
