import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadServerConfiguration } from '@qianxing/config';
import { newKeyMaterial, startSandbox } from '@qianxing/sandbox';
import { buildProgram, loadBasics, type Program, runChecks, serveProgram } from '@qianxing/server';
import { createLog } from '@qianxing/telemetry';
import { DAY_MS } from '@qianxing/time';
import { until } from '../world/http';
import { arrive, bindWechat, enrol, type Member, type Person, type Place, passTime, signInStaff } from '../world/people';
import { freePort } from '../world/processes';
import {
  type AfterSale,
  type Caller,
  goods,
  importGoods,
  type Order,
  type Payment,
  pay,
  place,
  plainCaller,
  reachOrder,
  receive,
  type Sku,
  ship,
  type Trade,
  type Withdrawal,
} from '../world/shop';

/** Staff of every built-in role, by role. */
export const ROLES = {
  administrator: 'admin',
  operator: 'operator',
  customer_service: 'service',
  counsel: 'counsel',
  finance: 'finance1',
  warehouse: 'warehouse',
} as const;
export type Role = keyof typeof ROLES;

/** A running shop in this process, with a victim who owns something of every kind and an attacker who owns nothing. */
export interface AttackedShop {
  readonly place: Place;
  readonly program: Program;
  readonly call: Caller;
  readonly staff: Readonly<Record<Role, Person>>;
  /** Signed in, with an address, a stranger to everybody. */
  readonly attacker: Member;
  readonly victim: Member;
  /** Earns from the victim's purchases. */
  readonly promoter: Member;
  readonly skus: readonly Sku[];
  readonly owned: Owned;
  readonly phones: readonly string[];
  /** Every line logged so far. */
  log(): string;
  /** Findings of the offline checker. */
  findings(): Promise<readonly unknown[]>;
  pass(byMs: number, ...people: readonly Person[]): Promise<void>;
  close(): Promise<void>;
}

/** The victim's and the promoter's. */
export interface Owned {
  readonly unpaid: Trade;
  readonly order: Order;
  readonly payment: Payment;
  readonly afterSale: AfterSale;
  readonly withdrawal: Withdrawal;
  readonly commissionId: string;
}

const PRODUCTS = 6;
const keys = newKeyMaterial();

export async function openAttackedShop(): Promise<AttackedShop> {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-attacks-'));
  const port = await freePort();
  const serverUrl = `http://127.0.0.1:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    keys,
    beginEarlierMs: 30 * DAY_MS,
    callbacks: { channelsShop: `${serverUrl}/hooks/channels-shop` },
  });
  const where: Place = { serverUrl, sandboxUrl: sandbox.url };
  const lines: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  const credentialsFile = join(folder, 'credentials.json');
  writeFileSync(credentialsFile, JSON.stringify(sandbox.credentials));
  const loaded = loadServerConfiguration({
    environment: {
      QIANXING_HTTP_PORT: String(port),
      QIANXING_DATA_DIRECTORY: folder,
      QIANXING_OUTSIDE_SANDBOX_URL: sandbox.url,
      QIANXING_CREDENTIALS_FILE: credentialsFile,
      QIANXING_CLOCK_URL: sandbox.url,
      QIANXING_LOG_EVERY_REQUEST: 'true',
    },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  const program = await buildProgram(loaded.value, { log: createLog({ level: 'info', destination }) });
  const running = await serveProgram(program, { shop: smallApplication(folder), admin: join(folder, 'none') });
  await loadBasics(program);
  const call = plainCaller(where);
  const staff = {} as Record<Role, Person>;
  for (const role of Object.keys(ROLES) as Role[]) staff[role] = await signInStaff(where, ROLES[role]);
  await importGoods(call, staff.administrator, PRODUCTS);
  const people = await populate(where, call, staff, sandbox.credentials.officialAccount.appid);
  return {
    place: where,
    program,
    call,
    staff,
    ...people,
    log: () => lines.join(''),
    findings: async () => (await runChecks(program)).findings,
    pass: (byMs, ...persons) => passTime(where, byMs, persons),
    async close() {
      await running.stop();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lies beside the served files and must never be served. */
export const SECRET_FILE = 'secret.txt';

function smallApplication(folder: string): string {
  const shop = join(folder, 'shop');
  mkdirSync(shop);
  writeFileSync(join(shop, 'index.html'), '<!doctype html><html lang="zh"><title>shop</title><script src="/app.js"></script></html>');
  writeFileSync(join(shop, 'app.js'), 'export {};');
  writeFileSync(join(shop, '.hidden'), 'a file beside');
  writeFileSync(join(folder, SECRET_FILE), 'a file beside');
  return shop;
}

type People = Pick<AttackedShop, 'attacker' | 'victim' | 'promoter' | 'skus' | 'owned' | 'phones'>;

async function populate(where: Place, call: Caller, staff: Readonly<Record<Role, Person>>, appid: string): Promise<People> {
  const skus = (await goods(where.serverUrl)).filter(({ available }) => available > 40);
  const [first] = skus;
  if (first === undefined) throw new Error('no goods');
  const buy = async (member: Member, quantity: number) =>
    pay(call, where.sandboxUrl, member, await place(call, member, [{ skuId: first.skuId, quantity }]));
  const promoter = await arrive(where, { name: '陈立', phone: '13800000001' });
  await buy(promoter, 1);
  const code = await enrol(where, promoter);
  await bindWechat(where, promoter, appid);
  const victim = await arrive(where, { name: '王芳', phone: '13800000002', referralCode: code });
  const attacker = await arrive(where, { name: '张三', phone: '13800000009' });
  const [bought] = await buy(victim, 9);
  if (bought === undefined) throw new Error('no order');
  await ship(call, staff.warehouse, bought, 'YT7700000001');
  await reachOrder(call, victim, bought.orderId, 'shipped');
  await receive(call, victim, bought.orderId);
  await passTime(where, 8 * DAY_MS, [...Object.values(staff), promoter, victim, attacker]);
  const commissions = () => call<{ items: { commissionId: string; status: string }[] }>(promoter, 'GET', '/api/v1/promoter/commissions');
  const commission = await until('commission to be available', async () =>
    (await commissions()).items.find(({ status }) => status === 'available'),
  );
  const withdrawal = await call<Withdrawal>(promoter, 'POST', '/api/v1/promoter/withdrawals', { amountFen: 100, rail: 'transfer' });
  const [order] = await buy(victim, 2);
  const line = order?.lines[0];
  if (order === undefined || line === undefined) throw new Error('no order');
  const afterSale = await call<AfterSale>(victim, 'POST', '/api/v1/after-sales', {
    orderLineId: line.orderLineId,
    quantity: 1,
    kind: 'refund_only',
    reason: 'wrong_size',
  });
  const unpaid = await place(call, victim, [{ skuId: first.skuId, quantity: 1 }]);
  const payment = await call<Payment>(victim, 'POST', '/api/v1/payments', { tradeId: unpaid.tradeId, channel: 'h5' });
  const owned: Owned = { unpaid, order, payment, afterSale, withdrawal, commissionId: commission.commissionId };
  return { attacker, victim, promoter, skus, owned, phones: [promoter, victim, attacker].map(({ login }) => login) };
}

/** Waits until nothing is on its way: events, sales to tell the Channels shop, and what that shop has told us in return. */
async function comeToRest({ bus, database }: Program): Promise<void> {
  const open = async () => {
    const { unrelayed, pending } = await bus.lag();
    const tables = database.query.withTables<{
      catalog_stock_pushes: { pending: number; sending: number };
      catalog_push_inbox: { processedAt: number | null };
    }>();
    const pushes = await tables
      .selectFrom('catalog_stock_pushes')
      .selectAll()
      .where((eb) => eb.or([eb('pending', '<>', 0), eb('sending', '<>', 0)]))
      .execute();
    const changes = await tables.selectFrom('catalog_push_inbox').selectAll().where('processedAt', 'is', null).execute();
    return unrelayed + pending + pushes.length + changes.length;
  };
  let quietLooks = 0;
  await until('the shop to come to rest', async () => {
    quietLooks = (await open()) === 0 ? quietLooks + 1 : 0;
    return quietLooks >= 3 ? true : undefined;
  });
}

/** Everything the business keeps once it is at rest, table by table, to show that an attack left no trace. */
export async function traces({ program }: AttackedShop): Promise<Record<string, readonly unknown[]>> {
  await comeToRest(program);
  const { introspection, query } = { introspection: program.database.query.introspection, query: program.database.query };
  const names = (await introspection.getTables()).map(({ name }) => name).filter((name) => KEPT.test(name));
  const kept: Record<string, readonly unknown[]> = {};
  for (const name of names.sort()) {
    const rows = await query.withTables<Record<string, object>>().selectFrom(name).selectAll().execute();
    kept[name] = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !TURNS.has(column))));
  }
  return kept;
}

/** When our own sweeps look at something again and how often they have: they move by time alone. */
const TURNS: ReadonlySet<string> = new Set(['attempts', 'nextAttemptAt', 'nextQueryAt']);

const KEPT = /^(?:order|payment|promotion|fulfilment|guard)_|^ledger[A-Z]|^user_(?:members|addresses|staff|roles)/;

/** Asks for an answer that must be a problem document in both languages; answers its status and code. */
export const problemOf = (text: string): { status: number; code: string; messageZh: string; messageEn: string } => JSON.parse(text);
