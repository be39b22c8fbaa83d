import { DAY_MS, toRfc3339 } from '../clock';
import { nextDecimalNumber, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { book } from './books';
import { fingerprintOf, type SharingOrder, type SharingReturn } from './model';

const RETURN_WINDOW_MS = 180 * DAY_MS;

export interface SharingReturnBody {
  readonly order_id?: string;
  readonly out_order_no?: string;
  readonly out_return_no: string;
  readonly return_mchid: string;
  readonly amount: number;
  readonly description: string;
}

/** §7.2 return-orders: only merchants can give a share back; it lands in the available balance. */
export function createSharingReturn(world: World, body: SharingReturnBody): PayAnswer {
  const { sharingOrders, sharingReturns } = world.state.wechatPay;
  const order =
    body.out_order_no === undefined
      ? [...sharingOrders.values()].find((candidate) => candidate.orderId === body.order_id)
      : sharingOrders.get(body.out_order_no);
  if (order === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '分账单不存在');
  const fingerprint = fingerprintOf(body);
  const known = sharingReturns.get(body.out_return_no);
  if (known !== undefined)
    return known.fingerprint === fingerprint
      ? answer(returnView(known))
      : refuse(400, 'INVALID_REQUEST', '商户回退单号重复，参数与首次请求不一致');
  const now = world.clock.now();
  const receiver = order.receivers.find((candidate) => candidate.type === 'MERCHANT_ID' && candidate.account === body.return_mchid);
  if (receiver?.result !== 'SUCCESS') return refuse(400, 'INVALID_REQUEST', '该接收方不支持回退');
  if (now - order.createdAtMs > RETURN_WINDOW_MS) return refuse(400, 'INVALID_REQUEST', '已超过可回退期限');
  const failReason = receiver.returnedFen + body.amount > receiver.amountFen ? 'BALANCE_NOT_ENOUGH' : null;
  const entry = newReturn(world, order, body, fingerprint, failReason);
  if (failReason === null) {
    receiver.returnedFen += body.amount;
    const flow = { businessNumber: entry.returnId, businessName: '分账回退', businessType: '分账回退收入', amountFen: body.amount };
    book(
      world,
      'shareReturned',
      entry.outReturnNo,
      [
        { account: 'receivers', amountFen: -body.amount },
        { account: 'available', amountFen: body.amount },
      ],
      [flow],
    );
  }
  sharingReturns.set(entry.outReturnNo, entry);
  world.touch();
  return answer(returnView(entry));
}

const newReturn = (
  world: World,
  order: SharingOrder,
  body: SharingReturnBody,
  fingerprint: string,
  failReason: string | null,
): SharingReturn => ({
  outReturnNo: body.out_return_no,
  returnId: nextDecimalNumber(world, '310080', 28),
  outOrderNo: order.outOrderNo,
  orderId: order.orderId,
  returnMchid: body.return_mchid,
  amountFen: body.amount,
  description: body.description,
  fingerprint,
  createdAtMs: world.clock.now(),
  result: failReason === null ? 'SUCCESS' : 'FAILED',
  failReason,
});

const returnView = (entry: SharingReturn): Readonly<Record<string, unknown>> => ({
  order_id: entry.orderId,
  out_order_no: entry.outOrderNo,
  out_return_no: entry.outReturnNo,
  return_id: entry.returnId,
  return_mchid: entry.returnMchid,
  amount: entry.amountFen,
  description: entry.description,
  result: entry.result,
  ...(entry.failReason === null ? {} : { fail_reason: entry.failReason }),
  create_time: toRfc3339(entry.createdAtMs),
  finish_time: toRfc3339(entry.createdAtMs),
});

export function querySharingReturn(world: World, outReturnNo: string, outOrderNo: string | undefined): PayAnswer {
  const entry = world.state.wechatPay.sharingReturns.get(outReturnNo);
  if (entry === undefined || entry.outOrderNo !== outOrderNo) return refuse(404, 'RESOURCE_NOT_EXISTS', '回退单不存在');
  return answer(returnView(entry));
}
