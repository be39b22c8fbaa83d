import { describe, expect, it } from 'vitest';
import { bannerPicture, categoryPicture, demoCatalogue, productPicture } from './index';
import { COMMERCIAL_TABLE, loadKilograms, outerDiameterMm, PASSENGER_TABLE, speedKilometres } from './tyres/size-table';

const catalogue = demoCatalogue();
const clean = catalogue.products.filter((product) => product.importDefect === undefined);
const spoilt = catalogue.products.filter((product) => product.importDefect !== undefined);
const skus = clean.flatMap((product) => product.skus);

/** Balanced tags, one root, no repeated attribute, no bare ampersand or angle bracket. Returns what is wrong. */
function malformed(svg: string): string | undefined {
  const open: string[] = [];
  let rest = svg;
  while (rest !== '') {
    const plain = /^[^<]+/.exec(rest);
    if (plain) {
      if (/&(?!(?:amp|lt|gt|quot);)/.test(plain[0])) return `bare ampersand in "${plain[0].slice(0, 40)}"`;
      if (open.length === 0) return 'text outside the root';
      rest = rest.slice(plain[0].length);
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (!tag) return `cannot read "${rest.slice(0, 60)}"`;
    const [whole, closing, name = '', attributes = '', empty] = tag;
    const names = [...attributes.matchAll(/\s([a-zA-Z][\w:-]*)=/g)].map((match) => match[1]);
    if (new Set(names).size !== names.length) return `attribute twice in ${whole.slice(0, 80)}`;
    if (closing) {
      if (open.pop() !== name) return `unexpected </${name}>`;
    } else if (!empty) open.push(name);
    rest = rest.slice(whole.length);
    if (open.length === 0 && rest !== '') return 'more than one root';
  }
  return open.length === 0 ? undefined : `<${open.at(-1)}> not closed`;
}

function wrongInPicture(svg: string | undefined): string | undefined {
  if (svg === undefined) return 'missing';
  if (Buffer.byteLength(svg) > 25_000) return `${Buffer.byteLength(svg)} bytes`;
  if (/<(?:script|style|image|foreignObject|use|a)\b|href|@import|javascript:|\son[a-z]+=/i.test(svg))
    return 'forbidden element or reference';
  if (/https?:/.test(svg.replace('xmlns="http://www.w3.org/2000/svg"', ''))) return 'reference to the outside';
  if (/NaN|undefined|Infinity/.test(svg)) return 'a figure that is none';
  const ids = [...svg.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  if (new Set(ids).size !== ids.length) return 'an id twice';
  const painted = [...svg.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]);
  const unknown = painted.find((id) => !ids.includes(id));
  return unknown === undefined ? malformed(svg) : `paint ${unknown} is not defined`;
}

describe('the demo catalogue', () => {
  it('has the promised size and is the same on every call', () => {
    expect(clean.length).toBeGreaterThanOrEqual(160);
    expect(skus.length).toBeGreaterThanOrEqual(430);
    expect(skus.filter((sku) => sku.tyre).length).toBeGreaterThanOrEqual(200);
    expect(catalogue.vehicles.length).toBeGreaterThanOrEqual(60);
    expect(demoCatalogue()).toEqual(catalogue);
  });

  it('has unique codes and titles, and codes that resolve', () => {
    const unique = (values: readonly string[]) => expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
    unique(catalogue.products.map((product) => product.productCode));
    unique(catalogue.products.map((product) => product.titleZh));
    unique(skus.map((sku) => sku.skuCode));
    unique(catalogue.categories.map((category) => category.code));
    unique(catalogue.vehicles.map((vehicle) => `${vehicle.brandZh} ${vehicle.modelZh}`));
    const parents = new Set(catalogue.categories.map((category) => category.parentCode));
    for (const product of catalogue.products) {
      const category = catalogue.categories.find(({ code }) => code === product.categoryCode);
      const warehouse = catalogue.warehouses.find(({ code }) => code === product.warehouseCode);
      expect(category, product.productCode).toBeDefined();
      expect(parents.has(product.categoryCode), `${product.productCode} stands in a leaf category`).toBe(false);
      expect(warehouse?.merchantCode, product.productCode).toBe(product.merchantCode);
      expect(catalogue.merchants.map(({ code }) => code)).toContain(product.merchantCode);
    }
  });

  it('fills every leaf category and every warehouse', () => {
    const parents = new Set(catalogue.categories.map((category) => category.parentCode));
    for (const category of catalogue.categories)
      if (!parents.has(category.code))
        expect(clean.filter((product) => product.categoryCode === category.code).length, category.code).toBeGreaterThan(1);
    for (const warehouse of catalogue.warehouses)
      expect(clean.filter((product) => product.warehouseCode === warehouse.code).length, warehouse.code).toBeGreaterThan(20);
    expect(new Set(catalogue.warehouses.map((warehouse) => warehouse.provinceCode)).size).toBe(3);
  });

  it('keeps prices, stock and weights within reason', () => {
    for (const sku of skus) {
      expect(
        Number.isSafeInteger(sku.priceFen) && sku.priceFen >= 500 && sku.priceFen <= 500_000,
        `${sku.skuCode} price ${sku.priceFen}`,
      ).toBe(true);
      if (sku.marketPriceFen !== undefined) {
        expect(Number.isSafeInteger(sku.marketPriceFen), sku.skuCode).toBe(true);
        expect(sku.marketPriceFen, sku.skuCode).toBeGreaterThan(sku.priceFen);
        expect(sku.marketPriceFen, sku.skuCode).toBeLessThan(sku.priceFen * 1.4);
      }
      expect(Number.isInteger(sku.stock) && sku.stock >= 0 && sku.stock <= 1000, `${sku.skuCode} stock ${sku.stock}`).toBe(true);
      expect(
        Number.isInteger(sku.weightGrams) && sku.weightGrams > 0 && sku.weightGrams < 40_000,
        `${sku.skuCode} weight ${sku.weightGrams}`,
      ).toBe(true);
    }
    const soldOut = skus.filter((sku) => sku.stock === 0).length;
    const low = skus.filter((sku) => sku.stock > 0 && sku.stock <= 5).length;
    expect(soldOut).toBeGreaterThan(10);
    expect(low).toBeGreaterThan(20);
    expect(soldOut + low).toBeLessThan(skus.length / 3);
  });

  it('tells the SKUs of a product apart by their specifications', () => {
    for (const product of clean) {
      const labels = product.skus.map((sku) => sku.specs.map((spec) => spec.value).join(' '));
      expect(new Set(labels).size, product.productCode).toBe(labels.length);
      const names = product.skus.map((sku) => sku.specs.map((spec) => `${spec.nameZh}/${spec.nameEn}`).join());
      expect(new Set(names).size, product.productCode).toBe(1);
    }
  });
});

describe('tyre sizes', () => {
  it('carry the load index and speed symbol of the table, and say so in their text', () => {
    for (const { skuCode, specs, tyre } of skus) {
      if (!tyre) continue;
      const size = `${tyre.widthMm}/${tyre.aspectPercent}R${tyre.rimInch}`;
      const text = specs[0]?.value ?? '';
      const commercial = text.startsWith(`${size}C `);
      const entry = (commercial ? COMMERCIAL_TABLE : PASSENGER_TABLE).get(size);
      expect(entry, skuCode).toBeDefined();
      const expected = commercial
        ? `${size}C ${entry?.firstIndex}/${entry?.secondIndex}${tyre.speedRating}`
        : `${size} ${tyre.loadIndex}${tyre.speedRating}${tyre.loadIndex === entry?.firstIndex ? '' : ' XL'}`;
      expect(text, skuCode).toBe(expected);
      expect([entry?.firstIndex, commercial ? undefined : entry?.secondIndex], skuCode).toContain(tyre.loadIndex);
      expect(loadKilograms(tyre.loadIndex), skuCode).toBeGreaterThan(300);
      expect(speedKilometres(tyre.speedRating), skuCode).toBeGreaterThanOrEqual(160);
      expect(outerDiameterMm(tyre), skuCode).toBeGreaterThan(480);
      expect(outerDiameterMm(tyre), skuCode).toBeLessThan(830);
      expect(tyre.vehicleTypes.length, skuCode).toBeGreaterThan(0);
    }
  });

  it('have load indices that agree with the volume of the tyre', () => {
    // Load grows with width, section height and rim roughly as in the T&RA load formula; the exponents were fitted to the
    // table by least squares, so that a mistyped index stands out by more than two steps.
    const expectedIndex = ({ widthMm, aspectPercent, rimInch }: { widthMm: number; aspectPercent: number; rimInch: number }) => {
      const kilograms = Math.exp(
        -6.381 + 0.8151 * Math.log(widthMm) + 0.9271 * Math.log((widthMm * aspectPercent) / 100) + 0.672 * Math.log(rimInch * 25.4),
      );
      return 80 * Math.log10(kilograms / 45);
    };
    const off = [...PASSENGER_TABLE].filter(([, entry]) => Math.abs(entry.firstIndex - expectedIndex(entry)) > 2).map(([size]) => size);
    expect(off).toEqual([]);
    const extraLoad = [...PASSENGER_TABLE.values()]
      .filter((entry) => entry.secondIndex > 0)
      .map((entry) => entry.secondIndex - entry.firstIndex);
    expect(extraLoad.every((step) => step >= 3 && step <= 5)).toBe(true);
    expect([...COMMERCIAL_TABLE.values()].every((entry) => entry.firstIndex > entry.secondIndex)).toBe(true);
  });

  it('cover every season and every size of every vehicle', () => {
    const tyres = skus.flatMap((sku) => (sku.tyre ? [sku.tyre] : []));
    expect(new Set(tyres.map((tyre) => tyre.season))).toEqual(new Set(['summer', 'winter', 'all_season']));
    for (const type of ['轿车', 'SUV', '新能源', '轻卡', '皮卡', '面包车'])
      expect(
        tyres.some((tyre) => tyre.vehicleTypes.includes(type)),
        type,
      ).toBe(true);
    const sold = new Set(tyres.map((tyre) => `${tyre.widthMm}/${tyre.aspectPercent}R${tyre.rimInch}`));
    const missing = catalogue.vehicles.flatMap((vehicle) => vehicle.sizes).filter((size) => !sold.has(size));
    expect(missing).toEqual([]);
    for (const vehicle of catalogue.vehicles)
      expect(vehicle.yearFrom <= vehicle.yearTo && vehicle.sizes.length > 0, vehicle.modelZh).toBe(true);
  });
});

describe('products spoilt on purpose', () => {
  it('show each defect, and only that one', () => {
    expect(new Set(spoilt.map((product) => product.importDefect))).toEqual(new Set(['missing_price', 'wrong_status', 'duplicate_code']));
    const codes = new Set(skus.map((sku) => sku.skuCode));
    for (const product of spoilt) {
      const defects = [
        product.skus.some((sku) => sku.priceFen === 0) ? 'missing_price' : '',
        product.status === 'delisted' ? 'wrong_status' : '',
        product.skus.some((sku) => codes.has(sku.skuCode)) ? 'duplicate_code' : '',
      ].filter((defect) => defect !== '');
      expect(defects, product.productCode).toEqual([product.importDefect]);
    }
    expect(catalogue.products.slice(-spoilt.length)).toEqual(spoilt);
    expect(clean.every((product) => product.status === 'listed')).toBe(true);
  });
});

describe('wording', () => {
  const ABSOLUTE =
    /国家级|世界级|宇宙级|最|第一|唯一|首个|独家|冠军|王牌|顶级|顶尖|极致|极品|全网|史上|绝无仅有|万能|100%|永不|永久|终极|遥遥领先|领先|首选|尖端|绝对|终身|零磨损|原厂同款|特供|专供|驰名|治疗|杀菌|原价|清仓|秒杀|跳楼价/;

  it('has no absolute terms, promises or price fraud in any text a customer reads', () => {
    const texts = catalogue.products.flatMap((product) => [
      product.titleZh,
      product.subtitleZh,
      product.descriptionZh,
      ...product.tags,
      ...product.skus.flatMap((sku) => sku.specs.map((spec) => spec.value)),
    ]);
    const drawn = [
      ...catalogue.products.flatMap((product) => product.pictures.map((name) => productPicture(name) ?? '')),
      ...catalogue.banners.map((banner) => bannerPicture(banner.name) ?? ''),
    ].flatMap((svg) => [...svg.matchAll(/>([^<]+)</g)].map((match) => match[1] ?? ''));
    const found = [...texts, ...drawn].filter((text) => ABSOLUTE.test(text));
    expect(found).toEqual([]);
    expect(ABSOLUTE.test('全国销量第一')).toBe(true);
  });

  it('describes each product in two to four sentences, with a title the Channels shop accepts', () => {
    for (const product of catalogue.products) {
      const sentences = product.descriptionZh.split('。').length - 1;
      expect(sentences >= 2 && sentences <= 4, `${product.productCode}: ${sentences}`).toBe(true);
      expect(product.titleZh.length >= 3 && product.titleZh.length <= 60, product.titleZh).toBe(true);
      expect(product.titleEn.length).toBeGreaterThan(8);
      expect(product.subtitleZh.length).toBeGreaterThan(2);
    }
  });
});

describe('pictures', () => {
  it('are drawn for every name, small, well formed and without anything from outside', () => {
    const wrong = clean.flatMap((product) => product.pictures).map((name) => [name, wrongInPicture(productPicture(name))]);
    expect(wrong.filter(([, fault]) => fault !== undefined)).toEqual([]);
    expect(spoilt.flatMap((product) => product.pictures).filter((name) => productPicture(name) === undefined)).toEqual([]);
    for (const product of clean) expect(product.pictures.length, product.productCode).toBeGreaterThanOrEqual(2);
  });

  it('are drawn for every category and banner, and for nothing else', () => {
    const wrong = [
      ...catalogue.categories.map(({ code }) => [code, wrongInPicture(categoryPicture(code))]),
      ...catalogue.banners.map(({ name }) => [name, wrongInPicture(bannerPicture(name))]),
    ];
    expect(wrong.filter(([, fault]) => fault !== undefined)).toEqual([]);
    for (const name of ['', 'nothing', '__proto__', 'constructor', '../tyre-C1-16'])
      expect([productPicture(name), categoryPicture(name), bannerPicture(name)], name).toEqual([undefined, undefined, undefined]);
  });

  it('are the same on every call and differ between products', () => {
    const heroes = clean.map((product) => productPicture(product.pictures[0] ?? '') ?? '');
    expect(new Set(heroes).size).toBe(heroes.length);
    expect(productPicture('tyre-C1-16')).toBe(heroes[clean.findIndex((product) => product.productCode === 'QLX-C1-16')]);
  });

  it('are found out when they are broken', () => {
    expect(wrongInPicture('<svg><g></svg>')).toBe('unexpected </svg>');
    expect(wrongInPicture('<svg><rect fill="url(#x)"/></svg>')).toBe('paint x is not defined');
    expect(wrongInPicture('<svg><script></script></svg>')).toBe('forbidden element or reference');
    expect(wrongInPicture('<svg><rect x="1" x="2"/></svg>')).toMatch(/attribute twice/);
  });
});
