import { type DestinationStream, pino } from 'pino';
import { maskText, withoutPersonalData } from './personal-data';
import { currentRequestId } from './request-scope';

/** Structured log without personal data: keys and values that look personal are masked before they are written. */
export interface Log {
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly level: LogLevel;
  /** Facts on every line, for example `{ process: 'order-1' }`. */
  readonly base?: Readonly<Record<string, unknown>>;
  /** Where lines go; standard output unless told. */
  readonly destination?: DestinationStream;
}

/** One JSON object per line: `level`, `time` (ISO 8601), `requestId` where known, the facts, `msg`. */
export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level,
      base: options.base ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are flattened by our own masking, pino must not serialise them a second way.
      serializers: {},
    },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );
  const write = (level: 'info' | 'warn' | 'error') => (facts: Readonly<Record<string, unknown>>, message: string) => {
    if (!logger.isLevelEnabled(level)) return;
    const requestId = currentRequestId();
    const clean = withoutPersonalData(facts);
    logger[level](requestId === undefined || 'requestId' in clean ? clean : { requestId, ...clean }, maskText(message));
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** A log that keeps nothing. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
