import type { FastifyInstance } from 'fastify';
import { ACCOUNTS, type Account, balances, basicBalanceFen } from '../wechat-pay/books';
import type { Transaction, Transfer } from '../wechat-pay/model';
import type { World } from '../world';
import { type Html, html } from './html';
import { both, money, sendDesk, time } from './layout';

const ACCOUNT_TEXT: Readonly<Record<Account, readonly [string, string]>> = {
  available: ['可用余额', 'available'],
  frozen: ['待分账冻结', 'frozen for sharing'],
  sharing: ['分账中', 'being shared'],
  transferring: ['转账锁定', 'locked for transfers'],
  refunding: ['退款中', 'being refunded'],
  fees: ['手续费', 'fees'],
  users: ['用户', 'payers'],
  receivers: ['收款人', 'payees'],
  funding: ['充值来源', 'top-up source'],
};
const STATE_KIND: Readonly<Record<string, string>> = {
  SUCCESS: 'good',
  REFUND: 'bad',
  CLOSED: 'bad',
  NOTPAY: 'wait',
  FAIL: 'bad',
  CANCELLED: 'bad',
};
const tag = (state: string): Html => html`<span class="tag ${STATE_KIND[state] ?? 'wait'}">${state}</span>`;

const transactionRow = (
  transaction: Transaction,
): Html => html`<tr><td class="number">${transaction.outTradeNo}<br><small>${transaction.description}</small></td><td>${transaction.tradeType}</td><td>${tag(transaction.state)}</td>
<td class="amount">${money(transaction.totalFen)}</td><td class="amount">${transaction.refundedFen === 0 ? '' : money(transaction.refundedFen)}</td><td>${time(transaction.paidAtMs)}</td>
<td>${transaction.state === 'NOTPAY' ? html`<a class="button" href="/cashier/pay?prepay_id=${encodeURIComponent(transaction.prepayId)}">收银台 Cashier</a>` : ''}</td></tr>`;

const transferRow = (
  transfer: Transfer,
): Html => html`<tr><td class="number">${transfer.outBillNo}<br><small>${transfer.remark}</small></td><td>${tag(transfer.state)}</td><td class="amount">${money(transfer.amountFen)}</td><td>${transfer.failReason ?? ''}</td>
<td>${transfer.state === 'WAIT_USER_CONFIRM' ? html`<a class="button" href="/cashier/transfer?package=${encodeURIComponent(transfer.packageToken)}">去确认 Confirm</a>` : ''}</td></tr>`;

const table = (heads: readonly string[], rows: readonly Html[]): Html =>
  rows.length === 0
    ? html`<p class="soft">${both('还没有记录', 'Nothing yet')}</p>`
    : html`<div class="card table"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;

/** WeChat Pay's view of the merchant: balances, orders, refunds, shares, transfers. */
export function registerBankDesk(app: FastifyInstance, world: World): void {
  app.get('/desk/bank', async (_request, reply) => {
    const all = balances(world);
    const { transactions, transfers, refunds, sharingOrders } = world.state.wechatPay;
    const last = <T>(values: Iterable<T>): T[] => [...values].slice(-50).reverse();
    return sendDesk(world, reply, '/desk/bank', {
      title: '微信支付 WeChat Pay',
      body: html`<section class="card"><h2>${both('基本账户', 'Basic account')} ${money(basicBalanceFen(all))}</h2><p class="row">${ACCOUNTS.map((account) => html`<span class="tag">${both(...ACCOUNT_TEXT[account])} ${money(all[account])}</span>`)}</p>
<form class="row end" data-post="/sandbox/top-up"><label class="narrow">充值（元） Top up<input name="amountFen" data-yuan inputmode="decimal" value="1000"></label><button>充值 Top up</button></form></section>
<h2>${both('订单', 'Orders')}</h2>${table(['单号 Number', '渠道 Channel', '状态 State', '金额 Amount', '已退 Refunded', '支付时间 Paid', ''], last(transactions.values()).map(transactionRow))}
<h2>${both('退款', 'Refunds')}</h2>${table(
        ['单号 Number', '订单 Order', '状态 State', '金额 Amount', '时间 Time'],
        last(refunds.values()).map(
          (refund) =>
            html`<tr><td class="number">${refund.outRefundNo}</td><td class="number">${refund.outTradeNo}</td><td>${tag(refund.status)}</td><td class="amount">${money(refund.amountFen)}</td><td>${time(refund.createdAtMs)}</td></tr>`,
        ),
      )}
<h2>${both('转账', 'Transfers')}</h2>${table(['单号 Number', '状态 State', '金额 Amount', '原因 Reason', ''], last(transfers.values()).map(transferRow))}
<h2>${both('分账', 'Profit sharing')}</h2>${table(
        ['单号 Number', '状态 State', '接收方 Receivers'],
        last(sharingOrders.values()).map(
          (order) =>
            html`<tr><td class="number">${order.outOrderNo}</td><td>${tag(order.state)}</td><td>${order.receivers.map((receiver) => html`<span class="number">${receiver.account}</span> ${money(receiver.amountFen)} ${tag(receiver.result)}<br>`)}</td></tr>`,
        ),
      )}`,
    });
  });
}
