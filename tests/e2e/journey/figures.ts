import type { Caller } from '../harness/callers';
import type { World } from '../harness/world';
import type { Order, Travellers } from './purchase';

/** Everything that is counted at the end of the journey, without numbers and instants that differ from world to world. */
export async function finalFigures(world: World, { buyer, promoter, grandpromoter }: Travellers, orders: readonly Order[]) {
  const skuIds = orders.flatMap(({ lines }) => lines.map(({ skuId }) => skuId));
  const { items: stock } = await world.admin.get<{ items: { skuId: string }[] }>('/staff/v1/stock?limit=100');
  return {
    orders: await Promise.all(orders.map(({ orderId }) => orderFigures(buyer, orderId))),
    payments: await paymentFigures(world, orders),
    promoter: await accountFigures(promoter),
    grandpromoter: await accountFigures(grandpromoter),
    stock: stock.filter(({ skuId }) => skuIds.includes(skuId)),
    bank: (await world.sandbox.get<{ balances: unknown }>('/sandbox/ledger')).balances,
    deadLetters: (await world.admin.get<{ items: unknown[] }>('/staff/v1/dead-letters')).items,
  };
}

async function orderFigures(buyer: Caller, orderId: string) {
  const { status, merchantName, payableFen, refundedFen, lines } = await buyer.get<Order>(`/api/v1/orders/${orderId}`);
  const { items: parcels } = await buyer.get<{ items: { status: string; waybillNo: string; events: { text: string }[] }[] }>(
    `/api/v1/orders/${orderId}/shipments`,
  );
  return {
    status,
    merchantName,
    payableFen,
    refundedFen,
    lines: lines.map((line) => [line.skuId, line.quantity, line.payableFen, line.refundedQuantity, line.refundedFen]),
    parcels: parcels.map((parcel) => [parcel.waybillNo, parcel.status, parcel.events.map(({ text }) => text)]),
  };
}

async function paymentFigures(world: World, orders: readonly Order[]) {
  const { tradeNo } = await world.admin.get<{ tradeNo: string }>(`/staff/v1/orders/${orders[0]?.orderId}`);
  const { items } = await world.admin.get<{ items: { status: string; amountFen: number; refundedFen: number }[] }>(
    `/staff/v1/payments?text=${tradeNo}`,
  );
  return items.map(({ status, amountFen, refundedFen }) => ({ status, amountFen, refundedFen }));
}

interface Row {
  readonly title: string;
  readonly level: number;
  readonly status: string;
  readonly originalFen: number;
  readonly dueFen: number;
  readonly reversedFen: number;
}

async function accountFigures(member: Caller) {
  const { balances, directCustomers } = await member.get<{ balances: unknown; directCustomers: number }>('/api/v1/promoter');
  const commissions = await member.get<{ items: Row[] }>('/api/v1/promoter/commissions?limit=50');
  const statement = await member.get<{ items: { kind: string; bucket: string; amountFen: number }[] }>(
    '/api/v1/promoter/statement?limit=100',
  );
  return {
    balances,
    directCustomers,
    layers: await member.get('/api/v1/promoter/layers'),
    commissions: commissions.items
      .map((row) => [row.title, row.level, row.status, row.originalFen, row.dueFen, row.reversedFen].join(' '))
      .sort(),
    statement: statement.items.map((line) => `${line.kind} ${line.bucket} ${line.amountFen}`).sort(),
  };
}
