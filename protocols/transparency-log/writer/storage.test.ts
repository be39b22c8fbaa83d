import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStorage } from './storage';

describe('a folder as storage', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'transparency-log-storage-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('replaces whole files and leaves nothing else behind', async () => {
    const storage = folderStorage(join(folder, 'deep/er'));
    expect(await storage.read('checkpoint')).toBeUndefined();
    await storage.write('checkpoint', Uint8Array.of(1, 2, 3));
    await storage.write('checkpoint', Uint8Array.of(4));
    expect(await storage.read('checkpoint')).toEqual(Uint8Array.of(4));
    expect(await storage.read('checkpoint/below')).toBeUndefined();
    expect(readdirSync(join(folder, 'deep/er'))).toEqual(['checkpoint']);
  });

  it('keeps the old file when it dies before the new one is whole', async () => {
    await folderStorage(folder).write('checkpoint', Uint8Array.of(1));
    const dying = folderStorage(folder, () => {
      throw new Error('died');
    });
    await expect(dying.write('checkpoint', Uint8Array.of(2))).rejects.toThrow('died');
    expect(await folderStorage(folder).read('checkpoint')).toEqual(Uint8Array.of(1));
  });

  it('writes into a folder that another process has removed meanwhile', async () => {
    const [one, other] = [folderStorage(folder), folderStorage(folder)];
    await one.write('tile/0/000.p/1', Uint8Array.of(1));
    await other.remove('tile/0/000.p');
    await one.write('tile/0/000.p/2', Uint8Array.of(2));
    expect(await other.read('tile/0/000.p/2')).toEqual(Uint8Array.of(2));
    await other.remove('tile/0/000.p');
    await other.remove('tile/0/000.p');
    expect(await one.read('tile/0/000.p/2')).toBeUndefined();
  });
});
