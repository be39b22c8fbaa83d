import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Transaction } from '../wechat-pay/model';
import { H5_URL_LIFE_MS, type PayRefusal, PREPAY_LIFE_MS, payTransaction } from '../wechat-pay/transactions';
import { cancelByPayee, confirmTransfer } from '../wechat-pay/transfers';
import type { World } from '../world';
import { type Html, html } from './html';
import { both, money, sendPhone, time } from './layout';

const REFUSALS: Readonly<Record<PayRefusal, readonly [zh: string, en: string]>> = {
  paid: ['订单已支付', 'This order is already paid'],
  closed: ['订单已关闭', 'This order is closed'],
  deadline: ['已超过支付时间', 'The time to pay has passed'],
  prepayExpired: ['支付链接已过期，请返回商家重新发起', 'This link has expired: go back to the shop and try again'],
  wrongPayer: ['付款人与下单用户不一致', 'Another person placed this order'],
};

const payBody = Type.Object(
  { key: Type.String(), h5: Type.Optional(Type.Boolean()), redirectUrl: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
const transferBody = Type.Object(
  { packageInfo: Type.String(), redirectUrl: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

/** Only web addresses are followed. */
export const webAddress = (text: string | undefined): string | undefined =>
  text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text) ? text : undefined;

interface CashierQuery {
  readonly prepay_id?: string;
  readonly package?: string;
  readonly code_url?: string;
  readonly redirect_url?: string;
}

/** The phone of the payer: H5 cashier, mini-program and JSAPI sheet, scanned code, transfer confirmation. */
export function registerCashier(app: FastifyInstance, world: World): void {
  const find = (key: string | undefined): Transaction | undefined =>
    world.state.wechatPay.transactions.get(world.state.wechatPay.tradeNoByKey.get(key ?? '') ?? '');
  app.get<{ Querystring: CashierQuery }>('/cgi-bin/mmpayweb-bin/checkmweb', async (request, reply) => {
    const { package: key, redirect_url: redirectUrl } = request.query;
    return sendCashier(reply, find(key), { key: key ?? '', h5: true, redirectUrl: webAddress(redirectUrl) });
  });
  app.get<{ Querystring: CashierQuery }>('/cashier/pay', async (request, reply) => {
    const { prepay_id: prepayId, code_url: codeUrl, redirect_url: redirectUrl } = request.query;
    const key = prepayId ?? codeUrl ?? '';
    return sendCashier(reply, find(key), { key, h5: false, redirectUrl: webAddress(redirectUrl) });
  });
  app.post('/cashier/pay', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(payBody, body)) return reply.code(400).send({ code: 'invalid' });
    const transaction = find(body.key);
    if (transaction === undefined) return reply.code(404).send({ message: '没有找到这笔订单 / no such order' });
    const validUntilMs = transaction.prepayAtMs + (body.h5 === true ? H5_URL_LIFE_MS : PREPAY_LIFE_MS);
    const refusal = payTransaction(world, transaction, { openid: null, validUntilMs });
    if (refusal !== undefined && refusal !== 'paid') return reply.code(409).send({ code: refusal, message: REFUSALS[refusal].join(' / ') });
    const back = webAddress(body.redirectUrl);
    return { location: back ?? `/cashier/done?out_trade_no=${encodeURIComponent(transaction.outTradeNo)}` };
  });
  app.get<{ Querystring: { out_trade_no?: string } }>('/cashier/done', async (request, reply) => {
    const transaction = world.state.wechatPay.transactions.get(request.query.out_trade_no ?? '');
    if (transaction === undefined) return sendMissing(reply);
    return sendPhone(reply, {
      title: '支付成功 Paid',
      body: html`<p class="tick" aria-hidden="true">✓</p><p class="price">${money(transaction.totalFen)}</p><p class="soft">${both('可以关闭此页，返回商家', 'You may close this page and return to the shop')}</p>`,
    });
  });
  registerTransferPage(app, world);
}

const sendMissing = (reply: FastifyReply): FastifyReply =>
  sendPhone(
    reply,
    { title: '没有找到 Not found', body: html`<p class="soft">${both('链接有误或已经失效', 'The link is wrong or no longer valid')}</p>` },
    404,
  );

function sendCashier(
  reply: FastifyReply,
  transaction: Transaction | undefined,
  hand: { key: string; h5: boolean; redirectUrl: string | undefined },
): FastifyReply {
  if (transaction === undefined) return sendMissing(reply);
  const { redirectUrl } = hand;
  const facts = html`<dl>
<div><dt>商户 Merchant</dt><dd>千里行旗舰店</dd></div>
<div><dt>商品 Goods</dt><dd>${transaction.description}</dd></div>
<div><dt>单号 Number</dt><dd class="number">${transaction.outTradeNo}</dd></div>
</dl>`;
  const price = html`<p class="price">${money(transaction.totalFen)}</p>`;
  const leave = redirectUrl === undefined ? '' : html`<a class="button" href="${redirectUrl}">${both('取消', 'Cancel')}</a>`;
  if (transaction.state !== 'NOTPAY') {
    const [zh, en] = REFUSALS[transaction.state === 'CLOSED' ? 'closed' : 'paid'];
    const back = redirectUrl === undefined ? '' : html`<a class="button" href="${redirectUrl}">${both('返回商家', 'Back to the shop')}</a>`;
    return sendPhone(reply, {
      title: '微信支付 WeChat Pay',
      body: html`${price}<p>${both(zh, en)}</p>${facts}<div class="actions">${back}</div>`,
    });
  }
  const body = JSON.stringify({ key: hand.key, h5: hand.h5, ...(redirectUrl === undefined ? {} : { redirectUrl }) });
  const actions = html`<div class="actions"><button class="main" type="button" data-post="/cashier/pay" data-body="${body}">立即支付 Pay now</button>${leave}</div>`;
  return sendPhone(reply, { title: '微信支付 WeChat Pay', body: html`${price}${facts}${actions}` });
}

const STATE_TEXT: Readonly<Record<string, Html>> = {
  SUCCESS: both('已收款', 'Received'),
  FAIL: both('已失效', 'No longer valid'),
  CANCELLED: both('商家已撤销', 'Withdrawn by the merchant'),
  CANCELING: both('商家正在撤销', 'Being withdrawn by the merchant'),
};

function registerTransferPage(app: FastifyInstance, world: World): void {
  const find = (packageInfo: string | undefined) =>
    [...world.state.wechatPay.transfers.values()].find((transfer) => transfer.packageToken === packageInfo);
  app.get<{ Querystring: { package?: string; redirect_url?: string } }>('/cashier/transfer', async (request, reply) => {
    const transfer = find(request.query.package);
    if (transfer === undefined) return sendMissing(reply);
    const redirectUrl = webAddress(request.query.redirect_url);
    const body = JSON.stringify({ packageInfo: transfer.packageToken, ...(redirectUrl === undefined ? {} : { redirectUrl }) });
    const back = redirectUrl === undefined ? '' : html`<a class="button" href="${redirectUrl}">${both('返回', 'Back')}</a>`;
    const actions =
      transfer.state === 'WAIT_USER_CONFIRM'
        ? html`<button class="main" type="button" data-post="/cashier/transfer/confirm" data-body="${body}">确认收款 Accept</button><button type="button" data-post="/cashier/transfer/refuse" data-body="${body}">拒收 Decline</button>`
        : '';
    return sendPhone(reply, {
      title: '商家转账 Transfer from a merchant',
      body: html`<p class="price">${money(transfer.amountFen)}</p><p>${STATE_TEXT[transfer.state] ?? both('待你确认收款', 'Waiting for you')}</p>
<dl><div><dt>付款方 From</dt><dd>千里行旗舰店</dd></div><div><dt>说明 Note</dt><dd>${transfer.remark}</dd></div><div><dt>时间 Time</dt><dd>${time(transfer.createdAtMs)}</dd></div></dl>
<div class="actions">${actions}${back}</div>`,
    });
  });
  for (const [path, act] of [
    ['confirm', confirmTransfer],
    ['refuse', cancelByPayee],
  ] as const)
    app.post(`/cashier/transfer/${path}`, async (request, reply) => {
      const body: unknown = request.body;
      if (!Value.Check(transferBody, body)) return reply.code(400).send({ code: 'invalid' });
      const transfer = find(body.packageInfo);
      if (transfer === undefined) return reply.code(404).send({ message: '没有找到这笔转账 / no such transfer' });
      if (!act(world, transfer)) return reply.code(409).send({ message: '这笔转账已经不能操作 / this transfer can no longer be changed' });
      const back = webAddress(body.redirectUrl);
      return { location: back ?? `/cashier/transfer?package=${encodeURIComponent(body.packageInfo)}` };
    });
}
