import type { ShopProduct, ShopSku } from '@qianxing/channels-shop';
import type { ImportedProduct, ImportedSku, ImportedTyre, RefusalReason } from './model';

const SEASONS: Readonly<Record<string, ImportedTyre['season']>> = { 夏季: 'summer', 冬季: 'winter', 四季: 'all_season' };
const SPECIFICATION_NAMES: Readonly<Record<string, string>> = {
  规格: 'Size',
  颜色: 'Colour',
  容量: 'Volume',
  长度: 'Length',
  粘度: 'Viscosity',
  型号: 'Model',
  尺寸: 'Dimensions',
  材质: 'Material',
  套装: 'Set',
  数量: 'Quantity',
};

/** `205/55R16 91V`, `195/70R15C 104/102R`: section width, aspect ratio, rim diameter, load index and speed symbol (ETRTO marking). */
const TYRE_SIZE = /(\d{3})\/(\d{2})\s*Z?R\s*(\d{2}(?:\.\d)?)C?\s+(\d{2,3})(?:\/\d{2,3})?\s*([A-Z]\d?)/;

/** A product as the Channels shop tells it → our terms. What its form has no field for is read from the product's attributes. */
export function importedProduct(product: ShopProduct): ImportedProduct {
  const attribute = (name: string): string => product.attributes.find((entry) => entry.name === name)?.value.trim() ?? '';
  const list = (name: string): string[] =>
    attribute(name)
      .split('、')
      .filter((value) => value !== '');
  const season = SEASONS[attribute('适用季节')];
  return {
    externalProductId: product.productId,
    productCode: product.productCode ?? product.outProductId ?? '',
    title: product.title.trim(),
    titleEn: attribute('英文标题'),
    subtitle: product.subTitle.trim(),
    brand: attribute('品牌'),
    description: product.description.trim(),
    categoryCode: product.categoryIds.at(-1) ?? '',
    merchantCode: attribute('商家编码'),
    warehouseCode: attribute('发货仓编码'),
    tags: list('标签'),
    pictureUrls: product.pictureUrls,
    weightGrams: Number.parseInt(attribute('毛重'), 10) || 0,
    listed: product.status === 'listed',
    skus: product.skus.map((sku) => importedSku(sku, season, list('适用车型'))),
  };
}

function importedSku(sku: ShopSku, season: ImportedTyre['season'] | undefined, vehicleTypes: readonly string[]): ImportedSku {
  const label = sku.attributes.map((entry) => entry.value).join(' ');
  const marketPriceFen = sku.marketPriceFen !== undefined && sku.marketPriceFen > sku.salePriceFen ? sku.marketPriceFen : null;
  return {
    externalSkuId: sku.skuId,
    skuCode: sku.skuCode ?? sku.outSkuId ?? '',
    label,
    specifications: sku.attributes.map((entry) => ({
      nameZh: entry.name,
      nameEn: SPECIFICATION_NAMES[entry.name] ?? entry.name,
      value: entry.value,
    })),
    priceFen: sku.salePriceFen,
    marketPriceFen,
    stock: sku.stockQuantity,
    tyre: season === undefined ? null : tyreOf(label, season, vehicleTypes),
  };
}

function tyreOf(label: string, season: ImportedTyre['season'], vehicleTypes: readonly string[]): ImportedTyre | null {
  const match = TYRE_SIZE.exec(label);
  if (!match) return null;
  const [, width = '', aspect = '', rim = '', load = '', speed = ''] = match;
  return {
    widthMm: Number(width),
    aspectPercent: Number(aspect),
    rimInch: Number(rim),
    loadIndex: Number(load),
    speedRating: speed,
    season,
    vehicleTypes,
  };
}

export interface KnownCodes {
  readonly merchantCodes: ReadonlySet<string>;
  /** Warehouse code → merchant code. */
  readonly warehouses: ReadonlyMap<string, string>;
  readonly categoryCodes: ReadonlySet<string>;
  /** Product code → external product that owns it already. */
  readonly productOwners: ReadonlyMap<string, string>;
  /** SKU code → external product that owns it already. */
  readonly skuOwners: ReadonlyMap<string, string>;
}

const reason = (code: string, zh: string, en: string): RefusalReason => ({ code, zh, en });

/** Everything that keeps a product from being sold here; empty when it can be imported. */
export function refusalReasons(product: ImportedProduct, known: KnownCodes): RefusalReason[] {
  const reasons: RefusalReason[] = [];
  if (!product.listed) reasons.push(reason('notListed', '该商品在视频号小店未上架', 'The product is not listed in the Channels shop'));
  if (product.title === '') reasons.push(reason('titleMissing', '缺少标题', 'The title is missing'));
  if (product.productCode === '') reasons.push(reason('codeMissing', '缺少商品编码', 'The product code is missing'));
  const codeOwner = known.productOwners.get(product.productCode);
  if (codeOwner !== undefined && codeOwner !== product.externalProductId)
    reasons.push(
      reason(
        'codeTaken',
        `商品编码「${product.productCode}」已被其他商品使用`,
        `Product code ${product.productCode} is used by another product`,
      ),
    );
  reasons.push(...lengthReasons(product));
  if (product.pictureUrls.length === 0) reasons.push(reason('pictureMissing', '缺少主图', 'There is no picture'));
  if (product.skus.length === 0) reasons.push(reason('skuMissing', '没有任何规格', 'There is no SKU'));
  if (!known.merchantCodes.has(product.merchantCode)) {
    reasons.push(reason('merchantUnknown', `商家编码「${product.merchantCode}」不存在`, `There is no merchant ${product.merchantCode}`));
  } else if (known.warehouses.get(product.warehouseCode) !== product.merchantCode) {
    reasons.push(
      reason(
        'warehouseUnknown',
        `发货仓「${product.warehouseCode}」不属于该商家`,
        `Warehouse ${product.warehouseCode} is not one of this merchant`,
      ),
    );
  }
  if (!known.categoryCodes.has(product.categoryCode)) {
    reasons.push(reason('categoryUnknown', `类目「${product.categoryCode}」不存在`, `There is no category ${product.categoryCode}`));
  }
  for (const sku of product.skus) reasons.push(...skuReasons(product, sku, known));
  return reasons;
}

const tooLong = (field: string, text: string, limit: number): RefusalReason[] =>
  text.length <= limit
    ? []
    : [reason('textTooLong', `「${field}」超过 ${limit} 个字符`, `The ${field} is longer than ${limit} characters`)];

/** What does not fit into the columns it is kept in. */
function lengthReasons(product: ImportedProduct): RefusalReason[] {
  return [
    ...tooLong('title', product.title, 240),
    ...tooLong('titleEn', product.titleEn, 240),
    ...tooLong('subtitle', product.subtitle, 400),
    ...tooLong('brand', product.brand, 80),
    ...tooLong('description', product.description, 50_000),
    ...tooLong('productCode', product.productCode, 60),
    ...tooLong('tags', JSON.stringify(product.tags), 500),
    ...product.skus.flatMap((sku) => [
      ...tooLong('skuCode', sku.skuCode, 60),
      ...tooLong('label', sku.label, 200),
      ...tooLong('vehicleTypes', sku.tyre?.vehicleTypes.join('、') ?? '', 200),
    ]),
  ];
}

function skuReasons(product: ImportedProduct, sku: ImportedSku, known: KnownCodes): RefusalReason[] {
  const reasons: RefusalReason[] = [];
  if (sku.skuCode === '') reasons.push(reason('skuCodeMissing', `规格「${sku.label}」缺少编码`, `SKU “${sku.label}” has no code`));
  if (sku.priceFen < 1) reasons.push(reason('priceMissing', `规格「${sku.label}」没有有效价格`, `SKU “${sku.label}” has no valid price`));
  if (sku.stock < 0) reasons.push(reason('stockInvalid', `规格「${sku.label}」库存无效`, `SKU “${sku.label}” has no valid stock`));
  const owner = known.skuOwners.get(sku.skuCode);
  const doubled = product.skus.filter((other) => other.skuCode === sku.skuCode).length > 1;
  if (doubled || (owner !== undefined && owner !== product.externalProductId)) {
    reasons.push(
      reason('skuCodeTaken', `规格编码「${sku.skuCode}」已被其他商品使用`, `SKU code ${sku.skuCode} is used by another product`),
    );
  }
  return reasons;
}

/** Lower case, full width to half width, no separators inside sizes: what searches are compared on. */
export function searchText(parts: readonly string[]): string {
  return parts.map(normalise).join(' ').slice(0, 1_800);
}

/** `205/55R16`, `205 55 16` and `2055516` all become findable: the text holds the plain form and the digits alone. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Digits of a tyre size without separators, for example `2055516`; undefined when the text is no size. */
export function sizeDigits(text: string): string | undefined {
  const match = /(\d{3})\s*[/\s-]?\s*(\d{2})\s*[/\s-]?\s*z?r?\s*(\d{2})/.exec(normalise(text));
  return match ? `${match[1]}${match[2]}${match[3]}` : undefined;
}
