import type { Platform } from '@qianxing/service';
import type { Pack } from './engine/pack';
import { contentHash } from './engine/signature';
import type { GuardNeeds } from './needs';
import { CURRENT_PACK_ID, readPack } from './packs/read';

export interface GuardOptions {
  /** The pack that judges; the current one that ships unless told. */
  readonly pack?: Pack;
}

/** What the shell of this service shares. */
export interface GuardContext {
  readonly platform: Platform;
  readonly needs: GuardNeeds;
  readonly pack: Pack;
  readonly packHash: string;
}

/** @throws Error when the pack that ships is not signed or not one: nothing may be judged by it, so the start stops */
export function createContext(platform: Platform, needs: GuardNeeds, options: GuardOptions): GuardContext {
  const pack = options.pack ?? readPack(CURRENT_PACK_ID);
  if ('fault' in pack) throw new Error(`rule pack ${CURRENT_PACK_ID}: ${pack.fault}`);
  return { platform, needs, pack, packHash: contentHash(pack.document) };
}
