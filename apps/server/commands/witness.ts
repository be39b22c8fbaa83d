import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Migration, migrate, openSqlite } from '@qianxing/database';
import {
  createSigner,
  createWitness,
  formatVerifierKey,
  parseVerifierKey,
  type WatchedLog,
  witnessListener,
  witnessMigrations,
  witnessStore,
} from '@qianxing/transparency-log';
import { logDatabase } from './log-database';
import { makeKeyFile, readKeyFile } from './log-key';

type Say = (text: string) => void;

const DONE = 0;
const USAGE = 2;
const DEFAULT_LISTEN = '127.0.0.1:8710';

const WITNESS_HELP = `qianxing witness — 透明日志的见证人  a witness for transparency logs (c2sp.org/tlog-witness)

  qianxing witness key NAME --out FILE      生成见证密钥，显示公钥  make a witness key, show the public key
  qianxing witness --key FILE --data DIR --log VKEY [--log VKEY] [--listen ${DEFAULT_LISTEN}]
      只为延续已见历史的检查点副署；请在另一台机器、另一块磁盘上运行
      cosigns only what continues the history it saw; run it on another machine with another disk
  --log VKEY 或 or ORIGIN=VKEY              所见证日志的公钥  verifier key of a log to watch
`;

/** `qianxing witness …`: a process of its own with key and database of its own; needs no configuration. */
export async function runWitnessCommand(args: readonly string[], say: Say, complain: Say): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      key: { type: 'string' },
      data: { type: 'string' },
      log: { type: 'string', multiple: true },
      listen: { type: 'string', default: DEFAULT_LISTEN },
      out: { type: 'string' },
    },
  });
  const [action, name] = positionals;
  if (action === 'key' && name !== undefined && values.out !== undefined)
    return makeKeyFile(name, 'cosignature', values.out, say, complain);
  const logs = (values.log ?? []).map(watchedLog);
  const [host, port] = splitAddress(values.listen);
  const isComplete = action === undefined && values.key !== undefined && values.data !== undefined && logs.length > 0 && port !== undefined;
  if (values.help || !isComplete || values.key === undefined || values.data === undefined || !logs.every((log) => log !== undefined)) {
    (values.help ? say : complain)(WITNESS_HELP);
    return values.help ? DONE : USAGE;
  }
  const key = await readKeyFile(values.key, 'cosignature');
  await mkdir(values.data, { recursive: true });
  const database = openSqlite({ file: join(values.data, 'witness.db') });
  await migrate(database, migrations);
  const watched = logs.filter((log) => log !== undefined);
  const witness = createWitness({ signer: createSigner(key), logs: watched, store: witnessStore(logDatabase(database)) });
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 }, witnessListener(witness));
  const address = await listen(server, host, port);
  say(`${formatVerifierKey(key)}\nwitness listens on http://${address.address}:${address.port}\n`);
  process.send?.('ready');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  await database.close();
  return DONE;
}

const migrations: Migration[] = witnessMigrations('sqlite').map(({ id, statements }) => ({
  id,
  up: async ({ execute }) => {
    for (const statement of statements) await execute(statement);
  },
}));

/** `VKEY`, or `ORIGIN=VKEY` where the key is not called like the log. */
function watchedLog(text: string): WatchedLog | undefined {
  const whole = parseVerifierKey(text);
  if (whole.ok) return whole.value.algorithm === 'ed25519' ? { origin: whole.value.name, key: whole.value } : undefined;
  const [origin, ...rest] = text.split('=');
  const key = parseVerifierKey(rest.join('='));
  return key.ok && key.value.algorithm === 'ed25519' && origin ? { origin, key: key.value } : undefined;
}

function splitAddress(address: string): [string, number | undefined] {
  const split = address.lastIndexOf(':');
  const port = Number(address.slice(split + 1));
  return [address.slice(0, Math.max(split, 0)) || '127.0.0.1', Number.isInteger(port) && port >= 0 && port < 65_536 ? port : undefined];
}

const listen = (server: Server, host: string, port: number | undefined) =>
  new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
      else reject(new Error('the witness has no address'));
    });
  });
