// Child processes: every child leads its own process group, is known by its pid and is ended by it.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** @type {Map<number, import('node:child_process').ChildProcess>} */
const alive = new Map();

/** What npm tells its scripts about the root package would mislead an npm that is started in another folder. */
function environment(extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle)_|^npm_command$|^npm_config_(local_prefix|workspaces?)$/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

/** The npm that started this script, so that both are of one version; the one on the PATH otherwise. */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && basename(cli) === 'npm-cli.js') return [process.execPath, [cli, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/**
 * Starts a child that goes on running.
 * @param {{ cwd?: string, env?: Record<string, string>, stdio?: import('node:child_process').StdioOptions }} options
 */
export function launch(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: options.stdio ?? ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    shell: command.endsWith('.cmd'),
  });
  if (child.pid !== undefined) {
    const pid = child.pid;
    alive.set(pid, child);
    child.once('exit', () => alive.delete(pid));
  }
  return child;
}

/**
 * Runs a child to its end and keeps what it printed.
 * @param {{ cwd?: string, env?: Record<string, string>, echo?: boolean }} options `echo` shows the output while it appears.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = launch(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    const keep = (chunk) => {
      chunks.push(chunk);
      if (options.echo) process.stdout.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') + (signal ? `\nended by ${signal}` : '') }),
    );
  });
}

function signal(pid, name) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch {
    alive.delete(pid); // it has gone already
  }
}

/** Asks every child to end, and ends by force those that have not after `graceMs`. */
export async function endChildren(graceMs = 10_000) {
  const waiting = [...alive.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const pid of alive.keys()) signal(pid, 'SIGTERM');
  const timer = setTimeout(() => {
    for (const pid of alive.keys()) signal(pid, 'SIGKILL');
  }, graceMs);
  await Promise.all(waiting);
  clearTimeout(timer);
}

/** On Ctrl-C, a closed terminal or a polite kill: first `before`, then all children, then this process with `exitCode`. */
export function endChildrenOnSignals(before, exitCode) {
  let ending = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, async () => {
      if (ending) return;
      ending = true;
      await before();
      await endChildren();
      process.exit(exitCode);
    });
  }
  process.on('exit', () => {
    for (const pid of alive.keys()) signal(pid, 'SIGKILL');
  });
}
