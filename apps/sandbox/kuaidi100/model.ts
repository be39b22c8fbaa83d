/** One subscription of the merchant; a parcel is known by company and number. */
export interface Parcel {
  readonly company: string;
  readonly number: string;
  readonly from: string;
  readonly to: string;
  /** Last four digits, when given. */
  readonly phoneTail: string | null;
  callbackUrl: string;
  salt: string;
  readonly createdAtMs: number;
  /** Instants of the subscriptions, for the limit of four a month. */
  readonly subscribedAtMs: number[];
  /** Being followed: a further subscription is refused as a repeat. */
  followed: boolean;
  /** Kuaidi100 state number as text, see the reference §14.2. */
  state: string;
  /** Newest first. */
  readonly nodes: TrackNode[];
}

export interface TrackNode {
  readonly atMs: number;
  readonly context: string;
  readonly state: string;
}

export const CARRIERS: Readonly<Record<string, string>> = {
  shunfeng: '顺丰速运',
  zhongtong: '中通快递',
  yuantong: '圆通速递',
  shentong: '申通快递',
  yunda: '韵达快递',
  jtexpress: '极兔速递',
  huitongkuaidi: '百世快递',
  ems: 'EMS',
  youzhengguonei: '邮政快递包裹',
  jd: '京东物流',
  debangkuaidi: '德邦快递',
  debangwuliu: '德邦物流',
  zhaijisong: '宅急送',
  shansong: '闪送',
  danniao: '菜鸟速递',
  fengwang: '丰网速运',
};

/** What the carrier's people do, and what becomes of the parcel. `ends` closes the tracking. */
export const MOVES = {
  pickedUp: { state: '1', zh: '已揽收', en: 'picked up', ends: false, text: '【{from}】{carrier} 已揽收快件' },
  inTransit: { state: '0', zh: '运输中', en: 'in transit', ends: false, text: '快件离开【{from}】，已发往【{to}】' },
  outForDelivery: { state: '5', zh: '派送中', en: 'out for delivery', ends: false, text: '【{to}】快递员正在派送，请保持电话畅通' },
  delivered: { state: '3', zh: '已签收', en: 'delivered', ends: true, text: '【{to}】快件已签收，签收人：本人' },
  problem: { state: '2', zh: '疑难件', en: 'problem', ends: false, text: '【{to}】派送异常：地址不详，已联系收件人' },
  refused: { state: '14', zh: '拒签', en: 'refused', ends: false, text: '【{to}】收件人拒收' },
  returning: { state: '6', zh: '退回中', en: 'returning', ends: false, text: '快件从【{to}】退回【{from}】' },
  returned: { state: '4', zh: '已退签', en: 'returned', ends: true, text: '【{from}】退件已由寄件人签收' },
} as const;

export type Move = keyof typeof MOVES;
export const isMove = (name: string): name is Move => Object.hasOwn(MOVES, name);

export interface Kuaidi100State {
  /** By waybill number. */
  readonly parcels: Map<string, Parcel>;
  /** Last query of a number, for the thirty-minute advice. */
  readonly queriedAtMs: Map<string, number>;
}

export const emptyKuaidi100State = (): Kuaidi100State => ({ parcels: new Map(), queriedAtMs: new Map() });
