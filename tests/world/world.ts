import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS } from '@qianxing/time';
import { demand, until } from './http';
import { arrive, bindWechat, enrol, type Member, type Person, type Place, passTime, signInStaff } from './people';
import { freePort, launchSandbox, launchServer, leave, type Running, serverCommand } from './processes';
import { goods, importGoods, pay, place, plainCaller, reachOrder, receive, type Sku, ship } from './shop';

/** Who and what a world holds when it begins. */
export interface Cast {
  readonly admin: Person;
  readonly finance: Person;
  /** Promoter with available commission, WeChat bound. */
  readonly promoter: Member;
  /** Brought by the promoter; has received an order and promotes too. */
  readonly second: Member;
  /** Brought by the second promoter; buys in the tests. */
  readonly buyer: Member;
  readonly skus: readonly Sku[];
}

/** A folder with everything: sandbox, server data, people. */
export interface World {
  readonly folder: string;
  readonly place: Place;
  readonly cast: Cast;
  /** Settings of the server, without failpoints. */
  readonly settings: Readonly<Record<string, string>>;
  readonly sandbox: Running;
  /** Ends the sandbox and removes the folder. Servers are the caller's. */
  close(): Promise<void>;
}

const PAST_DAYS = 21;
const PRODUCTS = 8;

/** Folder of the template, made once per run by `template.setup.ts`. */
const templateFolder = (): string => {
  const folder = process.env.QIANXING_TEST_TEMPLATE;
  if (folder === undefined) throw new Error('no template: run with `vitest --project faults`');
  return folder;
};

interface Stage {
  readonly folder: string;
  readonly place: Place;
  readonly settings: Readonly<Record<string, string>>;
  readonly sandbox: Running;
}

async function setStage(folder: string, databaseUrl: string | undefined): Promise<Stage> {
  const port = await freePort();
  const serverUrl = `http://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const sandbox = await launchSandbox({
    SANDBOX_DATA: join(folder, 'sandbox'),
    SANDBOX_CHANNELS_PUSH_URL: `${serverUrl}/hooks/channels-shop`,
    SANDBOX_BEGIN_EARLIER_MS: String(PAST_DAYS * DAY_MS),
  });
  const settings = {
    QIANXING_HTTP_PORT: String(port),
    QIANXING_DATA_DIRECTORY: data,
    QIANXING_OUTSIDE_SANDBOX_URL: sandbox.url,
    QIANXING_CREDENTIALS_FILE: join(folder, 'sandbox', 'credentials.json'),
    QIANXING_CLOCK_URL: sandbox.url,
    QIANXING_LOG_LEVEL: 'warn',
    ...(databaseUrl === undefined ? {} : { QIANXING_DATABASE_URL: databaseUrl }),
  };
  return { folder, place: { serverUrl, sandboxUrl: sandbox.url }, settings, sandbox };
}

/** Opens a shop with few goods and a promoter who has earned, by the requests people make. */
async function perform({ place: where, folder }: Stage): Promise<Cast> {
  const call = plainCaller(where);
  const admin = await signInStaff(where, 'admin');
  const finance = await signInStaff(where, 'finance1');
  await importGoods(call, admin, PRODUCTS);
  const skus = await goods(where.serverUrl);
  const first = skus.find(({ available }) => available > 40);
  if (first === undefined) throw new Error('no goods');
  const { officialAccount } = JSON.parse(readFileSync(join(folder, 'sandbox', 'credentials.json'), 'utf8')) as {
    officialAccount: { appid: string };
  };
  const buy = async (member: Member, quantity: number, waybillNo: string) => {
    const orders = await pay(call, where.sandboxUrl, member, await place(call, member, [{ skuId: first.skuId, quantity }]));
    for (const order of orders) {
      await ship(call, admin, order, waybillNo);
      await reachOrder(call, member, order.orderId, 'shipped');
      await receive(call, member, order.orderId);
    }
  };
  const promoter = await arrive(where, { name: '陈立', phone: '13800000001' });
  await buy(promoter, 1, 'YT7700000001');
  const promoterCode = await enrol(where, promoter);
  await bindWechat(where, promoter, officialAccount.appid);
  const second = await arrive(where, { name: '王芳', phone: '13800000002', referralCode: promoterCode });
  await buy(second, 9, 'YT7700000002');
  const buyer = await arrive(where, { name: '李强', phone: '13800000003', referralCode: await enrol(where, second) });
  await passTime(where, 8 * DAY_MS, [admin, finance, promoter, second, buyer]);
  await until('commission to be available', async () => {
    const terms = await call<{ availableFen: number }>(promoter, 'GET', '/api/v1/promoter/withdrawal-terms');
    return terms.availableFen > 0 ? true : undefined;
  });
  await quiet(where.serverUrl);
  return { admin, finance, promoter, second, buyer, skus };
}

/** Waits until no event is under way. */
export const quiet = (serverUrl: string): Promise<true> =>
  until('all events to be worked off', async () => {
    const metrics = await fetch(`${serverUrl}/metrics`).then((answer) => answer.text());
    const gauge = (name: string) => Number(new RegExp(`^qianxing_${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
    return gauge('events_unrelayed') === 0 && gauge('event_deliveries_pending') === 0 ? true : undefined;
  });

/** Makes a world from nothing on the given database; the server runs meanwhile and is stopped at the end. */
async function make(folder: string, databaseUrl: string | undefined): Promise<Stage & { cast: Cast }> {
  const stage = await setStage(folder, databaseUrl);
  try {
    const basics = await serverCommand(['demo', '--basics'], stage.settings);
    if (basics.code !== 0) throw new Error(`no basics:\n${basics.output}`);
    const server = await launchServer(stage.settings);
    try {
      return { ...stage, cast: await perform(stage) };
    } finally {
      await leave(server);
    }
  } catch (error) {
    await leave(stage.sandbox);
    throw error;
  }
}

/** Makes the template that SQLite worlds are copied from; answers its folder. */
export async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-template-'));
  const { sandbox, cast } = await make(folder, undefined);
  await leave(sandbox);
  writeFileSync(join(folder, 'cast.json'), JSON.stringify(cast));
  return folder;
}

const asWorld = (stage: Stage, cast: Cast): World => ({
  ...stage,
  cast,
  async close() {
    await leave(stage.sandbox);
    rmSync(stage.folder, { recursive: true, force: true });
  },
});

/** A world on SQLite: a copy of the template, with tokens that are good. */
export async function copiedWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-world-'));
  cpSync(templateFolder(), folder, { recursive: true });
  const cast = JSON.parse(readFileSync(join(folder, 'cast.json'), 'utf8')) as Cast;
  return asWorld(await setStage(folder, undefined), cast);
}

/** A world on MariaDB, made from nothing in a database of its own. */
export async function mariadbWorld(databaseUrl: string): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-world-'));
  const { cast, ...stage } = await make(folder, databaseUrl);
  return asWorld(stage, cast);
}

/** `qianxing check` on a database at rest. */
export const offlineCheck = ({ settings }: World) => serverCommand(['check'], settings);

/** What the sandbox remembers of money. */
export interface SandboxBooks {
  readonly transactions: readonly { outTradeNo: string; state: string; totalFen: number }[];
  readonly refunds: readonly { outRefundNo: string; status: string; amountFen: number }[];
  readonly transfers: readonly { outBillNo: string; state: string; amountFen: number }[];
}

export async function sandboxBooks(sandboxUrl: string): Promise<SandboxBooks> {
  const [transactions, refunds, transfers] = await Promise.all(
    ['transactions', 'refunds', 'transfers'].map((name) => demand<Record<string, unknown>>(sandboxUrl, { path: `/sandbox/${name}` })),
  );
  return { ...transactions, ...refunds, ...transfers } as unknown as SandboxBooks;
}
