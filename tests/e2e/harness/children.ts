import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the whole project. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

export const bundles = {
  sandbox: join(root, 'apps/sandbox/dist/sandbox.js'),
  server: join(root, 'apps/server/dist/qianxing.js'),
};

export interface Child {
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Asks it to end and waits; after ten seconds it is ended by force. Answers the exit code. */
  stop(): Promise<number | null>;
}

/** No child outlives the test process, even when a test is broken off. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export function startChild(script: string, args: readonly string[], environment: Readonly<Record<string, string>>): Child {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(QIANXING|SANDBOX|VITEST)_/.test(name)));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  child.once('close', () => alive.delete(child));
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    process: child,
    output: () => Buffer.concat(chunks).toString('utf8'),
    async stop() {
      child.kill('SIGTERM');
      const byForce = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await ended;
      clearTimeout(byForce);
      return code;
    },
  };
}

/** Runs a program to its end. */
export async function runChild(script: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = startChild(script, args, environment);
  const code = await new Promise<number | null>((resolve) => child.process.once('close', (exitCode) => resolve(exitCode)));
  return { code, output: child.output() };
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
