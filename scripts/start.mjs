// npm start: installs and builds what is missing or stale, then runs the server with the sandbox and demo data.
// Until the packages are there this uses nothing but Node.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildTarget, placeOf } from './build.mjs';
import { connectedTo, dataDirectory } from './connected.mjs';
import { exists, install, isInstalled, places, requireNode } from './install.mjs';
import { endChildren, endChildrenOnSignals, launch } from './processes.mjs';
import { giveUp, green, runInOrder, say } from './progress.mjs';
import { root } from './stamps.mjs';

const usage = `npm start -- [选项 options]
  --port N           商城与后台的端口 port of shop and back office (7300)
  --sandbox-port N   沙箱的端口 port of the sandbox (7400)
  --no-demo          不载入演示数据 without demo data
  --help             显示本页 this page
其余选项原样传给 qianxing start。Other options are passed on to: qianxing start`;

function options() {
  const { values, tokens } = parseArgs({
    args: process.argv.slice(2),
    strict: false,
    tokens: true,
    options: {
      port: { type: 'string', default: '7300' },
      'sandbox-port': { type: 'string', default: '7400' },
      'no-demo': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(usage);
    process.exit(0);
  }
  const known = new Set(['port', 'sandbox-port', 'no-demo']);
  const passedOn = tokens
    .filter((token) => !(token.kind === 'option' && known.has(token.name)))
    .flatMap((token) =>
      token.kind === 'option' ? [token.rawName + (token.value === undefined ? '' : `=${token.value}`)] : [token.value ?? '--'],
    );
  return {
    port: portOf('--port', values.port),
    sandboxPort: portOf('--sandbox-port', values['sandbox-port']),
    demo: !values['no-demo'],
    passedOn,
  };
}

function portOf(flag, text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  return giveUp(`${flag} 需要 1 到 65535 的整数，收到：${text}`, `${flag} takes a whole number from 1 to 65535, got: ${text}`);
}

/** Looks before anything else is done: a busy port should be known now, not after minutes of building. */
async function requireFreePort(port, flag) {
  const code = await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(error.code));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  if (code === 'EACCES')
    giveUp(
      `没有使用端口 ${port} 的权限。换一个：npm start -- ${flag} ${port + 8000}`,
      `No permission to use port ${port}. Take another: npm start -- ${flag} ${port + 8000}`,
    );
  giveUp(
    `端口 ${port} 已被占用。请关闭占用它的程序（查看：lsof -i :${port}），或换一个端口：npm start -- ${flag} ${port + 1}`,
    `Port ${port} is in use. End the program that uses it (to see it: lsof -i :${port}), or take another: npm start -- ${flag} ${port + 1}`,
  );
}

async function prepare() {
  const present = places.filter(({ folder }) => exists(folder));
  const missing = present.filter((place) => !isInstalled(place));
  if (missing.length > 0)
    say('首次运行需下载依赖并构建，双核机器约三到五分钟。The first run fetches packages and builds; three to five minutes on two cores.\n');
  const installing = missing.map((place) => ({ name: `install ${place.folder}`, work: () => install(place).then(() => true) }));
  const building = ['h5', 'server', 'sandbox', 'admin'].map((name) => ({
    name,
    after: [`install ${placeOf(name)}`],
    work: () => built(name),
  }));
  await runInOrder([...installing, ...building]);
}

/** One failed build is enough to stop: nobody should wait for the others first. */
async function built(name) {
  if (await buildTarget(name)) return true;
  return giveUp(
    '构建失败，原因见上；修正后再次运行 npm start。',
    'A build failed, the reason stands above; mend it and run npm start again.',
  );
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Waits until `url` answers; false when the child has ended before. */
async function untilItAnswers(url, child) {
  while (!hasEnded(child)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(50);
  }
  return false;
}

/** Waits until the child says that it is ready; false when it has ended before. */
function untilItSaysSo(child) {
  return new Promise((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
}

async function endWith(child, title) {
  if (!hasEnded(child)) await new Promise((resolve) => child.once('exit', resolve));
  if (stopping) return new Promise(() => {}); // whoever handles the signal ends this process
  await endChildren();
  say(`\n${title} 已退出 ended (${child.exitCode ?? child.signalCode})`);
  process.exit(child.exitCode ?? 1);
}

requireNode();
const { port, sandboxPort, demo, passedOn } = options();
let stopping = false;
endChildrenOnSignals(() => {
  stopping = true;
  say('\n正在停止 stopping …');
}, 0);
await requireFreePort(port, '--port');
await requireFreePort(sandboxPort, '--sandbox-port');
await prepare();

const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
const serverUrl = `http://127.0.0.1:${port}`;

function startSandbox() {
  return launch(process.execPath, ['apps/sandbox/dist/sandbox.js'], {
    cwd: root,
    env: {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: join(dataDirectory, 'sandbox'),
      SANDBOX_CHANNELS_PUSH_URL: `${serverUrl}/hooks/channels-shop`,
      // Demo data have a past of three weeks and end today.
      ...(demo ? { SANDBOX_BEGIN_EARLIER_MS: String(21 * 86_400_000) } : {}),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The server with the sandbox in the place of every outside party; what the environment says already stays. */
function startServer() {
  return launch(process.execPath, ['apps/server/dist/qianxing.js', 'start', ...(demo ? ['--demo'] : []), ...passedOn], {
    cwd: root,
    env: { ...connectedTo(sandboxUrl), QIANXING_HTTP_PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

const sandbox = startSandbox();
if (!(await untilItAnswers(`${sandboxUrl}/clock`, sandbox))) await endWith(sandbox, '沙箱 sandbox');
const server = startServer();
if (!(await untilItSaysSo(server))) await endWith(server, '服务端 server');
say(`
${green('✓')} 千星计划已启动 Qianxing is running (${(performance.now() / 1000).toFixed(1)} s)

  商城     shop         ${serverUrl}/
  后台     back office  ${serverUrl}/admin/
  沙箱     sandbox      ${sandboxUrl}/   微信支付、视频号小店、快递、短信 payment, Channels shop, parcels, text messages

  演示账号见 README.zh-CN.md。Demo accounts: README.md. 按 Ctrl-C 停止 Ctrl-C stops.
`);
await Promise.race([endWith(server, '服务端 server'), endWith(sandbox, '沙箱 sandbox')]);
