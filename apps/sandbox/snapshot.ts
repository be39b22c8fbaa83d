import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from './files';
import { emptyState, type SandboxState } from './state';

const WRITE_DELAY_MS = 500;

const replacer = (_key: string, value: unknown): unknown => (value instanceof Map ? { $map: [...value] } : value);
const reviver = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$map' in value && Array.isArray(value.$map) ? new Map(value.$map) : value;

const stateToJson = (state: SandboxState): string => JSON.stringify(state, replacer);
const stateFromJson = (text: string): SandboxState => ({ ...emptyState(), ...(JSON.parse(text, reviver) as SandboxState) });

export function loadState(dataDirectory: string | undefined): SandboxState {
  const path = dataDirectory === undefined ? undefined : join(dataDirectory, 'state.json');
  return path !== undefined && existsSync(path) ? stateFromJson(readFileSync(path, 'utf8')) : emptyState();
}

/** Saves the state some time after it changed: many changes, one write. */
export interface SnapshotWriter {
  touch(): void;
  /** Saves what is not saved yet; nothing is written afterwards. */
  close(): void;
}

export function createSnapshotWriter(dataDirectory: string | undefined, state: () => SandboxState): SnapshotWriter {
  if (dataDirectory === undefined) return { touch: () => undefined, close: () => undefined };
  mkdirSync(dataDirectory, { recursive: true });
  const path = join(dataDirectory, 'state.json');
  let pending: NodeJS.Timeout | undefined;
  let delayMs = WRITE_DELAY_MS;
  let closed = false;
  const flush = () => {
    if (pending === undefined) return;
    clearTimeout(pending);
    pending = undefined;
    const startedAt = performance.now();
    writeFileAtomically(path, stateToJson(state()));
    // A large state is written less often, so that saving never takes more than a tenth of the time.
    delayMs = Math.max(WRITE_DELAY_MS, (performance.now() - startedAt) * 10);
  };
  return {
    touch() {
      if (!closed) pending ??= setTimeout(flush, delayMs).unref();
    },
    close() {
      closed = true;
      flush();
    },
  };
}
