import { createHash } from 'node:crypto';
import { dayOf, toLocalText, type VirtualClock } from './clock';
import type { PlatformKeys, SandboxCredentials } from './credentials';
import type { SandboxState } from './state';

/** Everything a party of the sandbox works with. */
export interface World {
  readonly clock: VirtualClock;
  readonly credentials: SandboxCredentials;
  readonly platformKeys: PlatformKeys;
  readonly state: SandboxState;
  /** Base address as clients and browsers see it; known once the server listens. */
  publicUrl: string;
  /** Notices that may have something to send: keeps the delivery loop from looking at all that were ever sent. */
  readonly openNotices: Set<string>;
  /** Notices that wait to be overtaken. */
  readonly heldNotices: Set<string>;
  /** Call after every change of the state. */
  touch(): void;
  /** Asks the delivery loop to look for due notices at once. */
  wakeDelivery(): void;
}

function nextSequence(world: World): number {
  world.state.sequence += 1;
  return world.state.sequence;
}

/** Decimal number: prefix, day, running number; `length` digits in all. */
export function nextDecimalNumber(world: World, prefix: string, length: number): string {
  const head = prefix + dayOf(world.clock.now()).replaceAll('-', '');
  return head + String(nextSequence(world)).padStart(length - head.length, '0');
}

/** Hex text without meaning, from the running number; the same run gives the same text. */
export function nextHex(world: World, length: number): string {
  const seed = `${world.credentials.wechatPay.mchid}:${nextSequence(world)}`;
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

/** Text nobody can guess from an earlier one: tokens and codes. */
export function nextSecret(world: World, length: number): string {
  const seed = `${world.platformKeys.wechatPayPrivateKeyPem}:${nextSequence(world)}`;
  return createHash('sha512')
    .update(seed)
    .digest('base64')
    .replace(/[^0-9A-Za-z]/g, '')
    .slice(0, length);
}

/** `20250102030405` in China's zone. */
export const compactTime = (instantMs: number): string => toLocalText(instantMs).replace(/\D/g, '');
