import type { VerifierKey } from '../core/key';
import type { Signer } from '../core/note';
import type { WitnessPolicy } from '../core/policy';
import type { SendToWitness } from '../witness/client';
import type { LogDatabase } from './sql';
import type { LogStorage } from './storage';

/** Places where a fault test lets the process die or a competitor act. */
export type LogStep =
  | 'sequence.afterRead'
  | 'sequence.beforeHead'
  | 'sequence.afterHead'
  | 'publish.afterTiles'
  | 'publish.afterCosignatures'
  | 'publish.afterPublication'
  | 'publish.afterCheckpoint'
  | 'storage.beforeRename';

export interface LogOptions {
  readonly database: LogDatabase;
  /** Name of the log: its URL without schema and trailing slash. */
  readonly origin: string;
  /** The log's own signature comes first; further signers may follow. Must not wait for a network. */
  readonly signer: Signer;
  /** The key that belongs to the signer: what we published is verified with it. */
  readonly logKey: VerifierKey;
  /** Where tiles and checkpoint are published. */
  readonly storage: LogStorage;
  /** Whose cosignatures a checkpoint needs before it is published. None when absent. */
  readonly policy?: WitnessPolicy;
  /** How witnesses are reached; `fetch` when absent. */
  readonly sendToWitness?: SendToWitness;
  /** How long one witness may take, ms; default 2,000. */
  readonly witnessTimeoutMs?: number;
  /** UTC ms; the system clock unless told. */
  readonly now?: () => number;
  /** Entries that one transaction takes into the tree; default 2,000. */
  readonly batchSize?: number;
  readonly step?: (name: LogStep) => void | Promise<void>;
}

/** For race tests only: what keeps two sequencers, or two writers of one promoter's records, apart. */
export interface LogGuards {
  readonly lockHead: boolean;
  readonly compareHead: boolean;
  readonly countRows: boolean;
  readonly lockPromoters: boolean;
}

export interface LogContext extends Required<Omit<LogOptions, 'policy' | 'sendToWitness'>> {
  readonly policy: WitnessPolicy | undefined;
  readonly sendToWitness: SendToWitness;
  readonly guards: LogGuards;
  /** What this process knows; nothing that could not be found out again. */
  readonly memory: {
    /** Largest size that this process saw in the head; a smaller head later is a restored backup. */
    highestSize: bigint;
    /** Whether the start-up guard has let us sign. */
    isOpen: boolean;
    /** What each witness last said it has. */
    readonly witnessSizes: Map<string, bigint>;
    /** Witnesses that did not answer: how often in a row, and when they are asked again, UTC ms. */
    readonly silentWitnesses: Map<string, { readonly times: number; readonly askAgainAt: number }>;
    /** How far this process has written tiles, which may be ahead of what is published. */
    writtenSize: bigint;
    /** The publication this process last found in order; while nothing changes it is not verified again. */
    inOrder: { readonly headSize: bigint; readonly checkpoint: string } | undefined;
  };
}
