import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes beside the target, flushes, renames: readers see the old file or the new one, never a half. */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
}
