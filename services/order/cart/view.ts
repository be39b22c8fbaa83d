import type { Static } from '@qianxing/http/schemas';
import type { Cart, CartItem } from '../contract';
import type { OrderableSku } from '../needs';
import type { StockRow } from '../tables';
import type { CartItemRow } from './store';

type CartItemView = Static<typeof CartItem>;

/** The cart with prices and stock of this moment. SKUs that no longer exist are left out. */
export function cartView(
  items: readonly CartItemRow[],
  skus: ReadonlyMap<string, OrderableSku>,
  stock: ReadonlyMap<string, StockRow>,
): Static<typeof Cart> {
  const views = items.flatMap((item) => {
    const sku = skus.get(item.skuId);
    return sku ? [itemView(item, sku, stock.get(item.skuId))] : [];
  });
  const selected = views.filter((view) => view.selected && view.obstacle === null);
  return {
    items: views,
    selectedCount: selected.reduce((sum, view) => sum + view.quantity, 0),
    selectedTotalFen: selected.reduce((sum, view) => sum + view.unitPriceFen * view.quantity, 0),
  };
}

function itemView(item: CartItemRow, sku: OrderableSku, stock: StockRow | undefined): CartItemView {
  const available = stock ? stock.onHand - stock.reserved : 0;
  return {
    skuId: item.skuId,
    productId: sku.productId,
    title: sku.title,
    label: sku.label,
    pictureUrl: sku.pictureUrl,
    merchantName: sku.merchantName,
    unitPriceFen: sku.priceFen,
    quantity: item.quantity,
    selected: item.selected === 1,
    available,
    obstacle: obstacleOf(sku.listed, available, item.quantity),
  };
}

function obstacleOf(listed: boolean, available: number, quantity: number): CartItemView['obstacle'] {
  if (!listed) return 'delisted';
  if (available <= 0) return 'out_of_stock';
  return quantity > available ? 'too_many' : null;
}
