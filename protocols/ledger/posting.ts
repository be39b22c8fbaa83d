import { createHash } from 'node:crypto';
import { isFen } from '@qianxing/money';
import type { AccountReference, AccountRule, Chart, Posting, PostingDetail, PostingEntry } from './model';

/** Largest single entry, fen: times 10,000 basis points it is still below 2^53. */
export const ENTRY_LIMIT_FEN = 900_000_000_000;
const ENTRIES_LIMIT = 64;
const DETAIL_LIMIT = 8_000;

const OWNER_TYPE = /^[A-Za-z0-9_-]{1,16}$/;
const OWNER_ID = /^[A-Za-z0-9_.-]{1,40}$/;
const KIND = /^[A-Za-z0-9_-]{1,32}$/;
const REFERENCE_TYPE = /^[A-Za-z0-9_-]{1,24}$/;
const REFERENCE_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
const KEY = /^[A-Za-z0-9_.:-]{1,96}$/;
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The account's unique name in the database: `ownerType/ownerId/kind`. */
export const addressOf = ({ ownerType, ownerId, kind }: AccountReference): string => `${ownerType}/${ownerId}/${kind}`;

export function ruleOf(chart: Chart, kind: string): AccountRule | undefined {
  return Object.hasOwn(chart, kind) ? chart[kind] : undefined;
}

/** First fault of a posting's shape in words, or undefined when it may be tried. */
export function faultOf(chart: Chart, posting: Posting): string | undefined {
  if (!KEY.test(posting.key)) return 'key must be 1 to 96 characters A-Z a-z 0-9 _ . : -';
  if (!KIND.test(posting.kind)) return 'kind must be 1 to 32 characters A-Z a-z 0-9 _ -';
  if (!REFERENCE_TYPE.test(posting.reference.type)) return 'reference.type must be 1 to 24 characters A-Z a-z 0-9 _ -';
  if (!REFERENCE_ID.test(posting.reference.id)) return 'reference.id must be 1 to 64 characters A-Z a-z 0-9 _ . : -';
  if (posting.requiresKey !== undefined && !KEY.test(posting.requiresKey)) return 'requiresKey is not a key';
  if (posting.requiresKey === posting.key) return 'a posting cannot require itself';
  if (posting.reversesId !== undefined && !ULID.test(posting.reversesId)) return 'reversesId is not a transaction id';
  if (posting.reversesId !== undefined && posting.requiresKey === undefined) return 'a reversal names the key it reverses in requiresKey';
  if (posting.detail !== undefined && JSON.stringify(posting.detail).length > DETAIL_LIMIT)
    return `detail is longer than ${DETAIL_LIMIT} characters`;
  return faultOfEntries(chart, posting.entries);
}

function faultOfEntries(chart: Chart, entries: readonly PostingEntry[]): string | undefined {
  if (entries.length < 2 || entries.length > ENTRIES_LIMIT) return `a posting has 2 to ${ENTRIES_LIMIT} entries`;
  const seen = new Set<string>();
  let total = 0n;
  for (const { account, amountFen } of entries) {
    if (!OWNER_TYPE.test(account.ownerType) || !OWNER_ID.test(account.ownerId)) return `bad account owner in ${addressOf(account)}`;
    if (ruleOf(chart, account.kind) === undefined) return `the chart has no account kind ${account.kind}`;
    if (!isFen(amountFen) || amountFen === 0 || Math.abs(amountFen) > ENTRY_LIMIT_FEN)
      return `not an amount for an entry: ${String(amountFen)}`;
    const address = addressOf(account);
    if (seen.has(address)) return `account ${address} appears twice`;
    seen.add(address);
    total += BigInt(amountFen);
  }
  return total === 0n ? undefined : `entries sum to ${total}, not to zero`;
}

function sortedDetail(detail: PostingDetail | undefined): unknown {
  if (detail === undefined) return null;
  return Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * SHA-256, hex, over the canonical JSON of everything a posting says. Two requests with one key are the same posting exactly if
 * their hashes are equal; `addresses` are those of the entries in their order. The order of entries does not count, nor does the order of detail fields.
 */
export function requestHash(posting: Posting, addresses: readonly string[]): string {
  const entries = posting.entries.map(({ amountFen }, position) => [addresses[position] ?? '', amountFen] as const);
  const canonical = JSON.stringify([
    posting.key,
    posting.kind,
    posting.reference.type,
    posting.reference.id,
    entries.sort(([a], [b]) => (a < b ? -1 : 1)),
    posting.requiresKey ?? null,
    posting.reversesId ?? null,
    sortedDetail(posting.detail),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
