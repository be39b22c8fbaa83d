import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeFaults, loadServerConfiguration, maskSecrets, type ServerConfiguration, ServerSchema } from '@qianxing/config';
import { systemClock } from '@qianxing/time';
import { printReport, runChecks } from './commands/check';
import { HELP } from './commands/help';
import { importChannels } from './commands/import-channels';
import { runLogCommand } from './commands/log';
import { planCommand } from './commands/plan';
import { recoverLog } from './commands/recover-log';
import { runWitnessCommand } from './commands/witness';
import { loadBasics, loadDemo } from './demo/load';
import { buildProgram, serveProgram } from './runtime/program';

/** Exit codes of the command. */
const DONE = 0;
const FAILED = 1;
const USAGE = 2;

const applications = {
  shop: fileURLToPath(new URL('../shop/dist/build/h5', import.meta.url)),
  admin: fileURLToPath(new URL('../admin/dist', import.meta.url)),
};

const say = (text: string): void => void process.stdout.write(text);
const complain = (text: string): void => void process.stderr.write(text);

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? DONE : FAILED));

async function main(args: readonly string[]): Promise<number> {
  // These need no configuration, and have exit codes of their own.
  if (args[0] === 'plan' && !args.includes('--help')) return planCommand(args.slice(1), { say, complain, now: systemClock.now() });
  if (args[0] === 'log') return runLogCommand(args.slice(1), say, complain);
  if (args[0] === 'witness') return runWitnessCommand(args.slice(1), say, complain);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      services: { type: 'string' },
      demo: { type: 'boolean' },
      basics: { type: 'boolean' },
    },
  });
  const [command, object] = positionals;
  if (values.help === true || command === undefined) {
    say(HELP);
    return DONE;
  }
  const configuration = configure(values.services);
  if (!configuration || (command !== 'config' && lacksCredentials(configuration))) return USAGE;
  switch (command) {
    case 'start':
      return start(configuration, values.demo === true);
    case 'migrate':
      return migrateOnly(configuration);
    case 'demo':
      return demo(configuration, values.basics === true);
    case 'check':
      return check(configuration);
    case 'import':
      return object === 'channels' ? importOnly(configuration) : usage(`import ${object ?? ''}`);
    case 'recover':
      return object === 'log' ? recoverLogOnly(configuration) : usage(`recover ${object ?? ''}`);
    case 'config':
      say(`${JSON.stringify(maskSecrets(ServerSchema, configuration), null, 2)}\n`);
      return DONE;
    default:
      return usage(command);
  }
}

function usage(command: string): number {
  complain(`没有这个命令 there is no command: ${command}\n\n${HELP}`);
  return USAGE;
}

function configure(services: string | undefined): ServerConfiguration | undefined {
  const { QIANXING_CONFIG_FILE: file, ...variables } = process.env;
  const environment = services === undefined ? variables : { ...variables, QIANXING_SERVICES: services };
  const loaded = loadServerConfiguration({ environment, ...(file === undefined ? {} : { file }) });
  if (loaded.ok) return loaded.value;
  complain(`配置有误 The configuration is not valid:\n${describeFaults(loaded.faults)}\n`);
  return undefined;
}

/** In production the configuration itself refuses this. */
function lacksCredentials({ credentials }: ServerConfiguration): boolean {
  if (credentials.wechatPay.publicKeyId !== '') return false;
  complain(
    '没有外部系统的凭证：请用 npm start 或 npm run qianxing -- 运行，或让 QIANXING_CREDENTIALS_FILE 指向凭证文件。\n' +
      'Credentials of the outside parties are missing: run it by npm start or npm run qianxing --, or let QIANXING_CREDENTIALS_FILE point to a file of them.\n',
  );
  return true;
}

async function start(configuration: ServerConfiguration, withDemo: boolean): Promise<number> {
  const program = await buildProgram(configuration);
  let demoReady = !withDemo;
  const running = await serveProgram(program, applications, {
    demo: () => {
      if (!demoReady) throw new Error('demo data are being loaded');
    },
  });
  say(`qianxing listens on ${running.url}\n`);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.stop().then(resolve, resolve));
  });
  if (withDemo) {
    await loadDemo(program, running.url, say);
    demoReady = true;
  }
  process.send?.('ready'); // whoever started this process may be waiting
  await stopped;
  return DONE;
}

async function migrateOnly(configuration: ServerConfiguration): Promise<number> {
  const program = await buildProgram(configuration);
  const applied = await program.migrate();
  say(applied.length === 0 ? '数据库结构已是最新 the schema is up to date\n' : `${applied.map((id) => `✓ ${id}`).join('\n')}\n`);
  await program.close();
  return DONE;
}

async function demo(configuration: ServerConfiguration, basicsOnly: boolean): Promise<number> {
  const program = await buildProgram(configuration);
  try {
    await program.migrate();
    if (basicsOnly) await loadBasics(program);
    else await loadDemo(program, configuration.http.publicUrl, say);
    return DONE;
  } finally {
    await program.close();
  }
}

async function check(configuration: ServerConfiguration): Promise<number> {
  const program = await buildProgram(configuration);
  const report = await runChecks(program);
  printReport(report, say);
  await program.close();
  return report.findings.length === 0 ? DONE : FAILED;
}

async function importOnly(configuration: ServerConfiguration): Promise<number> {
  const program = await buildProgram(configuration);
  await program.migrate();
  const done = await importChannels(program, say);
  await program.close();
  return done ? DONE : FAILED;
}

async function recoverLogOnly(configuration: ServerConfiguration): Promise<number> {
  const program = await buildProgram(configuration);
  const done = await recoverLog(program, say);
  await program.close();
  return done ? DONE : FAILED;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    if (code !== DONE) setTimeout(() => process.exit(code), 100).unref();
  },
  (error: unknown) => {
    complain(`${explain(error)}\n`);
    process.exit(FAILED);
  },
);

function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `端口已被占用，请更换 QIANXING_HTTP_PORT。The port is in use: choose another QIANXING_HTTP_PORT. ${error.message}`;
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message}\n\n${HELP}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
