import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { billOf } from '../wechat-pay/bills';
import { balances, basicBalanceFen, topUp } from '../wechat-pay/books';
import { type ClientCall, prepayIdOfCall } from '../wechat-pay/client-call';
import { finishRefund } from '../wechat-pay/refunds';
import { payTransaction, transactionView } from '../wechat-pay/transactions';
import { cancelByPayee, confirmTransfer, retryWaitingTransfers, transferView } from '../wechat-pay/transfers';
import type { World } from '../world';

const payBody = Type.Object(
  {
    prepayId: Type.Optional(Type.String()),
    codeUrl: Type.Optional(Type.String()),
    outTradeNo: Type.Optional(Type.String()),
    openid: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const transferBody = Type.Object(
  { outBillNo: Type.Optional(Type.String()), packageInfo: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
const topUpBody = Type.Object({ amountFen: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }) }, { additionalProperties: false });
const refundBody = Type.Object(
  { outRefundNo: Type.String(), status: Type.Union([Type.Literal('SUCCESS'), Type.Literal('ABNORMAL'), Type.Literal('CLOSED')]) },
  { additionalProperties: false },
);

/** What payers, payees and the bank do, as JSON for tests. */
export function registerPaymentControl(app: FastifyInstance, world: World): void {
  const pay = world.state.wechatPay;
  app.post('/sandbox/pay', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(payBody, body)) return reply.code(400).send({ code: 'invalid' });
    const key = body.prepayId ?? body.codeUrl ?? '';
    const transaction = pay.transactions.get(body.outTradeNo ?? pay.tradeNoByKey.get(key) ?? '');
    if (transaction === undefined) return reply.code(404).send({ code: 'notFound' });
    const refusal = payTransaction(world, transaction, { openid: body.openid ?? null });
    if (refusal !== undefined) return reply.code(409).send({ code: refusal });
    return transactionView(world, transaction);
  });
  app.post('/sandbox/request-payment', async (request, reply) => {
    const call = (request.body ?? {}) as ClientCall;
    const prepayId = prepayIdOfCall(world, call);
    if (prepayId === undefined) return reply.code(400).send({ code: 'signError', message: '支付验证签名失败' });
    const transaction = pay.transactions.get(pay.tradeNoByKey.get(prepayId) ?? '');
    if (transaction === undefined || transaction.appid !== (call.appId ?? call.appid)) return reply.code(404).send({ code: 'notFound' });
    return {
      prepayId,
      outTradeNo: transaction.outTradeNo,
      totalFen: transaction.totalFen,
      cashierUrl: `${world.publicUrl}/cashier/pay?prepay_id=${prepayId}`,
    };
  });
  app.post('/sandbox/transfers/confirm', async (request, reply) => {
    const transfer = findTransfer(world, request.body);
    if (transfer === undefined) return reply.code(404).send({ code: 'notFound' });
    return confirmTransfer(world, transfer) ? transferView(world, transfer) : reply.code(409).send({ code: transfer.state });
  });
  app.post('/sandbox/transfers/refuse', async (request, reply) => {
    const transfer = findTransfer(world, request.body);
    if (transfer === undefined) return reply.code(404).send({ code: 'notFound' });
    return cancelByPayee(world, transfer) ? transferView(world, transfer) : reply.code(409).send({ code: transfer.state });
  });
  app.post('/sandbox/refunds/finish', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(refundBody, body)) return reply.code(400).send({ code: 'invalid' });
    const done = finishRefund(world, body.outRefundNo, world.clock.now(), body.status);
    return done ? { done } : reply.code(409).send({ code: 'notInProcess' });
  });
  app.post('/sandbox/top-up', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(topUpBody, body)) return reply.code(400).send({ code: 'invalid' });
    topUp(world, body.amountFen);
    retryWaitingTransfers(world);
    return ledgerView(world);
  });
  app.get('/sandbox/ledger', async () => ledgerView(world));
  app.get('/sandbox/transactions', async () => ({ transactions: [...pay.transactions.values()].slice(-2_000) }));
  app.get('/sandbox/transfers', async () => ({ transfers: [...pay.transfers.values()] }));
  app.get('/sandbox/refunds', async () => ({ refunds: [...pay.refunds.values()] }));
  app.get('/sandbox/sharing-orders', async () => ({ sharingOrders: [...pay.sharingOrders.values()] }));
  app.get<{ Querystring: Record<string, string> }>('/sandbox/bills', async ({ query }, reply) => {
    const text = billOf(world, query.kind === 'fundFlow' ? 'fundFlow' : 'trade', query);
    if (text === undefined) return reply.code(404).send({ code: 'noBill' });
    return reply.type('text/csv; charset=utf-8').send(text);
  });
  app.get('/sandbox/settings', async () => pay.settings);
  app.post('/sandbox/settings', async (request, reply) => {
    const changes = Object.entries((request.body ?? {}) as Record<string, unknown>);
    const wrong = changes.find(
      ([name, value]) => !Object.hasOwn(pay.settings, name) || typeof value !== typeof pay.settings[name as keyof typeof pay.settings],
    );
    if (wrong !== undefined) return reply.code(400).send({ code: 'unknownSetting', name: wrong[0] });
    Object.assign(pay.settings, Object.fromEntries(changes));
    world.touch();
    return pay.settings;
  });
}

function findTransfer(world: World, body: unknown) {
  if (!Value.Check(transferBody, body)) return undefined;
  const { transfers } = world.state.wechatPay;
  if (body.outBillNo !== undefined) return transfers.get(body.outBillNo);
  return [...transfers.values()].find((transfer) => transfer.packageToken === body.packageInfo);
}

function ledgerView(world: World) {
  const all = balances(world);
  const { books } = world.state.wechatPay;
  return { balances: all, basicBalanceFen: basicBalanceFen(all), entryCount: books.length, lastEntries: books.slice(-200) };
}
