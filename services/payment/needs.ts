/** The few functions the payment service needs from others. */
export interface PaymentNeeds {
  /** What a payment is opened for; undefined if the trade is not this member's. */
  tradeForPayment(tradeId: string, memberId: string): Promise<PayableTrade | undefined>;
  /** WeChat OpenID of a member for an app id, if bound. */
  openId(memberId: string, appId: string): Promise<string | undefined>;
  /** Real name of the receiver of a payout, where its amount needs one. It is passed on to the provider and not stored here. */
  payoutRealName(payoutKey: string): Promise<string | undefined>;
}

export interface PayableTrade {
  readonly tradeId: string;
  readonly tradeNo: string;
  readonly memberId: string;
  readonly payableFen: number;
  readonly status: 'awaiting_payment' | 'paid' | 'cancelled';
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly description: string;
}
