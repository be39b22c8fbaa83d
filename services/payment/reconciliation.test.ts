import { newId } from '@qianxing/ids';
import { fen, formatYuan } from '@qianxing/money';
import { testDatabases } from '@qianxing/testing';
import { DAY_MS, HOUR_MS, shopDay, shopDayStart } from '@qianxing/time';
import { parseFundFlowBill, parseTradeBill } from '@qianxing/wechat-pay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract, paymentSucceeded } from './contract';
import { codeOf, openRoom, PAYABLE_FEN, type Room, successOf } from './payment-for-tests';
import { compare, compareFundFlow } from './reconciliation/rules';
import { billDays, lastBillDay } from './reconciliation/run';
import { unknown } from './wechat-pay-for-tests';

const TRADE_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'.split(
    ',',
  );
const FLOW_COLUMNS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号'.split(
    ',',
  );

type Cells = Readonly<Record<string, string>>;
const yuan = (amountFen: number): string => formatYuan(fen(amountFen));
const table = (columns: readonly string[], rows: readonly Cells[], summary: Cells): string => {
  const line = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',');
  const details = rows.map((row) => line(columns.map((column) => row[column] ?? '')));
  return [columns.join(','), ...details, Object.keys(summary).join(','), line(Object.values(summary))].join('\r\n');
};

const common = {
  交易时间: '2026-11-01 12:00:00',
  微信订单号: '4200',
  交易状态: 'SUCCESS',
  货币种类: 'CNY',
  应结订单金额: '0.00',
  代金券金额: '0.00',
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  手续费: '0.00000',
  费率: '0.60%',
  订单金额: '0.00',
  申请退款金额: '0.00',
};
const paymentLine = (number: string, amountFen: number): Cells => ({
  ...common,
  商户订单号: number,
  应结订单金额: yuan(amountFen),
  订单金额: yuan(amountFen),
  手续费: '1.00000',
});
const refundLine = (number: string, amountFen: number): Cells => ({
  ...common,
  交易状态: 'REFUND',
  商户退款单号: number,
  退款金额: yuan(amountFen),
  申请退款金额: yuan(amountFen),
});
const tradeBill = (rows: readonly Cells[]): string =>
  table(TRADE_COLUMNS, rows, {
    总交易单数: String(rows.length),
    应结订单总金额: '0.00',
    退款总金额: '0.00',
    充值券退款总金额: '0.00',
    手续费总金额: '0.00000',
    订单总金额: '0.00',
    申请退款总金额: '0.00',
  });
/** Expenses in fen by voucher; `balances` breaks the running balance where a test wants it. */
const flowBill = (expenses: readonly { voucher: string; amountFen: number; balanceFen: number }[]): string =>
  table(
    FLOW_COLUMNS,
    expenses.map(({ voucher, amountFen, balanceFen }, index) => ({
      记账时间: '2026-11-01 12:00:00',
      资金流水单号: `flow${index}`,
      收支类型: '支出',
      '收支金额(元)': yuan(amountFen),
      '账户结余(元)': yuan(balanceFen),
      业务凭证号: voucher,
    })),
    {
      资金流水总笔数: String(expenses.length),
      收入笔数: '0',
      收入金额: '0.00',
      支出笔数: String(expenses.length),
      支出金额: yuan(expenses.reduce((sum, expense) => sum + expense.amountFen, 0)),
    },
  );

describe('bill days', () => {
  it('are ready at ten on the next day of the shop', () => {
    const ten = shopDayStart('2026-11-02') + 10 * HOUR_MS;
    expect([lastBillDay(ten - 1), lastBillDay(ten)]).toEqual(['2026-10-31', '2026-11-01']);
    expect(billDays(ten, 3)).toEqual(['2026-10-30', '2026-10-31', '2026-11-01']);
  });
});

describe('the bills of these tests', () => {
  it('are ones that the protocol reads', () => {
    expect(parseTradeBill(Buffer.from(tradeBill([paymentLine('A', 1), refundLine('B', 2)])))).toMatchObject({ ok: true });
    expect(parseFundFlowBill(Buffer.from(flowBill([{ voucher: 'T', amountFen: 1, balanceFen: 9 }])))).toMatchObject({ ok: true });
  });
});

describe('comparing', () => {
  const known = (amountFen: number, settled = true) => ({ amountFen, settled });

  it('names every kind of difference and no other', () => {
    const ours = ['same', 'less', 'gone'].map((number) => ({ number, amountFen: 100 }));
    const theirs = new Map([
      ['same', 100],
      ['less', 99],
      ['strange', 5],
      ['neighbour', 7],
      ['neighbourLess', 7],
      ['unseen', 8],
    ]);
    const numbers = new Map([
      ['neighbour', known(7)],
      ['neighbourLess', known(6)],
      ['unseen', known(8, false)],
    ]);
    expect(compare(ours, theirs, numbers).map((found) => [found.number, found.kind, found.oursFen, found.theirsFen])).toEqual([
      ['less', 'amount_differs', 100, 99],
      ['gone', 'missing_at_provider', 100, null],
      ['strange', 'missing_here', null, 5],
      ['neighbourLess', 'amount_differs', 6, 7],
      ['unseen', 'status_differs', 8, 8],
    ]);
  });

  it('finds broken balances and payouts that the fund flow lacks', () => {
    const bill = parseFundFlowBill(
      Buffer.from(
        flowBill([
          { voucher: 'same', amountFen: 10, balanceFen: 90 },
          { voucher: 'less', amountFen: 10, balanceFen: 81 },
        ]),
      ),
    );
    if (!bill.ok) throw new Error(bill.reason);
    const ours = [
      { number: 'same', amountFen: 10 },
      { number: 'less', amountFen: 11 },
      { number: 'gone', amountFen: 12 },
    ];
    expect(compareFundFlow(bill.value, ours).map((found) => [found.number, found.kind])).toEqual([
      ['flow1', 'balance_differs'],
      ['less', 'amount_differs'],
      ['gone', 'missing_at_provider'],
    ]);
  });
});

describe.each(testDatabases())('reconciling a day on $name', (kind) => {
  let room: Room;
  let day: string;
  beforeEach(async () => {
    room = await openRoom(kind);
    day = shopDay(room.clock.now());
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    await room.close();
  });

  const opened = async () => successOf(await room.open(room.trade()));
  const paid = async () => {
    const payment = await opened();
    room.provider.pay(payment.paymentNo);
    successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
    return payment;
  };
  /** The bills of the day are ready. */
  const nextDay = () => room.clock.set(shopDayStart(day) + DAY_MS + 10 * HOUR_MS);
  const publishBills = (trades: readonly Cells[], expenses: Parameters<typeof flowBill>[0] = []) => {
    room.provider.bills.set(`trade:${day}`, tradeBill(trades));
    room.provider.bills.set(`flow:${day}`, flowBill(expenses));
  };
  const run = async () => successOf(await room.call(paymentContract.runReconciliation, room.staff, { body: { day } }));
  const found = async (reconciliationId: string) =>
    successOf(await room.call(paymentContract.discrepancies, room.staff, { params: { reconciliationId }, query: {} })).items;

  it('given bills that agree, then the day is matched with its sums', async () => {
    const payment = await paid();
    await room.askRefund('r', payment.paymentId, 500);
    await room.runJob('payment.pursueRefunds');
    const { refundNo } = await room.refund('r');
    await room.askPayout('k', 300);
    await room.runJob('payment.pursueTransfers');
    const { transferNo } = await room.transfer('k');
    room.provider.transferEnds(transferNo, 'SUCCESS');
    room.clock.advance(HOUR_MS);
    await room.runJob('payment.pursueTransfers');
    nextDay();
    publishBills(
      [paymentLine(payment.paymentNo, PAYABLE_FEN), refundLine(refundNo, 500)],
      [{ voucher: transferNo, amountFen: 300, balanceFen: 0 }],
    );
    expect(await run()).toMatchObject({
      day,
      status: 'matched',
      payments: 1,
      paymentsFen: PAYABLE_FEN,
      refunds: 1,
      refundsFen: 500,
      transfers: 1,
      transfersFen: 300,
      feesFen: 100,
      discrepancies: 0,
      problem: null,
    });
  });

  it('given a refund that ended after midnight, then it stands in the bill of the day on which it was accepted', async () => {
    const payment = await paid();
    await room.askRefund('r', payment.paymentId, 500);
    await room.runJob('payment.pursueRefunds');
    const { refundNo } = await room.refund('r');
    room.clock.set(shopDayStart(day) + DAY_MS + HOUR_MS);
    room.provider.refundEnds(refundNo, 'SUCCESS');
    await room.runJob('payment.pursueRefunds');
    nextDay();
    publishBills([paymentLine(payment.paymentNo, PAYABLE_FEN), refundLine(refundNo, 500)]);
    expect((await run()).status).toBe('matched');
    day = shopDay(room.clock.now());
    nextDay();
    expect((await run()).status).toBe('matched');
  });

  it('given a day without anything, then it is matched', async () => {
    nextDay();
    expect(await run()).toMatchObject({ status: 'matched', payments: 0 });
  });

  it('given money that we have not seen, then the provider is asked once more before it is called a discrepancy', async () => {
    const payment = await opened();
    room.provider.pay(payment.paymentNo);
    publishBills([paymentLine(payment.paymentNo, PAYABLE_FEN)]);
    nextDay();
    expect(await run()).toMatchObject({ status: 'matched', payments: 1, paymentsFen: PAYABLE_FEN });
    expect(await room.told(paymentSucceeded)).toHaveLength(1);
  });

  it('given money that still does not settle, then the state differs', async () => {
    const payment = await opened();
    room.provider.pay(payment.paymentNo, { amount: { totalFen: fen(1), currency: 'CNY' } });
    publishBills([paymentLine(payment.paymentNo, 1)]);
    nextDay();
    const { reconciliationId, status } = await run();
    expect(status).toBe('discrepant');
    expect(await found(reconciliationId)).toMatchObject([{ kind: 'status_differs', number: payment.paymentNo, theirsFen: 1 }]);
    expect(await room.told(paymentSucceeded)).toEqual([]);
  });

  it('given a resolved discrepancy, when the day is run again, then it keeps its resolution and open ones that are gone disappear', async () => {
    const [kept, healed] = [await paid(), await paid()];
    nextDay();
    publishBills([]);
    const { reconciliationId } = await run();
    const first = await found(reconciliationId);
    expect(first.map((row) => [row.kind, row.oursFen, row.resolution])).toEqual([
      ['missing_at_provider', PAYABLE_FEN, null],
      ['missing_at_provider', PAYABLE_FEN, null],
    ]);
    const target = first.find((row) => row.number === kept.paymentNo);
    const resolve = (discrepancyId: string) =>
      room.call(paymentContract.resolveDiscrepancy, room.staff, { params: { discrepancyId }, body: { resolution: '已与客服核实' } });
    expect(successOf(await resolve(target?.discrepancyId ?? ''))).toMatchObject({ resolution: '已与客服核实' });
    expect(codeOf(await resolve(newId()))).toBe('payment.discrepancyNotFound');

    publishBills([paymentLine(healed.paymentNo, PAYABLE_FEN)]);
    const again = await run();
    expect(again.reconciliationId).toBe(reconciliationId);
    expect(await found(reconciliationId)).toMatchObject([
      { discrepancyId: target?.discrepancyId, number: kept.paymentNo, resolution: '已与客服核实' },
    ]);
  });

  it.each([
    ['the provider gives no answer', () => room.provider.next('bill', { answer: unknown })],
    ['the bill cannot be read', () => room.provider.bills.set(`trade:${day}`, 'nonsense')],
  ])('given %s, then the day failed and is run again later', async (_name, trouble) => {
    const payment = await paid();
    nextDay();
    trouble();
    const failed = await run();
    expect(failed.status).toBe('failed');
    expect(failed.problem).not.toBeNull();
    expect(await found(failed.reconciliationId)).toEqual([]);
    publishBills([paymentLine(payment.paymentNo, PAYABLE_FEN)]);
    await room.runJob('payment.reconcileDaily');
    const list = successOf(await room.call(paymentContract.reconciliations, room.staff, { query: {} }));
    expect(list.items.find((row) => row.day === day)).toMatchObject({ status: 'matched', problem: null });
  });

  it('given the server slept for days, then each of the last days is reconciled once', async () => {
    nextDay();
    room.clock.advance(3 * DAY_MS);
    await room.runJob('payment.reconcileDaily');
    const asked = room.provider.numbersOf('bill').length;
    const rows = await room.tables.selectFrom('payment_reconciliations').selectAll().orderBy('day').execute();
    expect(rows.map((row) => row.day)).toEqual(billDays(room.clock.now(), 7));
    expect(rows.every((row) => row.status === 'matched')).toBe(true);
    await room.runJob('payment.reconcileDaily');
    expect(room.provider.numbersOf('bill')).toHaveLength(asked);
  });

  it.each(['2026-11-01', '2026-11-31', '2999-01-01'])('given day %s before its bill is ready, then it is refused', async (early) => {
    expect(codeOf(await room.call(paymentContract.runReconciliation, room.staff, { body: { day: early } }))).toBe('payment.dayNotOver');
    expect(room.provider.numbersOf('bill')).toEqual([]);
  });

  it('given a reconciliation of nobody, then it has no discrepancies to show', async () => {
    const params = { reconciliationId: newId() };
    expect(codeOf(await room.call(paymentContract.discrepancies, room.staff, { params, query: {} }))).toBe(
      'payment.reconciliationNotFound',
    );
  });
});
