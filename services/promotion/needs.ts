import type { GuardApi } from '@qianxing/guard/contract';

/** A member as shown to others. */
export interface MemberCard {
  readonly memberNo: number;
  readonly nickname: string;
  /** Nickname with its middle replaced, for showing to other members. */
  readonly nicknameMasked: string;
  /** When the member registered. */
  readonly createdAt: number;
}

/** What a poster shows of a product. `picturePath` is a file on this machine (SVG, PNG or JPEG). */
export interface ProductCard {
  readonly title: string;
  readonly picturePath: string;
  readonly priceFromFen: number;
  readonly merchantName: string;
}

/** What a promoter's client needs to let WeChat ask for the confirmation of a transfer. */
export interface TransferConfirmation {
  readonly packageInfo: string;
  readonly appId: string;
  readonly merchantId: string;
  readonly confirmUrl: string | null;
}

/** The few functions the promotion service needs from others. */
export interface PromotionNeeds {
  /** Number of paid, not fully refunded orders of a member. */
  paidOrderCount(memberId: string): Promise<number>;
  /** Unknown ids are left out. */
  members(memberIds: readonly string[]): Promise<Map<string, MemberCard>>;
  /** WeChat OpenID of a member for an app id, if bound. */
  openId(memberId: string, appId: string): Promise<string | undefined>;
  /** Whether the member has accepted the version in force. */
  hasConsent(memberId: string, kind: 'promoter_agreement'): Promise<boolean>;
  productCard(productId: string): Promise<ProductCard | undefined>;
  /** Payments by trade with what may still be shared of each. */
  shareablePayments(tradeIds: readonly string[]): Promise<Map<string, { paymentId: string; shareableFen: number }>>;
  /** Undefined while no transfer of this key waits for confirmation. */
  transferConfirmation(payoutKey: string): Promise<TransferConfirmation | undefined>;
  /** The compliance engine's word on a plan, kept in its history. */
  judgePlan: GuardApi['judgePlan'];
}
