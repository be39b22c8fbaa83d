import { signerKey } from '../core/key';
import { createSigner } from '../core/note';
import { createLog } from '../writer/log';
import { folderStorage } from '../writer/storage';
import { sqliteLogDatabase } from './sqlite';

/** What a process that will be killed is told. */
export interface KilledWriterPlan {
  readonly file: string;
  readonly folder: string;
  readonly origin: string;
  readonly seed: readonly number[];
  /** Begins every leaf key, so that processes do not meet. */
  readonly run: string;
}

/** Appends and publishes until it is killed; writes a line for every append that was committed. */
export async function writeUntilKilled({ file, folder, origin, seed, run }: KilledWriterPlan): Promise<void> {
  const key = signerKey(origin, 'ed25519', Uint8Array.from(seed));
  const database = sqliteLogDatabase(file);
  const log = createLog({ database, origin, signer: createSigner(key), logKey: key, storage: folderStorage(folder), batchSize: 64 });
  const append = async () => {
    for (let at = 0; at < 100_000; at += 1) {
      const leafKey = `${run}:${at}`;
      await database.transaction((sql) => log.append(sql, [{ leafKey, entry: Buffer.from(leafKey) }]));
      process.stdout.write(`${leafKey}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const publish = async () => {
    for (let at = 0; at < 100_000; at += 1) await log.tick();
  };
  await Promise.all([append(), publish()]);
}
