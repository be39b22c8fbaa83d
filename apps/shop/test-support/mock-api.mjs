// A stand-in for the server in tests of the client: answers by the contracts from memory, on loopback. Not a model of the business.
import { createServer } from 'node:http';
import { smallCatalogue } from './mock-catalogue.mjs';
import { createMemberRoutes } from './mock-member.mjs';

const id = (kind, number) => `${kind}${String(number).padStart(26 - kind.length, '0')}`;

function productViews(catalogue) {
  const merchantOf = (code) => catalogue.merchants.find((merchant) => merchant.code === code);
  return catalogue.products.map((product, index) => {
    const merchant = merchantOf(product.merchantCode);
    return {
      productId: id('p', index),
      productCode: product.productCode,
      title: product.titleZh,
      subtitle: product.subtitleZh,
      brand: product.brandZh,
      description: product.descriptionZh,
      categoryCode: product.categoryCode,
      pictureUrls: product.pictures.map((name) => `/files/product-${name}.svg`),
      tags: product.tags,
      merchant: { merchantId: id('m', catalogue.merchants.indexOf(merchant)), name: merchant.name, provinceName: merchant.province },
      skus: product.skus.map((sku, position) => ({
        skuId: id(`s${index}x`, position),
        skuCode: sku.skuCode,
        specifications: sku.specs,
        label: sku.specs.map(({ value }) => value).join(' '),
        priceFen: sku.priceFen,
        marketPriceFen: sku.marketPriceFen ?? null,
        available: sku.stock,
        pictureUrl: null,
        tyre: sku.tyre ? { ...sku.tyre, label: sku.specs[0].value } : null,
        status: 'listed',
      })),
      soldCount: (index * 997) % 13000,
      status: product.status,
      updatedAt: '2026-11-22T02:00:00+08:00',
    };
  });
}

const cardOf = (product) => ({
  productId: product.productId,
  title: product.title,
  subtitle: product.subtitle,
  pictureUrl: product.pictureUrls[0],
  priceFromFen: Math.min(...product.skus.map(({ priceFen }) => priceFen)),
  marketPriceFen: product.skus[0].marketPriceFen,
  soldCount: product.soldCount,
  inStock: product.skus.some(({ available }) => available > 0),
  tags: product.tags,
  merchantName: product.merchant.name,
  tyreLabel: null,
});

function createCatalogRoutes(catalogue, products) {
  const listed = products.filter(({ status }) => status === 'listed');
  const countIn = (code) =>
    listed.filter(
      ({ categoryCode }) => categoryCode === code || catalogue.categories.find((one) => one.code === categoryCode)?.parentCode === code,
    ).length;
  const categories = catalogue.categories.map(({ code, parentCode, nameZh, nameEn }) => ({
    categoryCode: code,
    parentCode,
    nameZh,
    nameEn,
    pictureUrl: `/files/category-${code}.svg`,
    productCount: countIn(code),
  }));
  const inCategory = (product, code) =>
    product.categoryCode === code || catalogue.categories.find((one) => one.code === product.categoryCode)?.parentCode === code;
  const fits = (product, query) => {
    const has = (name) => query.get(name) !== null;
    if (has('categoryCode') && !inCategory(product, query.get('categoryCode'))) return false;
    if (has('text') && !`${product.title}${product.subtitle}${product.skus.map(({ label }) => label).join()}`.includes(query.get('text')))
      return false;
    for (const name of ['widthMm', 'aspectPercent', 'rimInch'])
      if (has(name) && !product.skus.some(({ tyre }) => tyre && String(tyre[name]) === query.get(name))) return false;
    if (has('season') && !product.skus.some(({ tyre }) => tyre?.season === query.get('season'))) return false;
    return !(query.get('inStockOnly') === 'true' && !product.skus.some(({ available }) => available > 0));
  };
  const section = (kind, titleZh, titleEn, extra) => ({
    sectionId: id('h', titleZh.length + titleEn.length),
    kind,
    titleZh,
    titleEn,
    banners: [],
    products: [],
    ...extra,
  });
  const sizeKeys = new Map();
  for (const product of listed)
    for (const { tyre } of product.skus)
      if (tyre) {
        const key = `${tyre.widthMm}/${tyre.aspectPercent}/${tyre.rimInch}`;
        const known = sizeKeys.get(key) ?? {
          widthMm: tyre.widthMm,
          aspectPercent: tyre.aspectPercent,
          rimInch: tyre.rimInch,
          products: new Set(),
        };
        known.products.add(product.productId);
        sizeKeys.set(key, known);
      }
  return {
    'GET /api/v1/home': () => ({
      showcase: {
        showcaseId: id('h', 0),
        slug: 'home',
        titleZh: '首页',
        titleEn: 'Home',
        sections: [
          section('banners', '', '', {
            banners: catalogue.banners.map((banner) => ({
              pictureUrl: `/files/banner-${banner.name}.svg`,
              link: `/categories/${banner.categoryCode}`,
              altZh: banner.titleZh,
              altEn: banner.titleEn,
            })),
          }),
          section('categories', '分类', 'Categories', {}),
          section('products', '本周热卖', 'This week', { products: listed.slice(0, 8).map(cardOf) }),
        ],
      },
      categories,
    }),
    'GET /api/v1/categories': () => ({ items: categories }),
    'GET /api/v1/products': ({ query }) => {
      const found = listed.filter((product) => fits(product, query)).map(cardOf);
      const direction = { price_up: 1, price_down: -1 }[query.get('sort')];
      if (direction !== undefined) found.sort((a, b) => direction * (a.priceFromFen - b.priceFromFen));
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 20);
      return { items: found.slice(from, from + limit), nextCursor: from + limit < found.length ? String(from + limit) : null };
    },
    'GET /api/v1/products/:id': ({ path }) => products.find(({ productId }) => productId === path.id),
    'GET /api/v1/tyre-sizes': () => ({
      sizes: [...sizeKeys.values()].map(({ products: ofSize, ...size }) => ({ ...size, productCount: ofSize.size })),
      seasons: ['summer', 'winter', 'all_season'],
      vehicleTypes: ['轿车', 'SUV', '新能源', '轻卡'],
    }),
    'GET /api/v1/vehicles': () => ({
      items: catalogue.vehicles.map((vehicle, index) => ({
        vehicleId: id('v', index),
        brand: vehicle.brandZh,
        model: vehicle.modelZh,
        yearFrom: vehicle.yearFrom,
        yearTo: vehicle.yearTo,
        sizes: vehicle.sizes,
      })),
    }),
  };
}

function compile(routes) {
  return Object.entries(routes).map(([route, answer]) => {
    const [method, path] = route.split(' ');
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    return { method, pattern: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`), names, answer };
  });
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

const problem = (status, code, messageZh, messageEn) => ({
  refused: { type: 'about:blank', title: code, status, code, messageZh, messageEn, detail: messageZh, requestId: 'mock-request' },
});

/**
 * Starts the stand-in. `serveOther(request, response)` answers what is not an API call (the built client).
 * @returns {Promise<{ origin: string, requests: { method: string, path: string, headers: object, body: unknown }[], scripts: Map<string, object>, stop: () => Promise<void> }>}
 */
export async function startMockApi({ catalogue = smallCatalogue(), serveOther, port = 0 } = {}) {
  const products = productViews(catalogue);
  const routes = compile({ ...createCatalogRoutes(catalogue, products), ...createMemberRoutes({ products, id, problem }) });
  const requests = [];
  /** Answers that a test has put in the place of the usual ones, by method and path. */
  const scripts = new Map();

  async function answerApi(request, response, url) {
    const body = await readBody(request);
    requests.push({ method: request.method, path: url.pathname, headers: request.headers, body });
    const send = (status, value) => {
      response.writeHead(status, {
        'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*',
        'access-control-allow-methods': '*',
      });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    if (request.method === 'OPTIONS') return send(204);
    const script = scripts.get(`${request.method} ${url.pathname}`);
    if (script !== undefined) return script.refused === undefined ? send(200, script) : send(script.refused.status, script.refused);
    for (const { method, pattern, names, answer } of routes) {
      const match = method === request.method ? pattern.exec(url.pathname) : null;
      if (match === null) continue;
      const path = Object.fromEntries(names.map((name, index) => [name, match[index + 1]]));
      const value = answer({ path, query: url.searchParams, body, headers: request.headers });
      if (value?.picture !== undefined) {
        response.writeHead(200, { 'content-type': 'image/svg+xml', 'access-control-allow-origin': '*' });
        return response.end(value.picture);
      }
      if (value === undefined) return send(404, problem(404, 'request.notFound', '没有找到您要的内容', 'Not found').refused);
      return value.refused === undefined ? send(200, value) : send(value.refused.status, value.refused);
    }
    return send(404, problem(404, 'request.notFound', '没有找到您要的内容', 'Not found').refused);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const picture = /^\/files\/(.+)\.svg$/.exec(url.pathname);
    if (picture !== null && catalogue.pics[picture[1]] !== undefined) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' });
      response.end(catalogue.pics[picture[1]]);
    } else if (url.pathname.startsWith('/api/')) {
      answerApi(request, response, url).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    } else if (serveOther !== undefined) serveOther(request, response, url);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    scripts,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
