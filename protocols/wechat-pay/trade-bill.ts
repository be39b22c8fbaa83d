import type { Fen } from '@qianxing/money';
import { type BillCells, type BillResult, billFault, parseBillTable } from './bill-table';
import {
  cell,
  countCell,
  feeCell,
  fenCell,
  freeCell,
  oneOfCell,
  optionalCell,
  optionalFenCell,
  optionalTimeCell,
  rateCell,
  readingBill,
  timeCell,
} from './bill-values';

/** One line of a trade bill (ALL, SUCCESS or REFUND). A refund is a line of its own that repeats the order. */
export interface TradeBillRow {
  /** UTC milliseconds: payment time, or acceptance of the refund. */
  readonly tradedAt: number;
  readonly appId: string;
  readonly mchId: string;
  readonly subMchId?: string;
  readonly deviceId?: string;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly openId: string;
  readonly tradeType: string;
  readonly tradeState: 'SUCCESS' | 'REFUND' | 'REVOKED';
  readonly bankType: string;
  readonly currency: string;
  /** 应结订单金额: what is settled for this payment; zero on a refund line. */
  readonly settlementTotalFen?: Fen;
  /** 代金券金额 */
  readonly couponFen?: Fen;
  readonly refundId?: string;
  readonly outRefundNo?: string;
  /** 退款金额: what is taken from the settlement. */
  readonly refundFen?: Fen;
  /** 充值券退款金额 */
  readonly couponRefundFen?: Fen;
  readonly refundType?: string;
  readonly refundState?: string;
  readonly goodsName: string;
  readonly attach: string;
  /** 手续费: negative where a refund returns it. */
  readonly feeFen: Fen;
  readonly rateBp?: number;
  /** 订单金额: the amount that was asked for. */
  readonly orderTotalFen?: Fen;
  /** 申请退款金额: the amount of the refund that was asked for. */
  readonly refundRequestedFen?: Fen;
  readonly rateNote?: string;
  /** Only in bills of type REFUND. */
  readonly refundRequestedAt?: number;
  readonly refundSucceededAt?: number;
}

export interface TradeBillSummary {
  readonly count: number;
  readonly settlementTotalFen: Fen;
  readonly refundFen: Fen;
  readonly couponRefundFen: Fen;
  readonly feeFen: Fen;
  readonly orderTotalFen?: Fen;
  readonly refundRequestedFen?: Fen;
}

export interface TradeBill {
  readonly rows: readonly TradeBillRow[];
  readonly summary: TradeBillSummary;
}

function readRow(cells: BillCells): TradeBillRow {
  return {
    tradedAt: timeCell(cells, '交易时间'),
    appId: cell(cells, '公众账号ID'),
    mchId: cell(cells, '商户号'),
    subMchId: optionalCell(cells, '特约商户号'),
    deviceId: optionalCell(cells, '设备号'),
    transactionId: cell(cells, '微信订单号'),
    outTradeNo: cell(cells, '商户订单号'),
    openId: cell(cells, '用户标识'),
    tradeType: cell(cells, '交易类型'),
    tradeState: oneOfCell(cells, '交易状态', ['SUCCESS', 'REFUND', 'REVOKED']),
    bankType: cell(cells, '付款银行'),
    currency: cell(cells, '货币种类'),
    settlementTotalFen: optionalFenCell(cells, '应结订单金额'),
    couponFen: optionalFenCell(cells, '代金券金额'),
    refundId: optionalCell(cells, '微信退款单号'),
    outRefundNo: optionalCell(cells, '商户退款单号'),
    refundFen: optionalFenCell(cells, '退款金额'),
    couponRefundFen: optionalFenCell(cells, '充值券退款金额'),
    refundType: optionalCell(cells, '退款类型'),
    refundState: optionalCell(cells, '退款状态'),
    goodsName: freeCell(cells, '商品名称'),
    attach: freeCell(cells, '商户数据包'),
    feeFen: feeCell(cells, '手续费'),
    rateBp: rateCell(cells, '费率'),
    orderTotalFen: optionalFenCell(cells, '订单金额'),
    refundRequestedFen: optionalFenCell(cells, '申请退款金额'),
    rateNote: optionalCell(cells, '费率备注'),
    refundRequestedAt: optionalTimeCell(cells, '退款申请时间'),
    refundSucceededAt: optionalTimeCell(cells, '退款成功时间'),
  };
}

function readSummary(cells: BillCells): TradeBillSummary {
  return {
    count: countCell(cells, '总交易单数'),
    settlementTotalFen: fenCell(cells, '应结订单总金额'),
    refundFen: fenCell(cells, '退款总金额'),
    couponRefundFen: fenCell(cells, '充值券退款总金额'),
    feeFen: feeCell(cells, '手续费总金额'),
    orderTotalFen: optionalFenCell(cells, '订单总金额'),
    refundRequestedFen: optionalFenCell(cells, '申请退款总金额'),
  };
}

/**
 * Reads a downloaded trade bill by column names. Amounts are integer fen; one unreadable value refuses the whole bill,
 * because a bill with a hole in it proves nothing.
 *
 * Source: https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 */
export function parseTradeBill(file: Uint8Array): BillResult<TradeBill> {
  const table = parseBillTable(file, '总交易单数', '商品名称');
  if (!table.ok) return table;
  const rows: TradeBillRow[] = [];
  for (const [index, cells] of table.value.rows.entries()) {
    const row = readingBill(table.value.lineNumbers[index] ?? 0, () => readRow(cells));
    if (!row.ok) return row;
    rows.push(row.value);
  }
  const summary = readingBill(0, () => readSummary(table.value.summary));
  if (!summary.ok) return summary;
  if (summary.value.count !== rows.length) return billFault(0, `the summary counts ${summary.value.count} lines, there are ${rows.length}`);
  return { ok: true, value: { rows, summary: summary.value } };
}
