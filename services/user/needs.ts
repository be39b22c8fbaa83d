/** What a call to the outside ends in. */
export type OutsideOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface WechatIdentity {
  readonly openId: string;
  readonly unionId: string | undefined;
}

/** The few functions the user service needs from the outside. */
export interface UserNeeds {
  sendSms(message: { readonly phone: string; readonly text: string; readonly code: string }): Promise<OutsideOutcome<undefined>>;
  /** Mini-program login code → identity. */
  miniProgramIdentity(code: string): Promise<OutsideOutcome<WechatIdentity>>;
  /** Phone number behind the code of the mini program's phone button. */
  miniProgramPhone(code: string): Promise<OutsideOutcome<string>>;
  /** Address that asks the visitor of an H5 page in WeChat for authorisation. */
  h5AuthorizeUrl(input: { readonly redirectUrl: string; readonly state: string }): string;
  h5Identity(code: string): Promise<OutsideOutcome<WechatIdentity>>;
}
