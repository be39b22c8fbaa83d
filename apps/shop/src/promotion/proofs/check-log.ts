import {
  fromBase64,
  type OpenedCheckpoint,
  openCheckpoint,
  parsePolicy,
  parseVerifierKey,
  type Trust,
  verifyAdvance,
} from '@qianxing/transparency-log/verify';
import type { Answer } from '@/api/failure';
import { AlarmError } from './alarm-error';
import type { KeptLog } from './keeper';
import { type SecondOpinion, secondOpinion } from './second-opinion';
import { unwrap } from './unreachable-error';

/** What the server says about the log. */
export interface LogAnswer {
  readonly origin: string;
  readonly verifierKey: string;
  readonly policy: string | null;
  readonly checkpoint: string | null;
}

export type AskConsistency = (from: number, to: number) => Promise<Answer<{ readonly hashes: readonly string[] }>>;

/** A log whose checkpoints are compared with the largest one verified so far. */
export interface WatchedLog {
  readonly trust: Trust;
  /** Whether the device's own cryptography agreed to every signature of the log. */
  deviceAgrees(): boolean;
  /** The largest checkpoint verified. */
  latest(): { readonly opened: OpenedCheckpoint; readonly text: string };
  /** Verifies one more checkpoint of it: signed by the log, and consistent with the largest. @throws AlarmError, UnreachableError */
  meet(text: string): Promise<OpenedCheckpoint>;
}

/**
 * Opens the log that the server names, or the one this device knows: then neither name nor key may have changed, and the tree must begin
 * with the one that was verified before.
 *
 * @throws AlarmError, UnreachableError
 */
export async function watchLog(
  answer: LogAnswer & { readonly checkpoint: string },
  kept: KeptLog | null,
  ask: AskConsistency,
): Promise<WatchedLog> {
  if (kept !== null && (kept.origin !== answer.origin || kept.verifierKey !== answer.verifierKey))
    throw new AlarmError('keyChanged', `was ${kept.verifierKey}, is ${answer.verifierKey}`, answer.checkpoint);
  const trust = trustIn(answer);
  const first = kept === null ? answer.checkpoint : kept.checkpoint;
  // What was kept need not satisfy a policy that came later.
  const opened = openCheckpoint(first, kept === null ? trust : { origin: trust.origin, logKey: trust.logKey });
  if (!opened.ok) throw new AlarmError('badCheckpoint', opened.fault.message, first);
  let latest = { opened: opened.value, text: first };
  const known = new Map<string, OpenedCheckpoint>();
  const opinions = new Set<SecondOpinion>();

  const meet = async (text: string): Promise<OpenedCheckpoint> => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const next = openCheckpoint(text, trust);
    if (!next.ok) throw new AlarmError('badCheckpoint', next.fault.message, text);
    const opinion = await secondOpinion(next.value, trust.logKey);
    if (opinion === 'denied') throw new AlarmError('badCheckpoint', 'this device does not confirm the signature of the log', text);
    opinions.add(opinion);
    // Another process may show a checkpoint that is a moment older: then it is the one that must be the beginning.
    const isOlder = next.value.size < latest.opened.size;
    const [from, to] = isOlder ? [next.value, latest.opened] : [latest.opened, next.value];
    const verified = verifyAdvance(from, to, await proofBetween(ask, from, to));
    if (!verified.ok) throw new AlarmError('inconsistent', verified.fault.message, text);
    known.set(text, next.value);
    if (!isOlder) latest = { opened: next.value, text };
    return next.value;
  };
  await meet(answer.checkpoint);
  return { trust, deviceAgrees: () => !opinions.has('absent'), latest: () => latest, meet };
}

function trustIn({ origin, verifierKey, policy: policyText, checkpoint }: LogAnswer): Trust {
  const logKey = parseVerifierKey(verifierKey);
  if (!logKey.ok) throw new AlarmError('keyChanged', logKey.fault.message, checkpoint ?? '');
  const policy = policyText === null ? undefined : parsePolicy(policyText);
  if (policy !== undefined && !policy.ok) throw new AlarmError('badCheckpoint', policy.fault.message, policyText ?? '');
  return { origin, logKey: logKey.value, ...(policy === undefined ? {} : { policy: policy.value }) };
}

async function proofBetween(ask: AskConsistency, from: OpenedCheckpoint, to: OpenedCheckpoint): Promise<Uint8Array[]> {
  if (from.size === to.size || Number(from.size) === 0) return [];
  const { hashes } = unwrap(await ask(Number(from.size), Number(to.size)));
  return hashes.map((hash) => fromBase64(hash) ?? new Uint8Array(0));
}
