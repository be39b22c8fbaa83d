import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromUtf8, isWellFormed, toBase64, toHex, utf8 } from './bytes';
import { accepted, type Checked, refused } from './outcome';

/**
 * One movement of a promoter's account, as committed to in the log. Amounts are integer fen, instants UTC milliseconds. Besides these
 * fields a record may carry any further texts and safe integers that explain it: base, rate, level, a pseudonym of the order line.
 */
export interface AccountRecord {
  /** Version of the format. */
  readonly v: 1;
  readonly kind: string;
  /** Natural key of the movement, unique for ever. */
  readonly id: string;
  /** Running number of this promoter's records, from 1. */
  readonly n: number;
  /** Commitment of record n − 1 in base64, empty for the first: what is left out or replaced breaks the chain. */
  readonly prev: string;
  /** Random pseudonym of the promoter, 32 hexadecimal digits. */
  readonly promoter: string;
  /** Change of the balance, fen. */
  readonly amount: number;
  /** Balance after it, fen. */
  readonly after: number;
  readonly at: number;
  readonly [further: string]: string | number;
}

/** Length of keys and salts, in bytes. */
const KEY_BYTES = 32;
const ENTRY_VERSION = 0x01;
const COMMITMENT_CONTEXT = 'commission/v1\0';
const PSEUDONYM_CONTEXT = 'pseudonym\0';
const PSEUDONYM_BYTES = 16;

/**
 * Writes a record as JSON of RFC 8785 (keys sorted, no blanks), of which texts, safe integers and ASCII keys are the whole range here.
 *
 * @throws RangeError for any other value.
 */
export function encodeRecord(record: AccountRecord): string {
  const members = Object.keys(record)
    .sort()
    .map((key) => {
      const value = record[key];
      const isPlain = typeof value === 'string' ? isWellFormed(value) : Number.isSafeInteger(value) && !Object.is(value, -0);
      if (!isPlain || !/^[a-zA-Z][a-zA-Z0-9]*$/.test(key)) throw new RangeError(`a record cannot hold ${key}`);
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    });
  return `{${members.join(',')}}`;
}

/** Reads a record; what would not be written the same way again is refused. */
export function parseRecord(text: string): Checked<AccountRecord> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && encodeRecord(value) === text ? accepted(value) : refused('badRecord', 'not a record in canonical form');
  } catch {
    return refused('badRecord', 'not a record');
  }
}

function isRecord(value: unknown): value is AccountRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { v, kind, id, n, prev, promoter, amount, after, at } = value as Partial<Record<keyof AccountRecord, unknown>>;
  const texts = [kind, id, prev, promoter].every((field) => typeof field === 'string');
  const integers = [n, amount, after, at].every((field) => Number.isSafeInteger(field));
  return v === 1 && texts && integers && Number(n) >= 1;
}

/** `HMAC-SHA-256(promoter's key, record id)`: 32 bytes that are gone when the key is. */
export const recordSalt = (promoterKey: Uint8Array, recordId: string): Uint8Array => hmac(sha256, promoterKey, utf8(recordId));

/** A name for something of the promoter's (an order line) that says nothing without his key: 32 hexadecimal digits. */
export const pseudonymFor = (promoterKey: Uint8Array, name: string): string =>
  toHex(hmac(sha256, promoterKey, utf8(PSEUDONYM_CONTEXT + name)).subarray(0, PSEUDONYM_BYTES));

/**
 * The log's entry for a record: `0x01 ‖ HMAC-SHA-256(salt, "commission/v1\0" ‖ record)`. Without the salt it is 32 random bytes; a hash
 * without key would let anybody try all amounts.
 */
export const commitTo = (salt: Uint8Array, recordText: string): Uint8Array =>
  concatBytes(Uint8Array.of(ENTRY_VERSION), hmac(sha256, salt, utf8(COMMITMENT_CONTEXT + recordText)));

/** How `prev` names a commitment. */
export const commitmentName = (commitment: Uint8Array): string => toBase64(commitment.subarray(1));

/** What a proof file carries as `extra`: salt, then the record. */
export const openingOf = (salt: Uint8Array, recordText: string): Uint8Array => concatBytes(salt, utf8(recordText));

export interface OpenedRecord {
  readonly record: AccountRecord;
  /** The 33 bytes that stand in the log. */
  readonly commitment: Uint8Array;
}

/** Opens what `openingOf` wrote. */
export function openRecord(extra: Uint8Array): Checked<OpenedRecord> {
  const text = extra.length > KEY_BYTES ? fromUtf8(extra.subarray(KEY_BYTES)) : undefined;
  if (text === undefined) return refused('badRecord', 'the proof does not carry salt and record');
  const record = parseRecord(text);
  return record.ok ? accepted({ record: record.value, commitment: commitTo(extra.subarray(0, KEY_BYTES), text) }) : record;
}

/** What a whole chain of records comes to. */
export interface RecordChain {
  readonly promoter: string | undefined;
  readonly count: number;
  /** Σ amount, fen. */
  readonly balanceFen: number;
  /** Name of the last commitment, which the next record must carry as `prev`. */
  readonly last: string;
}

const EMPTY_CHAIN: RecordChain = { promoter: undefined, count: 0, balanceFen: 0, last: '' };

/**
 * Follows records 1, 2, 3, … of one promoter: no number left out, each names the commitment before it, each balance is the one before
 * plus the amount, none has the id of another.
 */
export function followRecords(records: readonly OpenedRecord[]): Checked<RecordChain> {
  const ids = new Set<string>();
  let chain = EMPTY_CHAIN;
  for (const { record, commitment } of records) {
    const complaint = complaintAbout(chain, record) ?? (ids.has(record.id) ? 'has the id of an earlier record' : undefined);
    if (complaint !== undefined) return refused('badRecord', `record ${record.n} (${record.id}) ${complaint}`);
    ids.add(record.id);
    chain = { promoter: record.promoter, count: record.n, balanceFen: record.after, last: commitmentName(commitment) };
  }
  return accepted(chain);
}

function complaintAbout(chain: RecordChain, record: AccountRecord): string | undefined {
  if (record.n !== chain.count + 1) return `does not follow number ${chain.count}`;
  if (record.prev !== chain.last) return 'does not name the record before it';
  if (chain.promoter !== undefined && record.promoter !== chain.promoter) return 'belongs to somebody else';
  if (record.after !== chain.balanceFen + record.amount) return 'has a balance that does not follow from its amount';
  return undefined;
}
