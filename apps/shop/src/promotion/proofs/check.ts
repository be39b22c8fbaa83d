import {
  type AccountRecord,
  commitmentName,
  followRecords,
  leafHash,
  openRecord,
  type OpenedRecord,
  parseProofFile,
  verifyInclusion,
} from '@qianxing/transparency-log/verify';
import type { Answer, Failure } from '@/api/failure';
import { AlarmError } from './alarm-error';
import { type AskConsistency, type LogAnswer, type WatchedLog, watchLog } from './check-log';
import { type AccountBalances, sumRecords } from './check-records';
import type { Alarm, KeptChain, ProofKeeper } from './keeper';
import { UnreachableError, unwrap } from './unreachable-error';

/** One record as the server shows it. */
export interface RecordAnswer {
  readonly recordId: string;
  readonly recordNumber: number;
  readonly status: 'proven' | 'waiting';
  /** Proof file; null while it waits. */
  readonly proof: string | null;
  readonly commissionId: string | null;
  readonly withdrawalId: string | null;
}

export interface RecordPage {
  readonly items: readonly RecordAnswer[];
  readonly nextCursor: string | null;
  readonly complete: boolean;
  readonly balances: AccountBalances;
}

/** What a check asks the server for. Nothing it answers is believed. */
export interface ProofSource {
  log(): Promise<Answer<LogAnswer>>;
  records(cursor: string | undefined): Promise<Answer<RecordPage>>;
  readonly consistency: AskConsistency;
  /** Waits before something is looked at again. */
  pause(): Promise<void>;
  now(): number;
}

/** A record with what proves it. */
export interface ProvenEntry extends Omit<RecordAnswer, 'proof' | 'status'> {
  readonly record: AccountRecord;
  readonly proof: string;
}

/** What a check has shown. */
export interface ProofReport {
  /** Oldest first. */
  readonly entries: readonly ProvenEntry[];
  /** Records that are not in a published checkpoint yet. */
  readonly waiting: number;
  /** False while movements from before the log are still being recorded. */
  readonly complete: boolean;
  readonly balances: AccountBalances;
  /** Whether the balances of the account page could be compared: not while records wait. */
  readonly balancesCompared: boolean;
  /** Leaves of the log. */
  readonly logSize: number;
  /** Whether the device's own cryptography confirms the log's signatures; false where it has none for them. */
  readonly deviceAgrees: boolean;
  /** When this device verified the log before, UTC ms; null the first time. */
  readonly verifiedBefore: number | null;
  /** Witnesses that cosigned; empty when nobody but the log signed. */
  readonly witnesses: readonly { readonly name: string; readonly at: number }[];
  readonly origin: string;
  readonly verifierKey: string;
}

export type CheckOutcome =
  | { readonly status: 'proven'; readonly report: ProofReport }
  /** No movement of anybody's is published yet. */
  | { readonly status: 'nothingPublished' }
  | { readonly status: 'alarm'; readonly alarm: Alarm }
  | { readonly status: 'unreachable'; readonly failure: Failure };

/** Looks taken before a difference that a moment may explain is an alarm. */
const LOOKS = 4;
const PASSING: ReadonlySet<string> = new Set(['shrunk', 'balanceDiffers']);

/**
 * Verifies all records of one promoter: each in the log, none left out, every fen of every balance, and the log itself against what this
 * device verified before. What fails is kept as an alarm.
 */
export async function checkProofs(source: ProofSource, keeper: ProofKeeper): Promise<CheckOutcome> {
  for (let look = 1; ; look += 1) {
    try {
      return await checkOnce(source, keeper);
    } catch (error) {
      if (error instanceof UnreachableError) return { status: 'unreachable', failure: error.failure };
      if (!(error instanceof AlarmError)) throw error;
      if (PASSING.has(error.kind) && look < LOOKS) {
        await source.pause();
        continue;
      }
      const { kind, detail, shown } = error;
      const alarm: Alarm = { kind, detail, raisedAt: source.now(), evidence: { kept: keeper.log(), shown } };
      keeper.raise(alarm);
      return { status: 'alarm', alarm: keeper.alarm() ?? alarm };
    }
  }
}

async function checkOnce(source: ProofSource, keeper: ProofKeeper): Promise<CheckOutcome> {
  const answer = unwrap(await source.log());
  const kept = keeper.log();
  const { checkpoint } = answer;
  if (checkpoint === null) {
    if (kept !== null) throw new AlarmError('shrunk', 'the log shows nothing any more', '');
    return { status: 'nothingPublished' };
  }
  const log = await watchLog({ ...answer, checkpoint }, kept, source.consistency);
  // The checkpoint in force may be a moment behind; one that stays behind has lost leaves.
  if (log.latest().text !== checkpoint)
    throw new AlarmError('shrunk', `the log had ${log.latest().opened.size} leaves and shows fewer`, checkpoint);
  const { entries, opened, last } = await readRecords(source, log);
  const chain = keptChain(opened, keeper.chain());
  const sums = sumRecords(opened);
  if (!sums.ok) throw new AlarmError('badSum', sums.complaint, entries[entries.length - 1]?.proof ?? '');
  const waiting = last.waiting;
  const balancesCompared = waiting === 0 && last.complete;
  if (balancesCompared && !sameBalances(sums.balances, last.balances))
    throw new AlarmError('balanceDiffers', `${JSON.stringify(last.balances)} is shown, ${JSON.stringify(sums.balances)} is proven`, '');

  const { origin, verifierKey } = answer;
  const latest = log.latest();
  keeper.keepLog({ origin, verifierKey, checkpoint: latest.text, verifiedAt: source.now() });
  keeper.keepChain(chain);
  const witnesses = latest.opened.witnesses.map(({ name, timeSeconds }) => ({ name, at: Number(timeSeconds) * 1000 }));
  const logSize = Number(latest.opened.size);
  const deviceAgrees = log.deviceAgrees();
  const verifiedBefore = kept?.verifiedAt ?? null;
  const { complete } = last;
  const { balances } = sums;
  return {
    status: 'proven',
    report: {
      entries,
      waiting,
      complete,
      balances,
      balancesCompared,
      logSize,
      deviceAgrees,
      verifiedBefore,
      witnesses,
      origin,
      verifierKey,
    },
  };
}

interface ReadRecords {
  readonly entries: readonly ProvenEntry[];
  readonly opened: readonly OpenedRecord[];
  readonly last: { readonly waiting: number; readonly complete: boolean; readonly balances: AccountBalances };
}

async function readRecords(source: ProofSource, log: WatchedLog): Promise<ReadRecords> {
  const entries: ProvenEntry[] = [];
  const opened: OpenedRecord[] = [];
  let waiting = 0;
  let before: bigint | undefined;
  let cursor: string | undefined;
  for (;;) {
    const page = unwrap(await source.records(cursor));
    for (const { proof, status: _status, ...facts } of page.items) {
      if (proof === null) {
        waiting += 1;
        continue;
      }
      if (waiting > 0) throw new AlarmError('badRecord', `record ${facts.recordNumber} is in the log before the one it follows`, proof);
      const proven = await proveRecord(log, proof);
      if (before !== undefined && proven.index <= before)
        throw new AlarmError('badRecord', `record ${facts.recordNumber} stands before the one it follows`, proof);
      if (proven.opened.record.id !== facts.recordId || proven.opened.record.n !== facts.recordNumber)
        throw new AlarmError('badRecord', `${facts.recordId} is shown with the proof of another record`, proof);
      before = proven.index;
      opened.push(proven.opened);
      entries.push({ ...facts, proof, record: proven.opened.record });
    }
    if (page.nextCursor === null) return { entries, opened, last: { waiting, complete: page.complete, balances: page.balances } };
    cursor = page.nextCursor;
  }
}

/** Record → commitment → leaf → root → signed checkpoint that is consistent with all others. */
async function proveRecord(log: WatchedLog, proof: string): Promise<{ readonly opened: OpenedRecord; readonly index: bigint }> {
  const file = parseProofFile(proof);
  if (!file.ok) throw new AlarmError('badRecord', file.fault.message, proof);
  const { extra, index, hashes, checkpoint } = file.value;
  const opened = extra === undefined ? undefined : openRecord(extra);
  if (opened === undefined || !opened.ok) throw new AlarmError('badRecord', opened?.fault.message ?? 'the proof carries no record', proof);
  const { size, root } = await log.meet(checkpoint);
  if (!verifyInclusion(index, size, leafHash(opened.value.commitment), hashes, root))
    throw new AlarmError('badRecord', 'the proof does not lead from the record to the root', proof);
  return { opened: opened.value, index };
}

/** The chain without a gap, beginning with what this device has seen of it before. */
function keptChain(opened: readonly OpenedRecord[], kept: KeptChain | null): KeptChain {
  const chain = followRecords(opened);
  if (!chain.ok) throw new AlarmError('badRecord', chain.fault.message, '');
  if (kept !== null && kept.count > 0) {
    const then = opened[kept.count - 1];
    if (then === undefined) throw new AlarmError('shrunk', `${kept.count} records were shown before and ${opened.length} are now`, '');
    if (commitmentName(then.commitment) !== kept.last)
      throw new AlarmError('badRecord', `record ${kept.count} is another one than was shown before`, '');
  }
  return { count: chain.value.count, last: chain.value.last };
}

const sameBalances = (one: AccountBalances, other: AccountBalances): boolean =>
  one.pendingFen === other.pendingFen && one.availableFen === other.availableFen && one.reservedFen === other.reservedFen;
