import Fastify, { type FastifyInstance } from 'fastify';
import { createAdvance } from './advance';
import { registerChannelsShop } from './channels-shop/routes';
import { ensureCatalogue, finishAudit } from './channels-shop/shop';
import { createVirtualClock, type VirtualClock } from './clock';
import { registerClockAndFaults } from './control/clock-and-faults';
import { registerNoticeControl } from './control/notices';
import { registerParcelControl } from './control/parcels';
import { registerPaymentControl } from './control/payments';
import { registerPeopleControl } from './control/people';
import { registerShopControl } from './control/shop';
import { type KeyMaterial, loadKeyMaterial, type SandboxCredentials } from './credentials';
import { createDelivery, type Delivery } from './delivery';
import { registerKuaidi100 } from './kuaidi100/routes';
import { abortByTime, kuaidi100Sender } from './kuaidi100/tracking';
import { registerPages } from './pages/routes';
import { registerSms } from './sms/routes';
import { createSnapshotWriter, loadState } from './snapshot';
import { fireDueTimers, type TimerHandlers } from './timers';
import { registerLogin } from './wechat-open/login';
import { registerMessages } from './wechat-open/messages';
import { ensurePeople } from './wechat-open/model';
import { pushSender } from './wechat-open/push';
import { registerShipping } from './wechat-open/shipping';
import { registerTokens } from './wechat-open/tokens';
import { topUp } from './wechat-pay/books';
import { wechatPaySender } from './wechat-pay/notifications';
import { finishRefund } from './wechat-pay/refunds';
import { registerWechatPay } from './wechat-pay/routes';
import { finishSharing, unfreezeByTime } from './wechat-pay/sharing';
import { expireTransaction } from './wechat-pay/transactions';
import { expireTransfer, finishCancel } from './wechat-pay/transfers';
import type { World } from './world';

export interface SandboxOptions {
  /** TCP port on the loopback address; 0 takes a free one. */
  readonly port: number;
  /** Keeps credentials and state across restarts; without it everything lives in memory. */
  readonly dataDirectory?: string;
  /** Address under which browsers reach the sandbox, when it differs from where it listens. */
  readonly publicUrl?: string;
  /** Real time by default; a test may give its own. Instants in UTC milliseconds. */
  readonly now?: () => number;
  /** Keys made earlier, so that many short-lived worlds need not make their own; not used with a data directory. */
  readonly keys?: KeyMaterial;
  /** Where message push goes; the back-office pages can change it later. */
  readonly callbacks?: { readonly channelsShop?: string; readonly miniProgram?: string };
  /** False leaves the Channels shop empty. */
  readonly withCatalogue?: boolean;
  /** Money on the merchant's account in a new world. */
  readonly openingBalanceFen?: number;
  /** A new world begins this long before the base clock, so that a demonstration can have a past and still end today. */
  readonly beginEarlierMs?: number;
}

export interface Sandbox {
  /** Base address of every party. */
  readonly url: string;
  readonly clock: Pick<VirtualClock, 'now' | 'offsetMs'>;
  /** What the merchant's server must be configured with. */
  readonly credentials: SandboxCredentials;
  readonly app: FastifyInstance;
  /** Moves the clock forward, in steps when asked, and waits until all that became due was done and sent. */
  advance(byMs: number, stepMs?: number): Promise<void>;
  /** Waits until everything due was sent. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const TICK_MS = 200;
const OPENING_BALANCE_FEN = 10_000_000;

const timerHandlers: TimerHandlers = {
  transactionExpires: expireTransaction,
  refundCompletes: (world, outRefundNo, atMs) => void finishRefund(world, outRefundNo, atMs),
  sharingCompletes: finishSharing,
  sharingUnfreezes: unfreezeByTime,
  transferExpires: expireTransfer,
  transferCancels: finishCancel,
  trackingAborts: abortByTime,
  productAudits: finishAudit,
};

/**
 * Starts the outside world on the loopback address.
 * @throws Error when the port is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { world, app, delivery, advance, save } = buildSandbox(options);
  const url = await app.listen({ host: '127.0.0.1', port: options.port });
  world.publicUrl = options.publicUrl ?? url;
  const tick = setInterval(() => {
    fireDueTimers(world, timerHandlers);
    delivery.wake();
  }, TICK_MS);
  return {
    url,
    clock: world.clock,
    credentials: world.credentials,
    app,
    advance,
    settle: () => delivery.settle(),
    async close() {
      clearInterval(tick);
      delivery.stop();
      await app.close();
      save();
    },
  };
}

/** Everything but the listener, so that tests can inject requests and look at the world. */
export function buildSandbox(options: Omit<SandboxOptions, 'port'>): {
  world: World;
  app: FastifyInstance;
  delivery: Delivery;
  advance: Sandbox['advance'];
  /** Writes the last snapshot; the world must not be used afterwards. */
  save: () => void;
} {
  const { credentials, platformKeys } =
    options.dataDirectory === undefined && options.keys !== undefined ? options.keys : loadKeyMaterial(options.dataDirectory);
  const state = loadState(options.dataDirectory);
  if (state.sequence === 0 && options.beginEarlierMs !== undefined) state.clockOffsetMs = -options.beginEarlierMs;
  const clock = createVirtualClock(options.now ?? Date.now, state.clockOffsetMs);
  const writer = createSnapshotWriter(options.dataDirectory, () => state);
  let wake = () => {};
  const world: World = {
    clock,
    credentials,
    platformKeys,
    state,
    publicUrl: options.publicUrl ?? 'http://127.0.0.1',
    openNotices: new Set(state.notices.keys()),
    heldNotices: new Set([...state.notices.values()].filter((notice) => notice.status === 'held').map((notice) => notice.noticeId)),
    touch: () => writer.touch(),
    wakeDelivery: () => setImmediate(() => wake()),
  };
  const delivery = createDelivery(world, {
    'wechat-pay': wechatPaySender,
    'wechat-open': pushSender,
    'channels-shop': pushSender,
    kuaidi100: kuaidi100Sender,
  });
  wake = delivery.wake;
  const move = createAdvance(world, delivery, timerHandlers);
  const advance: Sandbox['advance'] = (byMs, stepMs = byMs) => move(byMs, { stepMs, settle: true });
  if (state.sequence === 0) topUp(world, options.openingBalanceFen ?? OPENING_BALANCE_FEN);
  ensurePeople(world);
  if (options.withCatalogue !== false) ensureCatalogue(world);
  Object.assign(state.callbacks, options.callbacks ?? {});
  const app = Fastify({ logger: false, bodyLimit: 2 * 1024 * 1024, forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  registerClockAndFaults(app, world, delivery, move);
  registerPaymentControl(app, world);
  registerNoticeControl(app, world, delivery);
  registerPeopleControl(app, world);
  registerParcelControl(app, world);
  registerShopControl(app, world);
  registerWechatPay(app, world);
  registerTokens(app, world);
  registerLogin(app, world);
  registerMessages(app, world);
  registerShipping(app, world);
  registerChannelsShop(app, world);
  registerKuaidi100(app, world);
  registerSms(app, world);
  registerPages(app, world);
  app.get('/sandbox/messages', async () => ({ messages: state.textMessages.slice(-200).reverse() }));
  return { world, app, delivery, advance, save: writer.close };
}
