import type { AccessTokens, KeyRing } from '@qianxing/auth';
import type { Platform } from '@qianxing/service';
import type { Agreement } from './contract';
import type { UserNeeds } from './needs';
import type { SessionWatch } from './sessions/sessions';

export interface UserOptions {
  readonly accessTokens: AccessTokens;
  /** Hashes of login codes and of phones (lookup): phones are found under every key and kept under all of them. */
  readonly codeKeys: KeyRing;
  /** Sealed phones and authenticator secrets. */
  readonly sealKeys: KeyRing;
  /** Signed state of H5 authorisation and sign-in challenges. */
  readonly linkKeys: KeyRing;
  /** The texts in force, one of each kind. */
  readonly agreements: readonly Agreement[];
  readonly appIds: { readonly miniProgram: string; readonly h5: string };
  /** Address of the shop; H5 authorisation comes back to pages below it only. */
  readonly publicUrl: string;
  /** Shown by authenticator apps. */
  readonly issuer: string;
}

/** What the shell of this service shares. */
export interface UserContext {
  readonly platform: Platform;
  readonly needs: UserNeeds;
  readonly options: UserOptions;
  readonly sessions: SessionWatch;
}
