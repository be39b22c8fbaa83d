import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { demoCatalogue } from '../channels-shop/catalogue';
import { DELISTED, LISTED, RECYCLED, type ShopProduct } from '../channels-shop/model';
import { changeStock, editProduct, findSku, sellOnChannels, setListing, setPrice } from '../channels-shop/shop';
import type { World } from '../world';

const closed: typeof Type.Object = (members, options) => Type.Object(members, { additionalProperties: false, ...options });
const productBody = closed({
  title: Type.Optional(Type.String({ minLength: 3, maxLength: 60 })),
  subtitle: Type.Optional(Type.String({ maxLength: 60 })),
  status: Type.Optional(
    Type.Union([Type.Literal('listed'), Type.Literal('delisted'), Type.Literal('violation'), Type.Literal('recycled')]),
  ),
});
const skuBody = closed({
  priceFen: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  stock: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
});
const saleBody = closed({ skuId: Type.String(), quantity: Type.Integer({ minimum: 1, maximum: 1_000 }) });
const STATUS = { listed: LISTED, delisted: DELISTED, violation: 13, recycled: RECYCLED } as const;

interface ProductPath {
  Params: { productId: string };
}

/** What the shop keeper and buyers do on the Channels side, as JSON. */
export function registerShopControl(app: FastifyInstance, world: World): void {
  const { products } = world.state.channelsShop;
  const find = (productId: string): ShopProduct | undefined => products.get(productId);
  app.get('/sandbox/shop/master-data', async () => masterData(world));
  app.get('/sandbox/shop/products', async () => ({ products: [...products.values()] }));
  app.get<ProductPath>(
    '/sandbox/shop/products/:productId',
    async (request, reply) => find(request.params.productId) ?? reply.code(404).send({ code: 'notFound' }),
  );
  app.patch<ProductPath>('/sandbox/shop/products/:productId', async (request, reply) => {
    const body: unknown = request.body;
    const product = find(request.params.productId);
    if (product === undefined) return reply.code(404).send({ code: 'notFound' });
    if (!Value.Check(productBody, body)) return reply.code(400).send({ code: 'invalid' });
    if (body.title !== undefined || body.subtitle !== undefined) editProduct(world, product, body);
    if (body.status !== undefined) setListing(world, product, body.status === 'listed', STATUS[body.status]);
    return product;
  });
  app.patch<{ Params: { productId: string; skuId: string } }>('/sandbox/shop/products/:productId/skus/:skuId', async (request, reply) => {
    const body: unknown = request.body;
    const found = findSku(world, request.params.productId, request.params.skuId);
    if (found === undefined) return reply.code(404).send({ code: 'notFound' });
    if (!Value.Check(skuBody, body)) return reply.code(400).send({ code: 'invalid' });
    if (body.priceFen !== undefined) setPrice(world, found.product, found.sku, body.priceFen);
    if (body.stock !== undefined) changeStock(world, found.product, found.sku, { diffType: 3, quantity: body.stock, by: 'keeper' });
    return found.sku;
  });
  app.post<ProductPath>('/sandbox/shop/products/:productId/sales', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(saleBody, body)) return reply.code(400).send({ code: 'invalid' });
    const found = findSku(world, request.params.productId, body.skuId);
    if (found === undefined) return reply.code(404).send({ code: 'notFound' });
    const orderId = sellOnChannels(world, found.product, found.sku, body.quantity);
    return orderId === undefined ? reply.code(409).send({ code: 'outOfStock' }) : { orderId };
  });
}

/** What a merchant knows of its own house and the Channels shop has no form for: partners, categories, vehicles, banners. */
function masterData(world: World) {
  const { merchants, warehouses, categories, vehicles, banners } = demoCatalogue();
  const picture = (kind: string, name: string) => `${world.publicUrl}/shop-pictures/${kind}/${encodeURIComponent(name)}.svg`;
  return {
    merchants,
    warehouses,
    categories: categories.map((category) => ({ ...category, pictureUrl: picture('category', category.code) })),
    vehicles,
    banners: banners.map((banner) => ({ ...banner, pictureUrl: picture('banner', banner.name) })),
  };
}
