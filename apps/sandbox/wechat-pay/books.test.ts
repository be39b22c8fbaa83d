import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';
import { ACCOUNTS, balances, basicBalanceFen, book, feeOf } from './books';

type World = ReturnType<typeof newTestWorld>;

/** Everything that must hold of the merchant's books at any moment. */
function checkBooks({ world }: World): void {
  const all = balances(world);
  const { books, transactions, sharingOrders, transfers, refunds } = world.state.wechatPay;
  expect(ACCOUNTS.reduce((sum, account) => sum + all[account], 0)).toBe(0);
  for (const account of ['available', 'frozen', 'sharing', 'transferring', 'refunding', 'fees', 'receivers'] as const)
    expect(all[account]).toBeGreaterThanOrEqual(0);
  let balance = 0;
  for (const entry of books)
    for (const flow of entry.flows) {
      balance += flow.amountFen;
      expect(flow.balanceFen).toBe(balance);
    }
  expect(basicBalanceFen(all)).toBe(balance);
  expect(all.frozen).toBe([...transactions.values()].reduce((sum, transaction) => sum + transaction.frozenFen, 0));
  const pending = [...sharingOrders.values()].flatMap((order) => order.receivers).filter((receiver) => receiver.result === 'PENDING');
  expect(all.sharing).toBe(pending.reduce((sum, receiver) => sum + receiver.amountFen, 0));
  const locked = [...transfers.values()].filter((transfer) => ['WAIT_USER_CONFIRM', 'CANCELING'].includes(transfer.state));
  expect(all.transferring).toBe(locked.reduce((sum, transfer) => sum + transfer.amountFen, 0));
  const open = [...refunds.values()].filter((refund) => refund.status === 'PROCESSING' || refund.status === 'ABNORMAL');
  expect(all.refunding).toBe(open.reduce((sum, refund) => sum + refund.amountFen, 0));
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('pay' as const), order: fc.nat(5), amount: fc.integer({ min: 1, max: 50_000 }), sharing: fc.boolean() }),
  fc.record({
    kind: fc.constant('refund' as const),
    order: fc.nat(5),
    amount: fc.integer({ min: 1, max: 50_000 }),
    ending: fc.constantFrom('', 'refundClosed', 'refundAbnormal', 'refundStuck'),
  }),
  fc.record({
    kind: fc.constant('share' as const),
    order: fc.nat(5),
    amount: fc.integer({ min: 1, max: 9_000 }),
    fails: fc.boolean(),
    unfreeze: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('transfer' as const),
    amount: fc.integer({ min: 1, max: 30_000 }),
    afterwards: fc.constantFrom('confirm', 'cancel', 'refuse', 'nothing'),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(MINUTE_MS, HOUR_MS, 2 * DAY_MS, 31 * DAY_MS) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function run(test: World, action: Step, number: number): Promise<void> {
  const { world, call, control } = test;
  switch (action.kind) {
    case 'pay':
      await test.placeAndPay(`ORDER${action.order}0`, action.amount, { settle_info: { profit_sharing: action.sharing } });
      return;
    case 'refund': {
      const transaction = world.state.wechatPay.transactions.get(`ORDER${action.order}0`);
      if (action.ending !== '')
        await control('POST', '/faults', {
          party: 'wechat-pay',
          operation: 'refund.create',
          fault: action.ending,
          objectKey: `REF${number}`,
        });
      const amount = { refund: action.amount, total: transaction?.totalFen ?? 1, currency: 'CNY' };
      await call('POST', '/v3/refund/domestic/refunds', { out_trade_no: `ORDER${action.order}0`, out_refund_no: `REF${number}`, amount });
      return;
    }
    case 'share': {
      const transaction = world.state.wechatPay.transactions.get(`ORDER${action.order}0`);
      const account = action.fails ? 'oStranger' : 'oPromoter';
      await call('POST', '/v3/profitsharing/orders', {
        appid: world.credentials.miniProgram.appid,
        transaction_id: transaction?.transactionId ?? 'none',
        out_order_no: `SHARE${number}`,
        receivers: [{ type: 'PERSONAL_OPENID', account, amount: action.amount, description: '佣金' }],
        unfreeze_unsplit: action.unfreeze,
      });
      return;
    }
    case 'transfer': {
      await call('POST', '/v3/fund-app/mch-transfer/transfer-bills', {
        appid: world.credentials.miniProgram.appid,
        out_bill_no: `BILL${number}`,
        transfer_scene_id: '1011',
        openid: 'oPayee',
        transfer_amount: action.amount,
        transfer_remark: '赔付',
        transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '测试' }],
      });
      if (action.afterwards === 'cancel') await call('POST', `/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/BILL${number}/cancel`);
      else if (action.afterwards !== 'nothing')
        await control('POST', `/sandbox/transfers/${action.afterwards}`, { outBillNo: `BILL${number}` });
      return;
    }
    case 'wait':
      await test.advance(action.ms);
      return;
    default:
      return action satisfies never;
  }
}

describe('the merchant’s books', () => {
  it('always sum to zero, never go below zero, and agree with every object, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const test = newTestWorld({ openingBalanceFen: 20_000 });
        test.world.state.wechatPay.receivers.set('PERSONAL_OPENID:oPromoter', { appid: 'x', relation: 'DISTRIBUTOR', name: null });
        test.delivery.stop();
        for (const [index, action] of steps.entries()) {
          await run(test, action, index);
          checkBooks(test);
        }
        await test.app.close();
      }),
      { numRuns: 25 },
    );
  });

  it('refuse an entry that does not sum to zero', async () => {
    const test = newTestWorld();
    expect(() => book(test.world, 'x', 'x', [{ account: 'available', amountFen: 1 }], [])).toThrow('unbalanced');
    await test.app.close();
  });

  it('rounds the fee half up', () => {
    expect([0, 1, 83, 84, 10_000, 83_333].map((amount) => feeOf(amount, 60))).toEqual([0, 0, 0, 1, 60, 500]);
  });
});

describe('bills', () => {
  const fetchBill = async (test: World, path: string) => {
    const offered = await test.call('GET', path);
    if (offered.status !== 200) return { offered, text: '', hash: '' };
    const url = new URL(offered.body?.download_url as string);
    const file = await test.call('GET', url.pathname + url.search);
    const plain = path.includes('GZIP') ? gunzipSync(file.raw) : file.raw;
    return { offered, text: plain.toString('utf8'), hash: createHash('sha1').update(plain).digest('hex') };
  };

  it('come next morning, with hash, rows and sums that agree with the books', async () => {
    const test = newTestWorld();
    const day = dayOf(test.world.clock.now());
    await test.placeAndPay('ORDER300', 12_345, { description: '逗号,与`反引号`' });
    await test.placeAndPay('ORDER301', 100);
    await test.call('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: 'ORDER300',
      out_refund_no: 'REF1',
      amount: { refund: 345, total: 12_345, currency: 'CNY' },
    });
    const path = `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL&tar_type=GZIP`;
    expect((await fetchBill(test, path)).offered.body?.code).toBe('INVALID_REQUEST');
    await test.advance(15 * HOUR_MS);
    expect((await fetchBill(test, path)).offered.body?.code).toBe('STATEMENT_CREATING');
    await test.advance(10 * HOUR_MS);
    const trade = await fetchBill(test, path);
    expect(trade.offered.body).toMatchObject({ hash_type: 'SHA1', hash_value: trade.hash });
    const lines = trade.text
      .replace(/^\ufeff/, '')
      .trimEnd()
      .split('\r\n');
    expect(lines[0]!.split(',')).toHaveLength(27);
    expect(lines).toHaveLength(1 + 3 + 2);
    expect(lines.at(-1)).toBe('`3,`124.45,`3.45,`0.00,`0.73000,`124.45,`3.45');
    const flow = await fetchBill(test, `/v3/bill/fundflowbill?bill_date=${day}&account_type=BASIC`);
    expect(flow.text).toContain('`退款,`退还交易手续费,`收入,`0.02,`100120.27');
    await test.app.close();
  });

  it('a day without trades has no statement; a token dies after five minutes', async () => {
    const test = newTestWorld({ openingBalanceFen: 1 });
    await test.advance(3 * DAY_MS);
    const empty = dayOf(test.world.clock.now() - DAY_MS);
    expect((await test.call('GET', `/v3/bill/tradebill?bill_date=${empty}`)).body?.code).toBe('NO_STATEMENT_EXIST');
    const first = dayOf(test.world.clock.now() - 3 * DAY_MS);
    const offered = await test.call('GET', `/v3/bill/fundflowbill?bill_date=${first}`);
    const url = new URL(offered.body?.download_url as string);
    await test.advance(5 * MINUTE_MS);
    expect((await test.call('GET', url.pathname + url.search)).status).toBe(400);
    await test.app.close();
  });

  it.each([
    'billRowMissing',
    'billRowExtra',
    'billAmountDiffers',
    'billFeeDiffers',
    'billHashMismatch',
    'billTruncated',
    'billForeignHost',
    'billTokenExpired',
    'billMissing',
    'billCreating',
  ])('fault %s changes what the merchant gets, once', async (fault) => {
    const test = newTestWorld();
    const day = dayOf(test.world.clock.now());
    await test.placeAndPay('ORDER302', 2_000);
    await test.placeAndPay('ORDER303', 3_000);
    await test.advance(26 * HOUR_MS);
    const path = `/v3/bill/tradebill?bill_date=${day}`;
    const read = async () => {
      const { offered, text, hash } = await fetchBill(test, path);
      return {
        status: offered.status,
        code: offered.body?.code,
        host: String(offered.body?.download_url).split('/v3')[0],
        hash: offered.body?.hash_value,
        whole: hash === offered.body?.hash_value,
        text,
      };
    };
    const good = await read();
    await test.control('POST', '/faults', { party: 'wechat-pay', operation: 'bill.trade', fault });
    expect(await read()).not.toEqual(good);
    expect(await read()).toEqual(good);
    await test.app.close();
  });
});
