import { DAY_MS, toLocalText } from '../clock';
import type { World } from '../world';
import { type BillFile, sumOf, yuan } from './bill-text';
import type { Refund, Transaction } from './model';

/** §10: the 27 columns of the full trade bill. */
const ALL_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'.split(
    ',',
  );
const SUCCESS_COLUMNS = [...ALL_COLUMNS.slice(0, 14), '商品名称', '商户数据包', '手续费', '费率', '订单金额', '费率备注'];
const REFUND_COLUMNS = [...ALL_COLUMNS, '退款申请时间', '退款成功时间'];
const TRADE_SUMMARY = ['总交易单数', '应结订单总金额', '退款总金额', '充值券退款总金额', '手续费总金额', '订单总金额', '申请退款总金额'];
const FLOW_COLUMNS = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '业务名称',
  '业务类型',
  '收支类型',
  '收支金额(元)',
  '账户结余(元)',
  '资金变更提交申请人',
  '备注',
  '业务凭证号',
];
const FLOW_SUMMARY = ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额'];

type Row = Readonly<Record<string, string>>;

/** Backticks and line breaks would break the file; commas stay, every value being quoted by its backtick only. */
const cell = (text: string): string => text.replace(/[\r\n]+/g, ' ');
const rate = (rateBp: number): string => `${(rateBp / 100).toFixed(2)}%`;
const fee = (amountFen: number): string => `${yuan(amountFen)}000`;

function commonCells(world: World, transaction: Transaction): Row {
  return {
    公众账号ID: transaction.appid,
    商户号: world.credentials.wechatPay.mchid,
    特约商户号: '0',
    设备号: '',
    微信订单号: transaction.transactionId ?? '',
    商户订单号: transaction.outTradeNo,
    用户标识: transaction.paidOpenid ?? '',
    交易类型: transaction.tradeType,
    付款银行: 'OTHERS',
    货币种类: 'CNY',
    商品名称: cell(transaction.description),
    商户数据包: cell(transaction.attach ?? ''),
    费率: rate(world.state.wechatPay.settings.feeRateBp),
    费率备注: '',
  };
}

const paymentRow = (world: World, transaction: Transaction): Row => ({
  ...commonCells(world, transaction),
  交易时间: toLocalText(transaction.paidAtMs ?? 0),
  交易状态: 'SUCCESS',
  应结订单金额: yuan(transaction.totalFen),
  代金券金额: yuan(transaction.couponFen),
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  退款类型: '',
  退款状态: '',
  手续费: fee(transaction.feeFen),
  订单金额: yuan(transaction.totalFen),
  申请退款金额: '0.00',
});

const refundRow = (world: World, transaction: Transaction, refund: Refund): Row => ({
  ...commonCells(world, transaction),
  交易时间: toLocalText(refund.createdAtMs),
  交易状态: 'REFUND',
  应结订单金额: '0.00',
  代金券金额: '0.00',
  微信退款单号: refund.refundId,
  商户退款单号: refund.outRefundNo,
  退款金额: yuan(refund.amountFen),
  充值券退款金额: '0.00',
  退款类型: 'ORIGINAL',
  退款状态: refund.status,
  手续费: fee(-refund.feeBackFen),
  订单金额: '0.00',
  申请退款金额: yuan(refund.amountFen),
  退款申请时间: toLocalText(refund.createdAtMs),
  退款成功时间: refund.finishedAtMs === null ? '' : toLocalText(refund.finishedAtMs),
});

/** Trades by success time, refunds by time of acceptance, both within the China day that starts at `start`. */
export function tradeRows(world: World, type: 'ALL' | 'SUCCESS' | 'REFUND', start: number): BillFile {
  const { transactions, refunds } = world.state.wechatPay;
  const within = (atMs: number | null): boolean => atMs !== null && atMs >= start && atMs < start + DAY_MS;
  const rows: { atMs: number; row: Row }[] = [];
  if (type !== 'REFUND')
    for (const transaction of transactions.values())
      if (within(transaction.paidAtMs)) rows.push({ atMs: transaction.paidAtMs ?? 0, row: paymentRow(world, transaction) });
  if (type !== 'SUCCESS')
    for (const refund of refunds.values()) {
      const transaction = transactions.get(refund.outTradeNo);
      if (transaction !== undefined && within(refund.createdAtMs))
        rows.push({ atMs: refund.createdAtMs, row: refundRow(world, transaction, refund) });
    }
  return {
    columns: { ALL: ALL_COLUMNS, SUCCESS: SUCCESS_COLUMNS, REFUND: REFUND_COLUMNS }[type],
    rows: rows.sort((a, b) => a.atMs - b.atMs).map(({ row }) => row),
    summaryColumns: TRADE_SUMMARY,
    summarise: (all) => [
      String(all.length),
      ...['应结订单金额', '退款金额', '充值券退款金额'].map((column) => sumOf(all, column)),
      `${sumOf(all, '手续费')}000`,
      ...['订单金额', '申请退款金额'].map((column) => sumOf(all, column)),
    ],
  };
}

/** Movements of the basic account; the other two accounts of the sandbox's merchant never move. */
export function fundFlowRows(world: World, account: 'BASIC' | 'OPERATION' | 'FEES', start: number): BillFile {
  const entries = world.state.wechatPay.books.filter((entry) => entry.atMs >= start && entry.atMs < start + DAY_MS);
  const rows = entries.flatMap((entry) =>
    entry.flows.map((flow) => ({
      记账时间: toLocalText(entry.atMs),
      微信支付业务单号: flow.businessNumber,
      资金流水单号: flow.flowNumber,
      业务名称: flow.businessName,
      业务类型: flow.businessType,
      收支类型: flow.amountFen < 0 ? '支出' : '收入',
      '收支金额(元)': yuan(Math.abs(flow.amountFen)),
      '账户结余(元)': yuan(flow.balanceFen),
      资金变更提交申请人: 'system',
      备注: '',
      业务凭证号: flow.voucher,
    })),
  );
  return {
    columns: FLOW_COLUMNS,
    rows: account === 'BASIC' ? rows : [],
    summaryColumns: FLOW_SUMMARY,
    summarise: (all) => {
      const income = all.filter((row) => row.收支类型 === '收入');
      const spent = all.filter((row) => row.收支类型 === '支出');
      return [String(all.length), String(income.length), sumOf(income, '收支金额(元)'), String(spent.length), sumOf(spent, '收支金额(元)')];
    },
  };
}
