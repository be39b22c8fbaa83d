import type { BeneficiaryChain, OrderLineFacts } from './contract';
import type { LineRow, OrderRow } from './tables';

/** A line as events carry it. */
function lineFacts(line: LineRow): OrderLineFacts {
  return {
    orderLineId: line.orderLineId,
    skuId: line.skuId,
    productId: line.productId,
    title: line.title,
    label: line.label,
    quantity: line.quantity,
    paidFen: line.payableFen,
    beneficiaries: beneficiariesOf(line),
  };
}

/** What every event of an order tells. */
export function orderFacts(order: OrderRow, lines: readonly LineRow[]) {
  return {
    tradeId: order.tradeId,
    orderId: order.orderId,
    orderNo: order.orderNo,
    memberId: order.memberId,
    merchantId: order.merchantId,
    warehouseId: order.warehouseId,
    lines: lines.map(lineFacts),
  };
}

export function beneficiariesOf(line: Pick<LineRow, 'beneficiaries'>): BeneficiaryChain | null {
  return line.beneficiaries === null ? null : (JSON.parse(line.beneficiaries) as BeneficiaryChain);
}
