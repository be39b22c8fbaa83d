import { type Fen, isFen } from '@qianxing/money';
import { notSent, type Outcome } from './outcome';

/** Rules of the documented request fields that are checked before anything is sent. Each gives the fault or `undefined`. */
type Fault = string | undefined;

export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;
/** Refund, sharing and return numbers. */
export const OUT_LONG_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
export const OUT_BILL_NO = /^[0-9A-Za-z]{1,32}$/;
/** Numbers that WeChat Pay gives out. */
export const PLATFORM_NO = /^[0-9A-Za-z_-]{1,64}$/;

export const matches = (name: string, value: string, pattern: RegExp): Fault =>
  pattern.test(value) ? undefined : `${name} must match ${pattern.source}`;

const length = (value: string): number => [...value].length;

/** Lengths are counted in characters. */
export const lengthWithin = (name: string, value: string | undefined, longest: number): Fault =>
  value === undefined || (value !== '' && length(value) <= longest) ? undefined : `${name} must have 1 to ${longest} characters`;

export const positive = (name: string, value: Fen): Fault =>
  isFen(value) && value >= 1 ? undefined : `${name} must be an amount of at least 1 fen`;

export const holds = (condition: boolean, message: string): Fault => (condition ? undefined : message);

/** Absolute https (or http), no query: WeChat Pay cuts off or refuses anything else. */
export function notifyUrlFault(url: string | undefined): Fault {
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || url.length > 255) return 'notifyUrl must be an absolute URL of at most 255 characters';
  const { protocol, search, hash } = new URL(url);
  return holds(/^https?:$/.test(protocol) && search === '' && hash === '', 'notifyUrl must be http(s) without query and fragment');
}

/** Sends only when no rule is broken; otherwise tells the first fault and sends nothing. */
export function unlessFaulty<T>(faults: readonly Fault[], proceed: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const fault = faults.find((candidate) => candidate !== undefined);
  return fault === undefined ? proceed() : Promise.resolve(notSent(fault));
}
