import type { Fen } from '@qianxing/money';
import type { Outcome } from './outcome';

/** Gives a valid access token of the **shop's** application. `refused` names a token WeChat has just refused. */
export type GetAccessToken = (options?: { readonly refused?: string }) => Promise<Outcome<string>>;

export interface ChannelsShopConfig {
  /** `https://api.weixin.qq.com` in production, no trailing slash. */
  readonly apiBaseUrl: string;
  readonly getAccessToken: GetAccessToken;
  /** Deadline of one HTTP exchange from connecting to the last byte. Default 12,000 ms. */
  readonly timeoutMs?: number;
}

/** JSON value whose integers beyond 2^53 were kept as digit strings. From XML every leaf is text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** Where a product stands for buyers. `other` keeps the door open for numbers added later; see `statusCode`. */
export type ProductStatus =
  | 'initial'
  | 'listed'
  | 'recycled'
  | 'deleted'
  | 'delistedByMerchant'
  | 'delistedForViolation'
  | 'delistedForDeposit'
  | 'delistedForBrand'
  | 'banned'
  | 'other';

/** Where the merchant's draft stands. */
export type ProductEditStatus =
  | 'initial'
  | 'editing'
  | 'inAudit'
  | 'auditFailed'
  | 'auditPassed'
  | 'writing'
  | 'uploading'
  | 'uploadFailed'
  | 'other';

export interface ShopAttribute {
  readonly name: string;
  readonly value: string;
}

export interface ShopSku {
  readonly skuId: string;
  /** The merchant's own id, when one was given. */
  readonly outSkuId?: string;
  /** The merchant's article number. */
  readonly skuCode?: string;
  readonly salePriceFen: Fen;
  readonly marketPriceFen?: Fen;
  readonly stockQuantity: number;
  readonly attributes: readonly ShopAttribute[];
  readonly pictureUrl?: string;
}

export interface ShopProduct {
  readonly productId: string;
  readonly outProductId?: string;
  readonly productCode?: string;
  readonly title: string;
  readonly subTitle: string;
  readonly pictureUrls: readonly string[];
  readonly description: string;
  readonly descriptionPictureUrls: readonly string[];
  /** From the root category to the leaf. */
  readonly categoryIds: readonly string[];
  readonly brandId?: string;
  readonly attributes: readonly ShopAttribute[];
  readonly status: ProductStatus;
  readonly statusCode: number;
  readonly editStatus: ProductEditStatus;
  readonly editStatusCode: number;
  readonly minPriceFen?: Fen;
  /** UTC ms of the last edit; absent when never edited. */
  readonly editedAt?: number;
  readonly skus: readonly ShopSku[];
  /** Everything as received, for fields not typed here. */
  readonly raw: JsonObject;
}

export interface ProductListInput {
  /** `status` number of WeChat; left out: all but never-listed drafts and the recycle bin. */
  readonly status?: 'listed' | 'recycled' | 'delistedByMerchant' | 'delistedForViolation' | 'banned';
  /** 1–30, default 30. */
  readonly pageSize?: number;
  /** `nextCursor` of the page before; left out for the first page. */
  readonly cursor?: string;
}

export interface ProductPage {
  readonly productIds: readonly string[];
  readonly total: number;
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export interface SkuStock {
  readonly productId: string;
  readonly skuId: string;
  /** Free to sell in the ordinary way. */
  readonly normalQuantity: number;
  /** Set aside for flash sales. */
  readonly limitedDiscountQuantity: number;
  /** Set aside for influencers' plans; answered by the batch call only. */
  readonly finderQuantity: number;
  readonly warehouseQuantities: readonly { readonly warehouseId: string; readonly quantity: number }[];
  readonly totalQuantity: number;
}

export interface StockUpdate {
  readonly productId: string;
  readonly skuId: string;
  /** Prefer `add` and `subtract`: `set` loses what is sold meanwhile. */
  readonly change: 'add' | 'subtract' | 'set';
  /** Integer; positive for `add` and `subtract`, from 0 for `set`; at most 10,000,000. */
  readonly quantity: number;
}

export interface PriceUpdate {
  readonly productId: string;
  readonly prices: readonly { readonly skuId: string; readonly salePriceFen: Fen }[];
}

/**
 * Rejections carry WeChat's `errcode` as text. `retryable` is set for frequency limits (45009, 45011, 10020112), for «busy» (−1) on reads
 * and for a product in audit (10020217): the same call may be sent again later, unchanged.
 */
export interface ChannelsShop {
  listProducts(input?: ProductListInput): Promise<Outcome<ProductPage>>;
  getProduct(input: {
    readonly productId: string;
    /** Default `online`. */
    readonly version?: 'online' | 'draft' | 'both';
  }): Promise<Outcome<{ readonly online?: ShopProduct; readonly draft?: ShopProduct }>>;
  getStock(input: { readonly productId: string; readonly skuId: string }): Promise<Outcome<SkuStock>>;
  /** Stock of every SKU of the products named (1–50). */
  getStocks(productIds: readonly string[]): Promise<Outcome<readonly SkuStock[]>>;
  /** **Not idempotent**: after `unknown`, read the stock before repeating. Rejected 10020219: not that much to subtract. */
  updateStock(input: StockUpdate): Promise<Outcome<undefined>>;
  /** Changes prices of a listed product without audit. Setting the same price twice is harmless. */
  updatePrices(input: PriceUpdate): Promise<Outcome<undefined>>;
}

export type OrderChange = 'created' | 'paid' | 'cancelled' | 'toShip' | 'shipped' | 'confirmed' | 'settled' | 'infoUpdated';

/** A push message of the shop. All are hints: fetch the object before acting. There is no price event, and stock is only told when low. */
export type ShopEvent =
  | {
      readonly kind: 'productAudited';
      readonly productId: string;
      readonly result: 'passed' | 'rejected' | 'other';
      readonly resultCode: number;
      readonly reason?: string;
    }
  | {
      readonly kind: 'productListingChanged';
      readonly productId: string;
      readonly status: ProductStatus;
      readonly statusCode: number;
      readonly reason?: string;
    }
  | {
      readonly kind: 'productUpdated';
      readonly productId: string;
      readonly action: 'updated' | 'created' | 'recycled' | 'deleted' | 'other';
      readonly actionCode: number;
    }
  | { readonly kind: 'stockLow'; readonly productId: string; readonly skuId: string; readonly remainingQuantity: number }
  | { readonly kind: 'orderChanged'; readonly orderId: string; readonly change: OrderChange }
  | { readonly kind: 'afterSaleChanged'; readonly afterSaleOrderId: string; readonly orderId: string; readonly status: string }
  /** Events not typed here; `event` is WeChat's name. */
  | { readonly kind: 'other'; readonly event: string };

/** What a verified and decrypted push message must bring; `PushMessage` of a WeChat push receiver fits. */
export interface ReceivedEvent {
  readonly event?: string;
  readonly content: JsonObject;
}
