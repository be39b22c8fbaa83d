import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Caller, openCaller, pause, until } from './callers';
import { bundles, type Child, freePort, runChild, startChild } from './children';
import { staffCaller } from './people';

export const DAY_MS = 86_400_000;
/** A template begins this long ago, so that the demonstration's past ends today. */
const PAST_MS = 21 * DAY_MS;

/** One server and one sandbox on free ports with a data folder of their own. */
export interface World {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
  readonly sandbox: Caller;
  /** The server without a session. */
  readonly server: Caller;
  /** The administrator, over HTTP. */
  readonly admin: Caller;
  now(): Promise<number>;
  /** Moves both clocks and waits until everything that became due is done. */
  passTime(byMs: number): Promise<void>;
  /** Waits until every notice was sent and every event was taken. */
  quiet(): Promise<void>;
  /** Stops the server and runs `qianxing check` on its database. */
  check(): Promise<{ readonly code: number | null; readonly output: string }>;
  stop(): Promise<void>;
}

interface Addresses {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
}

async function newAddresses(): Promise<Addresses & { serverPort: number; sandboxPort: number }> {
  const sandboxPort = await freePort();
  const serverPort = await freePort();
  return { serverPort, sandboxPort, serverUrl: `http://127.0.0.1:${serverPort}`, sandboxUrl: `http://127.0.0.1:${sandboxPort}` };
}

function startSandbox(folder: string, addresses: Addresses & { sandboxPort: number }, beginEarlierMs: number): Child {
  return startChild(bundles.sandbox, [], {
    SANDBOX_PORT: String(addresses.sandboxPort),
    SANDBOX_DATA: join(folder, 'sandbox'),
    SANDBOX_CHANNELS_PUSH_URL: `${addresses.serverUrl}/hooks/channels-shop`,
    SANDBOX_BEGIN_EARLIER_MS: String(beginEarlierMs),
  });
}

const serverEnvironment = (folder: string, addresses: Addresses & { serverPort: number }) => ({
  QIANXING_HTTP_PORT: String(addresses.serverPort),
  QIANXING_OUTSIDE_SANDBOX_URL: addresses.sandboxUrl,
  QIANXING_CREDENTIALS_FILE: join(folder, 'sandbox', 'credentials.json'),
  QIANXING_CLOCK_URL: addresses.sandboxUrl,
  QIANXING_DATA_DIRECTORY: folder,
  QIANXING_LOG_LEVEL: 'warn',
});

async function untilAnswers(url: string, child: Child, withinMs: number): Promise<void> {
  await until(
    url,
    async () => {
      if (child.process.exitCode !== null) throw new Error(`ended before it answered ${url}:\n${child.output()}`);
      const answer = await fetch(url).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    },
    withinMs,
    100,
  );
}

/** The demonstration's data, made by the first file of a run that asks; a world with demo data starts from a copy. Answers the folder. */
export async function demoData(): Promise<string> {
  const folder = join(inject('templates'), 'demo');
  if (existsSync(folder)) return folder;
  const growing = join(inject('templates'), 'growing');
  await mkdir(growing);
  const addresses = await newAddresses();
  const sandbox = startSandbox(growing, addresses, PAST_MS);
  const children = [sandbox];
  try {
    await untilAnswers(`${addresses.sandboxUrl}/clock`, sandbox, 30_000);
    const server = startChild(bundles.server, ['start', '--demo'], serverEnvironment(growing, addresses));
    children.unshift(server);
    await untilAnswers(`${addresses.serverUrl}/readyz`, server, 150_000);
  } finally {
    for (const child of children) await child.stop();
  }
  await rename(growing, folder);
  return folder;
}

export interface WorldOptions {
  /** Folder of `demoData()`; without one the shop has accounts, merchants and warehouses and nothing to sell. */
  readonly template?: string;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'qianxing-e2e-'));
  if (options.template !== undefined) await cp(options.template, folder, { recursive: true });
  const addresses = await newAddresses();
  const environment = serverEnvironment(folder, addresses);
  const children: Child[] = [];
  const start = async (child: Child, path: string) => {
    children.unshift(child);
    await untilAnswers(path, child, 60_000);
    return child;
  };
  const stop = async () => {
    for (const child of children) await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start(startSandbox(folder, addresses, 0), `${addresses.sandboxUrl}/clock`);
    const sandbox = openCaller(addresses.sandboxUrl);
    if (options.template === undefined) await openEmptyShop(environment);
    // A one-time code counts once, and the demonstration's staff may have used the one of this half minute.
    else await sandbox.send('POST', '/clock/advance', { byMs: 60_000 });
    const server = await start(startChild(bundles.server, ['start'], environment), `${addresses.serverUrl}/readyz`);
    const check = async () => {
      await server.stop();
      return runChild(bundles.server, ['check'], environment);
    };
    return { ...(await peopled(addresses, sandbox)), check, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openEmptyShop(environment: Readonly<Record<string, string>>): Promise<void> {
  const { code, output } = await runChild(bundles.server, ['demo', '--basics'], environment);
  if (code !== 0) throw new Error(output);
}

async function peopled(addresses: Addresses, sandbox: Caller): Promise<Omit<World, 'check' | 'stop'>> {
  const { serverUrl, sandboxUrl } = addresses;
  const admin = await staffCaller({ serverUrl, sandbox }, 'admin');
  const quiet = () => untilQuiet(sandbox, admin);
  return {
    serverUrl,
    sandboxUrl,
    sandbox,
    server: openCaller(serverUrl),
    admin,
    quiet,
    now: async () => (await sandbox.get<{ nowMs: number }>('/clock')).nowMs,
    async passTime(byMs) {
      const { nowMs } = await sandbox.send<{ nowMs: number }>('POST', '/clock/advance', { byMs });
      await until('the server to follow the clock', async () => (Date.parse((await settings(admin)).now) >= nowMs ? true : undefined));
      await quiet();
    },
  };
}

interface Settings {
  readonly now: string;
  readonly events: { readonly unrelayed: number; readonly pending: number; readonly deadLetters: number };
}

const settings = (admin: Caller) => admin.get<Settings>('/staff/v1/settings');

/** Quiet means: nothing was waiting at two looks in a row, with the jobs' shortest turn between them. */
async function untilQuiet(sandbox: Caller, admin: Caller): Promise<void> {
  let calm = 0;
  await until('events to come to rest', async () => {
    await sandbox.send('POST', '/sandbox/settle', {});
    const { events } = await settings(admin);
    calm = events.unrelayed + events.pending === 0 ? calm + 1 : 0;
    if (calm >= 2) return true;
    await pause(150);
    return undefined;
  });
}
