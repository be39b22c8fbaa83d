// A private MariaDB on a free loopback port with a data folder of its own and durable settings, for tests and benchmarks.
// As a program: prints the address and runs until it is told to end. As a module: `startMariadb()`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';

const SERVERS = ['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/local/sbin/mariadbd'];
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

/** Path of the server program, or undefined where it is not installed. */
export function mariadbPath() {
  return SERVERS.find((path) => existsSync(path));
}

/**
 * Starts a server. `url` is `mysql://root@127.0.0.1:<port>`, without a database name: every test makes its own.
 * `stop()` ends the server and removes its data; `kill()` ends it as a crash would and `restart()` starts it again on the same data and port.
 *
 * @param {{ extra?: string[] }} [options] further command-line options of the server.
 */
export async function startMariadb(options = {}) {
  if (mariadbPath() === undefined) throw new Error('MariaDB is not installed (Debian: apt-get install mariadb-server)');
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-mariadb-'));
  install(folder);
  let lastError;
  for (let tries = 0; tries < 3; tries += 1) {
    const port = await freePort();
    try {
      let server = await launch(folder, port, options.extra ?? []);
      const kill = async () => {
        server.kill('SIGKILL');
        await ended(server);
      };
      return {
        url: `mysql://root@127.0.0.1:${port}`,
        port,
        get pid() {
          return server.pid;
        },
        kill,
        async restart() {
          server = await launch(folder, port, options.extra ?? []);
        },
        async stop() {
          server.kill('SIGTERM');
          const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
          await ended(server);
          clearTimeout(timer);
          rmSync(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      lastError = error;
    }
  }
  rmSync(folder, { recursive: true, force: true });
  throw lastError;
}

function install(folder) {
  const done = spawnSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--tmpdir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asUser(),
    ],
    { encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(`mariadb-install-db failed: ${done.stderr}${done.stdout}`);
}

const asUser = () => (userInfo().uid === 0 ? ['--user=root'] : []);

async function launch(folder, port, extra) {
  const log = join(folder, 'error.log');
  const server = spawn(
    mariadbPath(),
    [
      '--no-defaults',
      ...asUser(),
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 'mariadb.sock')}`,
      `--pid-file=${join(folder, 'mariadb.pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-doublewrite=1',
      '--innodb-buffer-pool-size=512M',
      '--innodb-log-file-size=256M',
      '--max-connections=400',
      '--max-allowed-packet=64M',
      '--skip-log-bin',
      ...extra,
    ],
    { stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')] },
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`MariaDB ended while starting:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
    if (await answers(port)) return server;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill('SIGKILL');
  throw new Error(`MariaDB did not answer within ${START_TIMEOUT_MS} ms`);
}

async function answers(port) {
  try {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.query('SELECT 1');
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

function ended(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => server.once('exit', resolve));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mariadb = await startMariadb();
  console.log(mariadb.url);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await mariadb.stop();
      process.exit(0);
    });
  }
}
