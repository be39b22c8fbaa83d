import { addFen, type Fen, subtractFen, sumFen } from '@qianxing/money';
import { type BillCells, type BillResult, billFault, parseBillTable } from './bill-table';
import { cell, countCell, fenCell, freeCell, oneOfCell, optionalCell, readingBill, timeCell } from './bill-values';

/** One movement of an account's money. */
export interface FundFlowRow {
  /** UTC milliseconds. */
  readonly bookedAt: number;
  /** 微信支付业务单号: transaction id, refund id or other number, by kind of business. */
  readonly businessNo: string;
  readonly flowNo: string;
  readonly businessName: string;
  readonly businessType: string;
  readonly direction: 'income' | 'expense';
  /** Never negative; `direction` tells the sign. */
  readonly amountFen: Fen;
  /** Balance after this movement. */
  readonly balanceFen: Fen;
  readonly applicant?: string;
  readonly note: string;
  /** 业务凭证号: for payments and refunds the merchant's own number. */
  readonly voucherNo?: string;
}

export interface FundFlowSummary {
  readonly count: number;
  readonly incomeCount: number;
  readonly incomeFen: Fen;
  readonly expenseCount: number;
  readonly expenseFen: Fen;
}

export interface FundFlowBill {
  readonly rows: readonly FundFlowRow[];
  readonly summary: FundFlowSummary;
}

function readRow(cells: BillCells): FundFlowRow {
  return {
    bookedAt: timeCell(cells, '记账时间'),
    businessNo: cell(cells, '微信支付业务单号'),
    flowNo: cell(cells, '资金流水单号'),
    businessName: cell(cells, '业务名称'),
    businessType: cell(cells, '业务类型'),
    direction: oneOfCell(cells, '收支类型', ['收入', '支出']) === '收入' ? 'income' : 'expense',
    amountFen: fenCell(cells, '收支金额(元)'),
    balanceFen: fenCell(cells, '账户结余(元)'),
    applicant: optionalCell(cells, '资金变更提交申请人'),
    note: freeCell(cells, '备注'),
    voucherNo: optionalCell(cells, '业务凭证号'),
  };
}

function readSummary(cells: BillCells): FundFlowSummary {
  return {
    count: countCell(cells, '资金流水总笔数'),
    incomeCount: countCell(cells, '收入笔数'),
    incomeFen: fenCell(cells, '收入金额'),
    expenseCount: countCell(cells, '支出笔数'),
    expenseFen: fenCell(cells, '支出金额'),
  };
}

function summarize(rows: readonly FundFlowRow[]): FundFlowSummary {
  const income = rows.filter((row) => row.direction === 'income');
  const expense = rows.filter((row) => row.direction === 'expense');
  return {
    count: rows.length,
    incomeCount: income.length,
    incomeFen: sumFen(income.map((row) => row.amountFen)),
    expenseCount: expense.length,
    expenseFen: sumFen(expense.map((row) => row.amountFen)),
  };
}

const names = ['count', 'incomeCount', 'incomeFen', 'expenseCount', 'expenseFen'] as const satisfies readonly (keyof FundFlowSummary)[];

/**
 * Reads a downloaded fund-flow bill and checks it against its own summary.
 *
 * Source: https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-fundflow.html
 */
export function parseFundFlowBill(file: Uint8Array): BillResult<FundFlowBill> {
  const table = parseBillTable(file, '资金流水总笔数', '备注');
  if (!table.ok) return table;
  const rows: FundFlowRow[] = [];
  for (const [index, cells] of table.value.rows.entries()) {
    const row = readingBill(table.value.lineNumbers[index] ?? 0, () => readRow(cells));
    if (!row.ok) return row;
    rows.push(row.value);
  }
  const summary = readingBill(0, () => readSummary(table.value.summary));
  if (!summary.ok) return summary;
  const counted = summarize(rows);
  const wrong = names.find((name) => counted[name] !== summary.value[name]);
  if (wrong !== undefined) return billFault(0, `the summary says ${wrong} ${summary.value[wrong]}, the lines give ${counted[wrong]}`);
  return { ok: true, value: { rows, summary: summary.value } };
}

/** Index of the first row whose balance is not the one before plus or minus its amount; `undefined` when all fit. */
export function firstBalanceBreak(rows: readonly FundFlowRow[]): number | undefined {
  const found = rows.findIndex((row, index) => {
    const before = rows[index - 1];
    if (before === undefined) return false;
    const move = row.direction === 'income' ? addFen : subtractFen;
    return move(before.balanceFen, row.amountFen) !== row.balanceFen;
  });
  return found < 0 ? undefined : found;
}
