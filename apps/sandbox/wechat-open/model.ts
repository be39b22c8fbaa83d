import { createHash } from 'node:crypto';
import { nextHex, type World } from '../world';
import type { ShippingRecord } from './shipping';

/** Somebody with a phone and a WeChat account. */
export interface Person {
  readonly personId: string;
  nickname: string;
  phone: string;
  realName: string;
  realNameVerified: boolean;
  readonly unionid: string;
  /** openid by appid. */
  readonly openids: Record<string, string>;
}

export interface Ticket {
  readonly kind: 'login' | 'oauth' | 'phone';
  readonly appid: string;
  readonly personId: string;
  readonly scope: string;
  readonly expiresAtMs: number;
  used: boolean;
}

export interface AccessToken {
  readonly appid: string;
  readonly token: string;
  expiresAtMs: number;
}

export interface OauthToken {
  readonly kind: 'access' | 'refresh';
  readonly appid: string;
  readonly personId: string;
  readonly scope: string;
  readonly expiresAtMs: number;
}

export interface SubscriptionMessage {
  readonly messageId: string;
  readonly openid: string;
  readonly templateId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
}

export interface WechatOpenState {
  readonly people: Map<string, Person>;
  readonly personByOpenid: Map<string, { readonly appid: string; readonly personId: string }>;
  /** One-time codes of login, OAuth and phone number. */
  readonly tickets: Map<string, Ticket>;
  readonly accessTokens: Map<string, AccessToken>;
  readonly oauthTokens: Map<string, OauthToken>;
  /** Consents left by `openid:template`. */
  readonly subscriptions: Map<string, number>;
  readonly subscriptionMessages: SubscriptionMessage[];
  /** Shipping reports by out_trade_no. */
  readonly shippings: Map<string, ShippingRecord>;
  readonly forcedRefreshes: { readonly appid: string; readonly atMs: number }[];
}

export const emptyWechatOpenState = (): WechatOpenState => ({
  people: new Map(),
  personByOpenid: new Map(),
  tickets: new Map(),
  accessTokens: new Map(),
  oauthTokens: new Map(),
  subscriptions: new Map(),
  subscriptionMessages: [],
  shippings: new Map(),
  forcedRefreshes: [],
});

export interface NewPerson {
  readonly nickname: string;
  readonly phone: string;
  readonly realName?: string;
  readonly realNameVerified?: boolean;
}

export function addPerson(world: World, order: NewPerson): Person {
  const personId = nextHex(world, 10);
  const person: Person = {
    personId,
    nickname: order.nickname,
    phone: order.phone,
    realName: order.realName ?? order.nickname,
    realNameVerified: order.realNameVerified ?? true,
    unionid: `o6${textOf(`union:${personId}`, 26)}`,
    openids: {},
  };
  world.state.wechatOpen.people.set(personId, person);
  world.touch();
  return person;
}

const textOf = (seed: string, length: number): string => createHash('sha256').update(seed).digest('base64url').slice(0, length);

/** The openid of a person under one app; the first look makes it. */
export function openidOf(world: World, person: Person, appid: string): string {
  const known = person.openids[appid];
  if (known !== undefined) return known;
  const openid = `o${textOf(`${person.personId}:${appid}`, 27)}`;
  person.openids[appid] = openid;
  world.state.wechatOpen.personByOpenid.set(openid, { appid, personId: person.personId });
  world.touch();
  return openid;
}

const FIRST_PEOPLE: readonly NewPerson[] = [
  { nickname: '林晓', phone: '13800000001', realName: '林晓' },
  { nickname: '周敏', phone: '13800000002', realName: '周敏' },
  { nickname: '陈宇航', phone: '13800000003', realName: '陈宇航' },
  { nickname: '吴桐', phone: '13800000004', realName: '吴桐' },
  { nickname: '未实名的小赵', phone: '13800000005', realName: '赵一', realNameVerified: false },
];

/** A new world has a few people, so that a login page has someone to choose. */
export function ensurePeople(world: World): void {
  if (world.state.wechatOpen.people.size > 0) return;
  for (const person of FIRST_PEOPLE) addPerson(world, person);
}

/** App behind a token that is still good. */
export function appidOfToken(world: World, token: string | undefined): string | undefined {
  const entry = world.state.wechatOpen.accessTokens.get(token ?? '');
  return entry !== undefined && entry.expiresAtMs > world.clock.now() ? entry.appid : undefined;
}
