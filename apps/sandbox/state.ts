import { type ChannelsShopState, emptyChannelsShopState } from './channels-shop/model';
import type { Fault } from './faults';
import { emptyKuaidi100State, type Kuaidi100State } from './kuaidi100/model';
import type { Notice } from './notices';
import type { Timer } from './timers';
import type { WechatOpenState } from './wechat-open/model';
import { emptyWechatOpenState } from './wechat-open/model';
import type { WechatPayState } from './wechat-pay/model';
import { emptyWechatPayState } from './wechat-pay/model';

export interface TextMessage {
  readonly messageId: string;
  readonly phone: string;
  readonly text: string;
  readonly code: string | null;
  readonly sentAtMs: number;
}

/** Everything the outside world remembers; plain data and maps, so that it can be saved and loaded. */
export interface SandboxState {
  /** Running number behind all identifiers: the same calls in the same order give the same numbers. */
  sequence: number;
  clockOffsetMs: number;
  readonly faults: Map<string, Fault>;
  readonly notices: Map<string, Notice>;
  readonly timers: Map<string, Timer>;
  readonly textMessages: TextMessage[];
  /** Where message push goes, as set in each back office. */
  readonly callbacks: { channelsShop: string | null; miniProgram: string | null };
  readonly wechatPay: WechatPayState;
  readonly wechatOpen: WechatOpenState;
  readonly channelsShop: ChannelsShopState;
  readonly kuaidi100: Kuaidi100State;
}

export const emptyState = (): SandboxState => ({
  sequence: 0,
  clockOffsetMs: 0,
  faults: new Map(),
  notices: new Map(),
  timers: new Map(),
  textMessages: [],
  callbacks: { channelsShop: null, miniProgram: null },
  wechatPay: emptyWechatPayState(),
  wechatOpen: emptyWechatOpenState(),
  channelsShop: emptyChannelsShopState(),
  kuaidi100: emptyKuaidi100State(),
});
