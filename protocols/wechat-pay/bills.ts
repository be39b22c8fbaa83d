import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from './configuration';
import { optionalText, text } from './decode';
import { outcomeOfError } from './error-codes';
import { type RawAnswer, requestRaw } from './exchange';
import { matches, unlessFaulty } from './input-rules';
import { parseJsonObject } from './json';
import { notSent, type Outcome, okOutcome, unknownOutcome } from './outcome';
import { send } from './transport';

/** A bill that is ready; valid for five minutes (older pages: 30 seconds), so fetch it at once. */
export interface BillLink {
  readonly downloadUrl: string;
  /** SHA-1 of the uncompressed file, hexadecimal. */
  readonly sha1: string;
  readonly isGzip: boolean;
}

export interface TradeBillRequest {
  /** `YYYY-MM-DD` in Asia/Shanghai, at most three months back; ready from 10:00 on the next day. */
  readonly billDate: string;
  readonly billType?: 'ALL' | 'SUCCESS' | 'REFUND';
  readonly gzip?: boolean;
}

export interface FundFlowBillRequest {
  readonly billDate: string;
  readonly accountType?: 'BASIC' | 'OPERATION' | 'FEES';
  readonly gzip?: boolean;
}

export interface SharingBillRequest {
  readonly billDate: string;
  readonly gzip?: boolean;
}

export interface BillOperations {
  /** A day without trades is `rejected` with advice `nothingThere`. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791866 */
  requestTradeBill(request: TradeBillRequest): Promise<Outcome<BillLink>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791867 */
  requestFundFlowBill(request: FundFlowBillRequest): Promise<Outcome<BillLink>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012529628 */
  requestSharingBill(request: SharingBillRequest): Promise<Outcome<BillLink>>;
  /**
   * Fetches the file, uncompressed. The download is not signed: its SHA-1 has to be the one of the signed link, and its
   * host one of the configured ones. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791868
   */
  download(link: BillLink): Promise<Outcome<Buffer>>;
}

const BILL_MAX_BYTES = 256 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_FACTOR = 10;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

async function uncompressed(body: Buffer, link: BillLink): Promise<Buffer | undefined> {
  if (!link.isGzip) return body;
  try {
    return await unzip(body, { maxOutputLength: BILL_MAX_BYTES });
  } catch {
    return undefined;
  }
}

/** The signed link's path on one of our own hosts, `undefined` for a foreign one: the request carries our signature. */
function ownPath(context: Context, downloadUrl: string): string | undefined {
  if (!URL.canParse(downloadUrl)) return undefined;
  const { origin, pathname, search, username } = new URL(downloadUrl);
  return context.origins.includes(origin) && username === '' ? `${pathname}${search}` : undefined;
}

async function readDownload(answer: RawAnswer, link: BillLink): Promise<Outcome<Buffer>> {
  if (answer.httpStatus !== 200) {
    const error = parseJsonObject(answer.body);
    const code = error && optionalText(error, 'code');
    return outcomeOfError(answer.httpStatus, code, `bill download answered ${answer.httpStatus}`);
  }
  const file = await uncompressed(answer.body, link);
  if (file === undefined) return unknownOutcome('unreadableAnswer', 'the bill cannot be unzipped', { httpStatus: 200 });
  const sha1 = createHash('sha1').update(file).digest('hex');
  if (sha1 !== link.sha1.toLowerCase()) return unknownOutcome('unverifiedAnswer', 'SHA-1 of the bill differs', { httpStatus: 200 });
  return okOutcome(file);
}

export function billOperations(context: Context): BillOperations {
  const requestBill = (path: string, query: { readonly bill_date: string } & Readonly<Record<string, string | undefined>>, gzip = false) =>
    unlessFaulty([matches('billDate', query.bill_date, DATE)], () =>
      send(context, {
        method: 'GET',
        path,
        query: { ...query, tar_type: gzip ? 'GZIP' : undefined },
        read: (source): BillLink => ({ downloadUrl: text(source, 'download_url'), sha1: text(source, 'hash_value'), isGzip: gzip }),
      }),
    );
  return {
    requestTradeBill: ({ billDate, billType = 'ALL', gzip }) =>
      requestBill('/v3/bill/tradebill', { bill_date: billDate, bill_type: billType }, gzip),
    requestFundFlowBill: ({ billDate, accountType = 'BASIC', gzip }) =>
      requestBill('/v3/bill/fundflowbill', { bill_date: billDate, account_type: accountType }, gzip),
    requestSharingBill: ({ billDate, gzip }) => requestBill('/v3/profitsharing/bills', { bill_date: billDate }, gzip),
    async download(link) {
      const pathAndQuery = ownPath(context, link.downloadUrl);
      if (pathAndQuery === undefined) return notSent('the download URL is not on a configured host');
      const timeoutMs = context.timeoutMs * DOWNLOAD_TIMEOUT_FACTOR;
      const answer = await requestRaw(context, { method: 'GET', pathAndQuery, body: '', maxBytes: BILL_MAX_BYTES, timeoutMs });
      return 'kind' in answer ? answer : readDownload(answer, link);
    },
  };
}
