import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DAY_MS, HOUR_MS, MINUTE_MS, startOfDay } from '../clock';
import { takeFault } from '../faults';
import { nextSecret, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { fundFlowRows, tradeRows } from './bill-rows';
import { type BillFile, billText } from './bill-text';

const URL_LIFE_MS = 5 * MINUTE_MS;
const MAX_AGE_MS = 92 * DAY_MS;

export interface BillQuery {
  readonly bill_date?: string;
  readonly bill_type?: string;
  readonly account_type?: string;
  readonly tar_type?: string;
}

/** §10: where to fetch the bill of a day. Ready from the morning of the next day by the virtual clock. */
export function requestBill(world: World, kind: 'trade' | 'fundFlow', query: BillQuery): PayAnswer {
  const start = startOfDay(query.bill_date ?? '');
  if (start === undefined) return refuse(400, 'PARAM_ERROR', 'bill_date格式错误');
  const now = world.clock.now();
  if (start + DAY_MS > now || start < now - MAX_AGE_MS) return refuse(400, 'INVALID_REQUEST', '账单日期不在可下载范围内');
  const operation = kind === 'trade' ? 'bill.trade' : 'bill.fundFlow';
  const { settings } = world.state.wechatPay;
  if (now < start + DAY_MS + settings.billReadyHour * HOUR_MS || takeFault(world, 'wechat-pay', operation, ['billCreating']))
    return refuse(400, 'STATEMENT_CREATING', '账单文件正在生成，请稍后再试');
  const file = fileOf(world, kind, query, start);
  if (file === undefined) return refuse(400, 'PARAM_ERROR', 'bill_type或account_type有误');
  if (file.rows.length === 0 || takeFault(world, 'wechat-pay', operation, ['billMissing']))
    return refuse(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
  return offer(world, operation, spoilRows(world, operation, file), query.tar_type === 'GZIP');
}

/** A day's bill as it stands now, for people: without the wait until morning and without faults. */
export function billOf(world: World, kind: 'trade' | 'fundFlow', query: BillQuery): string | undefined {
  const start = startOfDay(query.bill_date ?? '');
  const file = start === undefined ? undefined : fileOf(world, kind, query, start);
  return file === undefined || file.rows.length === 0 ? undefined : billText(file);
}

function fileOf(world: World, kind: 'trade' | 'fundFlow', query: BillQuery, start: number): BillFile | undefined {
  if (kind === 'trade') {
    const type = query.bill_type ?? 'ALL';
    return type === 'ALL' || type === 'SUCCESS' || type === 'REFUND' ? tradeRows(world, type, start) : undefined;
  }
  const account = query.account_type ?? 'BASIC';
  return account === 'BASIC' || account === 'OPERATION' || account === 'FEES' ? fundFlowRows(world, account, start) : undefined;
}

/** Faults F76: the provider's file differs from what happened. */
function spoilRows(world: World, operation: string, file: BillFile): BillFile {
  const fault = takeFault(world, 'wechat-pay', operation, ['billRowMissing', 'billRowExtra', 'billAmountDiffers', 'billFeeDiffers']);
  const [first, ...rest] = file.rows;
  if (fault === undefined || first === undefined) return file;
  switch (fault.fault) {
    case 'billRowMissing':
      return { ...file, rows: rest };
    case 'billRowExtra':
      return { ...file, rows: [...file.rows, { ...first, 微信订单号: '4200009999999999999999999999', 商户订单号: 'NOBODYKNOWSTHIS' }] };
    case 'billAmountDiffers':
      return { ...file, rows: [{ ...first, 订单金额: '0.01', 应结订单金额: '0.01', '收支金额(元)': '0.01' }, ...rest] };
    case 'billFeeDiffers':
      return { ...file, rows: [{ ...first, 手续费: '9.99000' }, ...rest] };
    default:
      return fault.fault satisfies never;
  }
}

function offer(world: World, operation: string, file: BillFile, zipped: boolean): PayAnswer {
  const spoiled = takeFault(world, 'wechat-pay', operation, ['billHashMismatch', 'billTruncated', 'billForeignHost', 'billTokenExpired']);
  const plain = Buffer.from(billText(file));
  const whole = zipped ? gzipSync(plain) : plain;
  const content = spoiled?.fault === 'billTruncated' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
  const hash = createHash('sha1')
    .update(spoiled?.fault === 'billHashMismatch' ? Buffer.from('other') : plain)
    .digest('hex');
  const token = nextSecret(world, 40);
  const now = world.clock.now();
  const { billTokens } = world.state.wechatPay;
  for (const [old, entry] of billTokens) if (entry.expiresAtMs <= now) billTokens.delete(old);
  billTokens.set(token, {
    contentBase64: content.toString('base64'),
    expiresAtMs: spoiled?.fault === 'billTokenExpired' ? now : now + URL_LIFE_MS,
  });
  world.touch();
  const host = spoiled?.fault === 'billForeignHost' ? 'http://bills.example.net' : world.publicUrl;
  return answer({ hash_type: 'SHA1', hash_value: hash, download_url: `${host}/v3/billdownload/file?token=${token}` });
}

/** The file behind a token; undefined when the token is unknown or too old. */
export function billContent(world: World, token: string | undefined): Buffer | undefined {
  const entry = world.state.wechatPay.billTokens.get(token ?? '');
  return entry !== undefined && entry.expiresAtMs > world.clock.now() ? Buffer.from(entry.contentBase64, 'base64') : undefined;
}
