import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Formatter } from 'wechatpay-axios-plugin';
import { firstBalanceBreak, parseBillTable, parseFundFlowBill, parseTradeBill } from './index';
import { testClient } from './testing/keys';
import { type Answer, type Loopback, refusal, signed, startLoopback } from './testing/loopback';

const HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUMMARY_HEADER = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const line = (values: readonly string[]) => values.map((value) => `\`${value}`).join(',');

const start = [
  '2026-11-01 10:34:56',
  'wx0000000000000001',
  '1900000109',
  '0',
  'web',
  '4200002026110100000000000001',
  'T20261101000001',
  'openid-1',
  'JSAPI',
];
const paid = (goods = '冬季轮胎', attach = '') =>
  line([
    ...start,
    'SUCCESS',
    'OTHERS',
    'CNY',
    '399.00',
    '0.00',
    '0',
    '0',
    '0.00',
    '0.00',
    '',
    '',
    goods,
    attach,
    '2.39000',
    '0.60%',
    '399.00',
    '0.00',
    '',
  ]);
const refunded = line([
  ...start,
  'REFUND',
  'OTHERS',
  'CNY',
  '0.00',
  '0.00',
  '50300807092026110100000000001',
  'R1',
  '100.10',
  '0.20',
  'ORIGINAL',
  'SUCCESS',
  '冬季轮胎',
  '',
  '-0.60000',
  '0.60%',
  '0.00',
  '100.10',
  '',
]);
const summaryOf = (count: number) => line([`${count}.0`, '399.00', '100.10', '0.20', '1.79000', '399.00', '100.10']);
const billOf = (details: readonly string[], count = details.length, newline = '\r\n') =>
  Buffer.from(`\uFEFF${[HEADER, ...details, SUMMARY_HEADER, summaryOf(count)].join(newline)}${newline}`);

const flowHeader =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号';
const flowSummaryHeader = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';
const flowRow = (direction: string, amount: string, balance: string, note = '') =>
  line([
    '2026-11-01 10:34:56',
    '4200002026110100000000000001',
    'F1',
    '交易',
    '交易',
    direction,
    amount,
    balance,
    'system',
    note,
    'T20261101000001',
  ]);
const flowOf = (rows: readonly string[], summary: readonly string[]) =>
  Buffer.from([flowHeader, ...rows, flowSummaryHeader, line(summary), ''].join('\r\n'));

describe('trade bill', () => {
  it('is read into integer fen by column names', () => {
    const bill = parseTradeBill(billOf([paid(), refunded]));
    expect(bill).toMatchObject({
      ok: true,
      value: {
        rows: [
          {
            tradedAt: Date.UTC(2026, 10, 1, 2, 34, 56),
            transactionId: '4200002026110100000000000001',
            outTradeNo: 'T20261101000001',
            tradeState: 'SUCCESS',
            settlementTotalFen: 39_900,
            refundFen: 0,
            orderTotalFen: 39_900,
            feeFen: 239,
            rateBp: 60,
            goodsName: '冬季轮胎',
            deviceId: 'web',
          },
          {
            tradeState: 'REFUND',
            refundId: '50300807092026110100000000001',
            outRefundNo: 'R1',
            refundFen: 10_010,
            couponRefundFen: 20,
            feeFen: -60,
            refundState: 'SUCCESS',
          },
        ],
        summary: {
          count: 2,
          settlementTotalFen: 39_900,
          refundFen: 10_010,
          couponRefundFen: 20,
          feeFen: 179,
          orderTotalFen: 39_900,
          refundRequestedFen: 10_010,
        },
      },
    });
    const first = bill.ok ? bill.value.rows[0] : undefined;
    expect(first?.subMchId).toBeUndefined();
    expect(first?.refundId).toBeUndefined();
  });

  it('agrees with the other library about every cell', () => {
    const theirs = Formatter.castCsvBill(billOf([paid(), refunded], 2, '\n')) as {
      rows: Record<string, string>[];
      summary: Record<string, string>;
    };
    const ours = parseBillTable(billOf([paid(), refunded], 2, '\n'), '总交易单数', '商品名称');
    expect(ours).toMatchObject({ ok: true, value: { rows: theirs.rows, summary: theirs.summary } });
  });

  it('survives separators, line breaks and bill words inside a goods name with every amount in its place', () => {
    for (const goods of ['轮胎,大号', '轮胎`大号', '轮胎,`大号', 'a,`b,`c', '一行\n二行', '一行\n`二行', '总交易单数', '']) {
      const bill = parseTradeBill(billOf([paid(goods), refunded]));
      expect(bill, goods).toMatchObject({
        ok: true,
        value: { rows: [{ goodsName: goods, settlementTotalFen: 39_900, feeFen: 239 }, { refundFen: 10_010 }] },
      });
    }
  });

  it('keeps amounts in place for any goods name without a line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (goods) => {
        fc.pre(!/[\r\n\uFEFF]/.test(goods));
        const bill = parseTradeBill(billOf([paid(goods)]));
        expect(bill).toMatchObject({
          ok: true,
          value: { rows: [{ goodsName: goods, settlementTotalFen: 39_900, orderTotalFen: 39_900 }] },
        });
      }),
    );
  });

  it('of kinds SUCCESS and REFUND is read though columns are fewer or more', () => {
    const names = HEADER.split(',');
    const values = paid().slice(1).split(',`');
    const kept = names
      .map((name, index) => ({ name, index }))
      .filter(({ index }) => index < 14 || [20, 21, 22, 23, 24, 26].includes(index));
    const success = [
      kept.map(({ name }) => name).join(','),
      line(kept.map(({ index }) => values[index] ?? '')),
      SUMMARY_HEADER,
      summaryOf(1),
    ].join('\n');
    expect(parseTradeBill(Buffer.from(success))).toMatchObject({
      ok: true,
      value: { rows: [{ settlementTotalFen: 39_900, feeFen: 239, refundFen: undefined }] },
    });
    const refund = [
      `${HEADER},退款申请时间,退款成功时间`,
      `${refunded},\`2026-11-02 09:00:00,\`2026-11-02 09:01:00`,
      SUMMARY_HEADER,
      summaryOf(1),
    ].join('\n');
    expect(parseTradeBill(Buffer.from(refund))).toMatchObject({
      ok: true,
      value: { rows: [{ refundRequestedAt: Date.UTC(2026, 10, 2, 1), refundSucceededAt: Date.UTC(2026, 10, 2, 1, 1) }] },
    });
  });

  it('without details is an empty one', () => {
    expect(parseTradeBill(billOf([]))).toMatchObject({ ok: true, value: { rows: [], summary: { count: 0 } } });
  });

  it('is refused whole when a value, a line or the summary is not right', () => {
    const bad = {
      'three decimals': billOf([paid().replace('`399.00,`0.00,`0,', '`399.001,`0.00,`0,')]),
      'a fraction of a fen as fee': billOf([paid().replace('2.39000', '2.39100')]),
      'a word as amount': billOf([paid().replace('`399.00', '`many')]),
      'an impossible time': billOf([paid().replace('2026-11-01', '2026-13-01')]),
      'an unknown state': billOf([paid().replace('`SUCCESS', '`GIFT')]),
      'too few values': billOf([paid().split(',`').slice(0, 20).join(',`')]),
      'a missing line': billOf([paid()], 2),
      'no summary': Buffer.from([HEADER, paid()].join('\n')),
      'no summary values': Buffer.from([HEADER, paid(), SUMMARY_HEADER].join('\n')),
      'lines after the summary': Buffer.concat([billOf([paid()]), Buffer.from(paid())]),
      nothing: Buffer.alloc(0),
      'bytes that are not UTF-8': Buffer.from([0xff, 0xfe, 0x00]),
    };
    for (const [name, file] of Object.entries(bad)) expect(parseTradeBill(file), name).toMatchObject({ ok: false });
  });

  it('never throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, at) => {
        const file = billOf([paid(), refunded]);
        const cut = at % file.length;
        expect([true, false]).toContain(parseTradeBill(Buffer.concat([file.subarray(0, cut), bytes, file.subarray(cut)])).ok);
        expect(parseTradeBill(bytes).ok).toBe(false);
        expect(parseFundFlowBill(bytes).ok).toBe(false);
      }),
    );
  });

  it('cut anywhere before its last value is refused', () => {
    const text = billOf([paid(), refunded]).toString();
    fc.assert(
      fc.property(fc.nat({ max: text.lastIndexOf('`') - 1 }), (length) => {
        expect(parseTradeBill(Buffer.from(text.slice(0, length))).ok).toBe(false);
      }),
    );
  });
});

describe('fund-flow bill', () => {
  const rows = [flowRow('收入', '399.00', '1399.00'), flowRow('支出', '2.39', '1396.61', '手续费,`含税')];
  const good = flowOf(rows, ['2', '1', '399.00', '1', '2.39']);

  it('is read and agrees with its summary', () => {
    expect(parseFundFlowBill(good)).toMatchObject({
      ok: true,
      value: {
        rows: [
          {
            direction: 'income',
            amountFen: 39_900,
            balanceFen: 139_900,
            voucherNo: 'T20261101000001',
            bookedAt: Date.UTC(2026, 10, 1, 2, 34, 56),
          },
          { direction: 'expense', amountFen: 239, balanceFen: 139_661, note: '手续费,`含税', voucherNo: 'T20261101000001' },
        ],
        summary: { count: 2, incomeCount: 1, incomeFen: 39_900, expenseCount: 1, expenseFen: 239 },
      },
    });
  });

  it('is refused when a sum or a count differs by one', () => {
    for (const summary of [
      ['3', '1', '399.00', '1', '2.39'],
      ['2', '2', '399.00', '0', '2.39'],
      ['2', '1', '399.01', '1', '2.39'],
      ['2', '1', '399.00', '1', '2.38'],
    ]) {
      expect(parseFundFlowBill(flowOf(rows, summary)), summary.join()).toMatchObject({ ok: false });
    }
  });

  it('shows where the balance does not follow', () => {
    const bill = parseFundFlowBill(good);
    expect(bill.ok && firstBalanceBreak(bill.value.rows)).toBeUndefined();
    const broken = parseFundFlowBill(flowOf([...rows, flowRow('收入', '1.00', '1397.62')], ['3', '2', '400.00', '1', '2.39']));
    expect(broken.ok && firstBalanceBreak(broken.value.rows)).toBe(2);
  });
});

describe('downloading', () => {
  let wechat: Loopback;
  beforeAll(async () => {
    wechat = await startLoopback();
  });
  afterAll(() => wechat.close());

  const file = billOf([paid(), refunded]);
  const sha1 = createHash('sha1').update(file).digest('hex');
  const link = () => ({ downloadUrl: `${wechat.url}/v3/billdownload/file?token=a%2Bb`, sha1, isGzip: false });
  const bytes =
    (body: Buffer): Answer =>
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.end(body);
    };
  const bills = () => testClient(wechat.url).bills;

  it('asks for the link at the documented path and reads it', async () => {
    const answer = { hash_type: 'SHA1', hash_value: sha1, download_url: link().downloadUrl };
    wechat.answerWith(signed(answer));
    expect(await bills().requestTradeBill({ billDate: '2026-11-01' })).toEqual({ kind: 'ok', value: link() });
    expect(await bills().requestFundFlowBill({ billDate: '2026-11-01', gzip: true })).toEqual({
      kind: 'ok',
      value: { ...link(), isGzip: true },
    });
    await bills().requestSharingBill({ billDate: '2026-11-01' });
    expect(wechat.requests.map((request) => request.url)).toEqual([
      '/v3/bill/tradebill?bill_date=2026-11-01&bill_type=ALL',
      '/v3/bill/fundflowbill?bill_date=2026-11-01&account_type=BASIC&tar_type=GZIP',
      '/v3/profitsharing/bills?bill_date=2026-11-01',
    ]);
    expect(await bills().requestTradeBill({ billDate: '1.11.2026' })).toMatchObject({ kind: 'rejected', httpStatus: 0 });
  });

  it('tells an empty day and a day that is not ready from errors', async () => {
    wechat.answerWith(refusal(400, 'NO_STATEMENT_EXIST'), refusal(404, 'NO_STATEMENT_EXIST'), refusal(400, 'STATEMENT_CREATING'));
    const ask = () => bills().requestTradeBill({ billDate: '2026-11-01' });
    expect(await ask()).toMatchObject({ kind: 'rejected', advice: 'nothingThere' });
    expect(await ask()).toMatchObject({ kind: 'rejected', advice: 'nothingThere' });
    expect(await ask()).toMatchObject({ kind: 'rejected', advice: 'later' });
  });

  it('takes an unsigned file whose SHA-1 is the one of the signed link, plain or zipped', async () => {
    wechat.answerWith(bytes(file), bytes(gzipSync(file)));
    expect(await bills().download(link())).toEqual({ kind: 'ok', value: file });
    expect(await bills().download({ ...link(), isGzip: true })).toEqual({ kind: 'ok', value: file });
    expect(wechat.requests[0]?.url).toBe('/v3/billdownload/file?token=a%2Bb');
    expect(wechat.requests[0]?.headers.authorization).toMatch(/^WECHATPAY2-SHA256-RSA2048 /);
  });

  it('takes neither a changed, nor a cut, nor a badly zipped file', async () => {
    const changed = Buffer.from(file);
    changed[200] = (changed[200] ?? 0) ^ 1;
    wechat.answerWith(bytes(changed), bytes(file.subarray(0, 300)));
    expect(await bills().download(link())).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
    expect(await bills().download(link())).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
    wechat.answerWith(bytes(gzipSync(file).subarray(0, 100)), bytes(file));
    expect(await bills().download({ ...link(), isGzip: true })).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
    expect(await bills().download({ ...link(), isGzip: true })).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
  });

  it('sends our signature to no foreign host', async () => {
    const foreign = await startLoopback();
    foreign.answerWith(bytes(file));
    for (const downloadUrl of [`${foreign.url}/v3/billdownload/file?token=x`, 'nonsense', link().downloadUrl.replace('//', '//user@')]) {
      expect(await bills().download({ ...link(), downloadUrl })).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    }
    expect(foreign.requests).toHaveLength(0);
    await foreign.close();
  });

  it('of a link that ran out is told as WeChat tells it', async () => {
    wechat.answerWith(refusal(403, 'NO_AUTH', { unsigned: true }), refusal(500, 'SYSTEM_ERROR', { unsigned: true }));
    expect(await bills().download(link())).toMatchObject({ kind: 'rejected', code: 'NO_AUTH' });
    expect(await bills().download(link())).toMatchObject({ kind: 'unknown', reason: 'serverError' });
  });
});
