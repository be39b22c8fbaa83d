import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { endChildren, launch, run } from './processes.mjs';
import { runInOrder } from './progress.mjs';
import { root } from './stamps.mjs';

const script = (text) => ['--input-type=module', '--eval', text];
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('children', () => {
  it('given a child with a child of its own, when children are ended, then both are gone', async () => {
    const inner =
      "import { spawn } from 'node:child_process'; const c = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); console.log(c.pid); setInterval(() => {}, 1000);";
    const child = launch(process.execPath, script(inner), { stdio: ['ignore', 'pipe', 'inherit'] });
    const lastHolderGone = new Promise((resolve) => child.stdout.once('close', resolve));
    const grandchildPid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
    expect([isAlive(child.pid), isAlive(grandchildPid)]).toEqual([true, true]);
    await endChildren();
    await lastHolderGone;
    expect(isAlive(child.pid)).toBe(false);
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('given a child that ignores polite signals, when children are ended, then it is ended by force', async () => {
    const stubborn = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);";
    const child = launch(process.execPath, script(stubborn), { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await endChildren(1);
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('given a program that does not exist, when it is run, then the answer says so and nothing is thrown', async () => {
    const { code, output } = await run('no-such-program', []);
    expect(code).not.toBe(0);
    expect(output).toContain('no-such-program');
  });

  it('keeps what npm says about the root package from a child', async () => {
    process.env.npm_package_name = 'qianxing';
    const { output } = await run(process.execPath, script('console.log(String(process.env.npm_package_name))'));
    delete process.env.npm_package_name;
    expect(output.trim()).toBe('undefined');
  });
});

describe('tasks in order', () => {
  const task = (name, log, after, good = true) => ({
    name,
    after,
    work: async () => {
      log.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      return good;
    },
  });

  it('given tasks that wait for others, when they run, then none starts early and no more than the width run at once', async () => {
    const log = [];
    const done = await runInOrder([task('c', log, ['a', 'b']), task('a', log), task('b', log), task('d', log)], 2);
    expect([...done].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(log.indexOf('c starts')).toBeGreaterThan(Math.max(log.indexOf('a ends'), log.indexOf('b ends')));
    let active = 0;
    for (const line of log) {
      active += line.endsWith('starts') ? 1 : -1;
      expect(active).toBeLessThanOrEqual(2);
    }
  });

  it('given a task that fails, when others wait for it, then they do not start and the rest goes on', async () => {
    const log = [];
    const done = await runInOrder([task('a', log, [], false), task('b', log, ['a']), task('c', log, ['b']), task('d', log)]);
    expect([...done]).toEqual(['d']);
    expect(log).not.toContain('b starts');
    expect(log).not.toContain('c starts');
  });
});

describe('npm start', () => {
  const start = (...args) => run(process.execPath, ['scripts/start.mjs', ...args], { cwd: root });

  it('given a busy port, when started, then it names the port and the remedy in both languages and builds nothing', async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const { code, output } = await start('--port', String(port));
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(1);
    expect(output).toContain(`端口 ${port} 已被占用`);
    expect(output).toContain(`Port ${port} is in use`);
    expect(output).toContain(`npm start -- --port ${port + 1}`);
    expect(output).not.toContain('›');
  });

  it('given a port that is none, when started, then it says what it takes', async () => {
    const { code, output } = await start('--port', 'eighty');
    expect(code).toBe(1);
    expect(output).toContain('--port takes a whole number');
  });

  it('given --help, then it prints its options and starts nothing', async () => {
    const { code, output } = await start('--help');
    expect(code).toBe(0);
    expect(output).toContain('--no-demo');
  });
});
