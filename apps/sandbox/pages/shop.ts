import type { FastifyInstance } from 'fastify';
import { LISTED, type ShopProduct, type ShopSku } from '../channels-shop/model';
import { yuan } from '../wechat-pay/bill-text';
import type { World } from '../world';
import { type Html, html } from './html';
import { both, money, sendDesk, time } from './layout';

const PAGE = 30;
const statusTag = (product: ShopProduct): Html =>
  product.status === LISTED
    ? html`<span class="tag good">${both('在售', 'listed')}</span>`
    : html`<span class="tag bad">${both('未上架', 'not listed')} ${product.status}</span>`;
const picture = (product: ShopProduct): Html =>
  html`<img src="/shop-pictures/product/${encodeURIComponent(product.pictures[0] ?? '')}.svg" alt="" loading="lazy" width="72" height="72">`;

function productCard(product: ShopProduct): Html {
  const prices = product.skus.map((sku) => sku.salePriceFen);
  const stock = product.skus.reduce((sum, sku) => sum + sku.stock, 0);
  return html`<li><a class="card goods" href="/desk/channels-shop/${product.productId}">${picture(product)}<span><strong>${product.title}</strong><br>
<span class="number">${money(Math.min(...prices))}</span> <span class="soft">${product.skus.length} SKU · ${both('库存', 'stock')} ${stock}</span><br>${statusTag(product)}</span></a></li>`;
}

function skuForm(product: ShopProduct, sku: ShopSku): Html {
  const name = sku.attributes.map((attribute) => attribute.attr_value).join(' ');
  const post = `/sandbox/shop/products/${product.productId}/skus/${sku.skuId}`;
  return html`<tr><th scope="row">${name}<br><small class="number">${sku.skuCode}</small></th>
<td><form class="row" data-post="${post}" data-method="PATCH"><label class="narrow">售价（元） Price<input name="priceFen" data-yuan inputmode="decimal" value="${yuan(sku.salePriceFen)}"></label><button>改价 Set</button></form></td>
<td><form class="row" data-post="${post}" data-method="PATCH"><label class="narrow">库存 Stock<input name="stock" data-number inputmode="numeric" value="${sku.stock}"></label><button>改库存 Set</button></form></td>
<td><form class="row" data-post="/sandbox/shop/products/${product.productId}/sales" data-body="${JSON.stringify({ skuId: sku.skuId })}"><label class="narrow">视频号卖出 Sold there<input name="quantity" data-number inputmode="numeric" value="1"></label><button>卖出 Sell</button></form></td></tr>`;
}

/** The back office of the Channels shop: products, prices, stock, listing, and where events go. */
export function registerShopDesk(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: { text?: string; page?: string } }>('/desk/channels-shop', async (request, reply) => {
    const text = request.query.text?.trim() ?? '';
    const page = Math.max(0, Number.parseInt(request.query.page ?? '0', 10) || 0);
    const all = [...world.state.channelsShop.products.values()].filter(
      (product) =>
        text === '' ||
        product.title.includes(text) ||
        product.productCode.includes(text) ||
        product.skus.some((sku) => sku.skuCode.includes(text)),
    );
    const link = (to: number, label: Html) =>
      html`<a class="button" href="/desk/channels-shop?${new URLSearchParams({ text, page: String(to) }).toString()}">${label}</a>`;
    return sendDesk(world, reply, '/desk/channels-shop', {
      title: '微信小店后台 Channels shop back office',
      body: html`<form method="get" class="card row"><label>商品名或编码 Title or code<input name="text" value="${text}"></label><button>查找 Find</button></form>
<form class="card row" data-post="/sandbox/callbacks" data-body='{"check":true}'><label>消息推送地址 Push address<input name="channelsShop" type="url" value="${world.state.callbacks.channelsShop ?? ''}"></label><button>保存并验证 Save and check</button></form>
<p class="soft">${all.length} ${both('件商品', 'products')}</p>
<ul class="cards">${all.slice(page * PAGE, (page + 1) * PAGE).map(productCard)}</ul>
<p class="row end">${page > 0 ? link(page - 1, both('上一页', 'Previous')) : ''}${(page + 1) * PAGE < all.length ? link(page + 1, both('下一页', 'Next')) : ''}</p>`,
    });
  });
  app.get<{ Params: { productId: string } }>('/desk/channels-shop/:productId', async (request, reply) => {
    const product = world.state.channelsShop.products.get(request.params.productId);
    if (product === undefined) return reply.redirect('/desk/channels-shop');
    const post = `/sandbox/shop/products/${product.productId}`;
    const listing = product.status === LISTED ? (['delisted', '下架', 'Delist'] as const) : (['listed', '上架', 'List'] as const);
    return sendDesk(world, reply, '/desk/channels-shop', {
      title: product.title,
      body: html`<section class="card"><div class="goods">${picture(product)}<p><span class="number">${product.productId}</span> ${statusTag(product)}<br><span class="soft">${both('最近编辑', 'edited')} ${time(product.editedAtMs)}</span></p></div>
<form class="row" data-post="${post}" data-method="PATCH"><label>标题 Title<input name="title" value="${product.title}" maxlength="60"></label><button>改标题 Set</button></form>
<p class="row end"><button type="button" data-post="${post}" data-method="PATCH" data-body="${JSON.stringify({ status: listing[0] })}">${listing[1]} ${listing[2]}</button><a class="button" href="/desk/channels-shop">${both('返回列表', 'Back')}</a></p></section>
<div class="card table"><table><thead><tr><th scope="col">规格 SKU</th><th scope="col">价格 Price</th><th scope="col">库存 Stock</th><th scope="col">销售 Sale</th></tr></thead><tbody>${product.skus.map((sku) => skuForm(product, sku))}</tbody></table></div>`,
    });
  });
}
