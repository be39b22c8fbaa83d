import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The built programs; `npm test -- --only faults` builds what is stale. */
const SERVER = fileURLToPath(new URL('../../apps/server/dist/qianxing.js', import.meta.url));
const SANDBOX = fileURLToPath(new URL('../../apps/sandbox/dist/sandbox.js', import.meta.url));

/** A program that runs. */
export interface Running {
  readonly process: ChildProcess;
  /** What it wrote so far. */
  output(): string;
  /** Ends with the process: the signal that killed it, or null when it left by itself. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

type Settings = Readonly<Record<string, string>>;

/** Starts a program of ours with the given settings only, none of the caller's. */
function run(file: string, args: readonly string[], settings: Settings, onOutput: (text: string) => void = () => {}): Running {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (part: string) => {
      text += part;
      onOutput(text);
    });
  }
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    // `close` comes when the output has been read to its end.
    child.once('close', (_code, signal) => {
      children.delete(child);
      resolve(signal);
    });
  });
  return { process: child, output: () => text, ended };
}

/** Answers when the program has written a line that matches. @throws Error with its output when it ends before */
function launch(file: string, args: readonly string[], settings: Settings, ready: RegExp): Promise<Running> {
  return new Promise((resolve, reject) => {
    const running = run(file, args, settings, (text) => {
      if (ready.test(text)) resolve(running);
    });
    running.ended.then(() => reject(new Error(`${file} ended before it was ready:\n${running.output().slice(-4_000)}`)));
  });
}

/** Runs `qianxing` with these arguments to its end. */
export async function serverCommand(args: readonly string[], settings: Settings): Promise<{ code: number | null; output: string }> {
  const { process: child, output, ended } = run(SERVER, args, settings);
  await ended;
  return { code: child.exitCode, output: output() };
}

export const launchServer = (settings: Settings): Promise<Running> => launch(SERVER, ['start'], settings, /qianxing listens on/);

export async function launchSandbox(settings: Settings): Promise<Running & { readonly url: string }> {
  const running = await launch(SANDBOX, [], { ...settings, SANDBOX_PORT: '0' }, /sandbox ready: \S+\n/);
  const url = /sandbox ready: (\S+)/.exec(running.output())?.[1];
  if (url === undefined) throw new Error('the sandbox gave no address');
  return { ...running, url };
}

/** Asks a process to leave and waits until it has. */
export async function leave({ process: child, ended }: Running): Promise<void> {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(hard);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
