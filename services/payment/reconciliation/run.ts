import { newId } from '@qianxing/ids';
import { DAY_MS, HOUR_MS, shopDay, shopDayStart } from '@qianxing/time';
import {
  type BillLink,
  type BillResult,
  type FundFlowBill,
  type Outcome,
  parseFundFlowBill,
  parseTradeBill,
  type TradeBill,
} from '@qianxing/wechat-pay';
import type { PaymentContext } from '../context';
import { queryAndApply } from '../settlement';
import type { DiscrepancyRow, ReconciliationRow } from '../tables';
import { compare, compareFundFlow, type Difference, entriesOfBill } from './rules';
import { finishReconciliation, knownNumbers, ourDay, reconciliationOf, startReconciliation, unsettledPayments } from './store';

/** Hour of the next day from which a bill can be fetched. */
const BILL_READY_MS = DAY_MS + 10 * HOUR_MS;

/** The newest day whose bill is ready. */
export function lastBillDay(now: number): string {
  return shopDay(now - BILL_READY_MS);
}

/** The newest days whose bills are ready, oldest first. */
export function billDays(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => lastBillDay(now - (count - 1 - index) * DAY_MS));
}

const EMPTY_TRADES: TradeBill = {
  rows: [],
  summary: { count: 0, settlementTotalFen: 0, refundFen: 0, couponRefundFen: 0, feeFen: 0 } as TradeBill['summary'],
};
const EMPTY_FLOW: FundFlowBill = {
  rows: [],
  summary: { count: 0, incomeCount: 0, incomeFen: 0, expenseCount: 0, expenseFen: 0 } as FundFlowBill['summary'],
};

/** Reconciles one day: the provider's trade and fund-flow bills against our payments, refunds and payouts. May be run again. */
export async function reconcile(context: PaymentContext, day: string): Promise<ReconciliationRow> {
  const { database, clock } = context.platform;
  const started: ReconciliationRow = {
    reconciliationId: newId(clock.now()),
    day,
    status: 'running',
    payments: 0,
    paymentsFen: 0,
    refunds: 0,
    refundsFen: 0,
    transfers: 0,
    transfersFen: 0,
    feesFen: 0,
    problem: null,
    createdAt: clock.now(),
    finishedAt: null,
  };
  await database.transaction((transaction) => startReconciliation(transaction, started));
  const row = (await reconciliationOf(database.query, day)) ?? started;
  const { bills } = context.options.wechatPay;
  const trades = await fetchBill(context, () => bills.requestTradeBill({ billDate: day }), parseTradeBill, EMPTY_TRADES);
  const flow = await fetchBill(context, () => bills.requestFundFlowBill({ billDate: day }), parseFundFlowBill, EMPTY_FLOW);
  if (typeof trades === 'string' || typeof flow === 'string') {
    const problem = typeof trades === 'string' ? trades : String(flow);
    await database.transaction((transaction) =>
      finishReconciliation(transaction, row.reconciliationId, { status: 'failed', problem, finishedAt: clock.now() }, []),
    );
  } else await conclude(context, row, trades, flow);
  return (await reconciliationOf(database.query, day)) ?? row;
}

/** A bill, or the text of what went wrong. A day without trades is an empty bill. */
async function fetchBill<B>(
  context: PaymentContext,
  request: () => Promise<Outcome<BillLink>>,
  parse: (file: Buffer) => BillResult<B>,
  empty: B,
): Promise<B | string> {
  const link = await request();
  if (link.kind === 'rejected' && link.advice === 'nothingThere') return empty;
  if (link.kind !== 'ok') return `${link.kind}: ${link.message}`.slice(0, 200);
  const file = await context.options.wechatPay.bills.download(link.value);
  if (file.kind !== 'ok') return `${file.kind}: ${file.message}`.slice(0, 200);
  const parsed = parse(file.value);
  return parsed.ok ? parsed.value : `unreadable bill: ${parsed.reason}`.slice(0, 200);
}

async function conclude(context: PaymentContext, row: ReconciliationRow, trades: TradeBill, flow: FundFlowBill): Promise<void> {
  const { database, clock } = context.platform;
  const from = shopDayStart(row.day);
  const theirs = entriesOfBill(trades);
  await askAboutUnsettled(context, [...theirs.payments.keys()]);
  const ours = await ourDay(database.query, from, from + DAY_MS);
  const known = await knownNumbers(database.query, { payments: [...theirs.payments.keys()], refunds: [...theirs.refunds.keys()] });
  const differences = [
    ...compare(
      ours.payments.map((payment) => ({ number: payment.paymentNo, amountFen: payment.amountFen })),
      theirs.payments,
      known,
    ),
    ...compare(
      ours.refunds.map((refund) => ({ number: refund.refundNo, amountFen: refund.amountFen })),
      theirs.refunds,
      known,
    ),
    ...compareFundFlow(
      flow,
      ours.transfers
        .filter((transfer) => transfer.rail === 'transfer')
        .map((transfer) => ({ number: transfer.transferNo, amountFen: transfer.paidFen })),
    ),
  ];
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const result = {
    status: differences.length === 0 ? ('matched' as const) : ('discrepant' as const),
    payments: ours.payments.length,
    paymentsFen: sum(ours.payments.map((payment) => payment.amountFen)),
    refunds: ours.refunds.length,
    refundsFen: sum(ours.refunds.map((refund) => refund.amountFen)),
    transfers: ours.transfers.length,
    transfersFen: sum(ours.transfers.map((transfer) => transfer.paidFen)),
    feesFen: sum(trades.rows.map((line) => line.feeFen)),
    problem: null,
    finishedAt: clock.now(),
  };
  const rows = differences.map((difference) => discrepancy(row.reconciliationId, difference, clock.now()));
  await database.transaction((transaction) => finishReconciliation(transaction, row.reconciliationId, result, rows));
}

/** Money in the bill that we have not seen: the provider is asked once more before it is called a discrepancy. */
async function askAboutUnsettled(context: PaymentContext, paymentNumbers: readonly string[]): Promise<void> {
  for (const payment of await unsettledPayments(context.platform.database.query, paymentNumbers)) await queryAndApply(context, payment);
}

function discrepancy(reconciliationId: string, difference: Difference, now: number): DiscrepancyRow {
  return { discrepancyId: newId(now), reconciliationId, ...difference, resolution: null, resolvedAt: null };
}
