import type { KeyValueStorage } from '@/platform/storage';

/** The log as this device knows it: what it was told first and the largest checkpoint it has verified since. */
export interface KeptLog {
  readonly origin: string;
  readonly verifierKey: string;
  /** Signed note. */
  readonly checkpoint: string;
  /** UTC ms. */
  readonly verifiedAt: number;
}

/** How far a promoter's own records were verified. */
export interface KeptChain {
  readonly count: number;
  /** Name of the last commitment. */
  readonly last: string;
}

/** Something that honest software never shows. Kept with its evidence until a person puts it away. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** What exactly, in English, for whoever looks into it. */
  readonly detail: string;
  /** UTC ms. */
  readonly raisedAt: number;
  readonly evidence: AlarmEvidence;
}

export type AlarmKind =
  /** Name or key of the log changed. */
  | 'keyChanged'
  /** A checkpoint that the log's key did not sign. */
  | 'badCheckpoint'
  /** Two checkpoints that cannot belong to one log. */
  | 'inconsistent'
  /** The log lost leaves, or the promoter records. */
  | 'shrunk'
  /** A record that is not in the log, or is another one than was shown before. */
  | 'badRecord'
  /** Records that do not compute. */
  | 'badSum'
  /** The account page shows something else than the records. */
  | 'balanceDiffers';

export interface AlarmEvidence {
  /** What this device had verified before. */
  readonly kept: KeptLog | null;
  /** What was shown now: checkpoint or proof file. */
  readonly shown: string;
}

/** What the check of proofs remembers on this device. */
export interface ProofKeeper {
  log(): KeptLog | null;
  keepLog(log: KeptLog): void;
  chain(): KeptChain | null;
  keepChain(chain: KeptChain): void;
  alarm(): Alarm | null;
  raise(alarm: Alarm): void;
  /** Forgets alarm, log and chain: the next check is the first one. */
  startAnew(): void;
}

/** @param memberId whose records are checked; the log is the same for everybody on this device */
export function createKeeper(storage: KeyValueStorage, memberId: string): ProofKeeper {
  const chainKey = `proofs.chain.${memberId}`;
  const alarmKey = `proofs.alarm.${memberId}`;
  return {
    log: () => storage.read<KeptLog>('proofs.log'),
    keepLog: (log) => storage.write('proofs.log', log),
    chain: () => storage.read<KeptChain>(chainKey),
    keepChain: (chain) => storage.write(chainKey, chain),
    alarm: () => storage.read<Alarm>(alarmKey),
    // The first alarm stays: what follows from it is no news.
    raise: (alarm) => {
      if (storage.read<Alarm>(alarmKey) === null) storage.write(alarmKey, alarm);
    },
    startAnew: () => {
      for (const key of ['proofs.log', chainKey, alarmKey]) storage.remove(key);
    },
  };
}
