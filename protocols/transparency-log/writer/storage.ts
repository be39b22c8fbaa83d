import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where the files of a log are published. Paths are relative, as `parseLogPath` knows them. */
export interface LogStorage {
  read(path: string): Promise<Uint8Array | undefined>;
  /** All or nothing, and still there after a power cut when it resolves. Replaces what was there. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file or a folder if it is there. */
  remove(path: string): Promise<void>;
}

/** Files below a folder: temporary file, fsync, rename, fsync of the folder. `beforeRename` is for fault tests. */
export function folderStorage(folder: string, beforeRename: () => void | Promise<void> = () => {}): LogStorage {
  const made = new Set<string>();
  /** Makes a folder, and what is above it, to stay. */
  async function ensureFolder(path: string): Promise<void> {
    if (made.has(path)) return;
    const first = await mkdir(path, { recursive: true });
    if (first !== undefined) {
      for (let above = dirname(path); above.length >= dirname(first).length; above = dirname(above)) await syncFolder(above);
    }
    made.add(path);
  }
  /** Another process may have removed a folder of partial tiles that this one has made. */
  async function create(path: string): Promise<FileHandle> {
    await ensureFolder(dirname(path));
    try {
      return await open(path, 'wx');
    } catch (error) {
      if (!isAbsent(error)) throw error;
      made.clear();
      await ensureFolder(dirname(path));
      return open(path, 'wx');
    }
  }
  return {
    async read(path) {
      try {
        return new Uint8Array(await readFile(join(folder, path)));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    async write(path, bytes) {
      const target = join(folder, path);
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      const file = await create(temporary);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await beforeRename();
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
    async remove(path) {
      const target = join(folder, path);
      for (const path of made) if (path === target || path.startsWith(`${target}/`)) made.delete(path);
      await rm(target, { recursive: true, force: true });
    },
  };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR');
