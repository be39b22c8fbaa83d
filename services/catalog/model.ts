import type { ChannelsShop } from '@qianxing/channels-shop';
import type { MessagePush } from '@qianxing/wechat-open';

export interface CatalogOptions {
  readonly channelsShop: ChannelsShop;
  readonly channelsPush: MessagePush;
  /** Folder of the shop's own copies of pictures, and the path under which they are served. */
  readonly mediaDirectory: string;
  /** Hosts from which an import may fetch pictures; anything else is refused. */
  readonly pictureOrigins: readonly string[];
  /** A product is looked at again after this time even if no push told of a change. */
  readonly pollEveryMs: number;
}

/** A product of the Channels shop in our terms, checked; what an import item holds and a synchronisation compares. */
export interface ImportedProduct {
  readonly externalProductId: string;
  readonly productCode: string;
  readonly title: string;
  readonly titleEn: string;
  readonly subtitle: string;
  readonly brand: string;
  readonly description: string;
  readonly categoryCode: string;
  readonly merchantCode: string;
  readonly warehouseCode: string;
  readonly tags: readonly string[];
  readonly pictureUrls: readonly string[];
  readonly weightGrams: number;
  readonly listed: boolean;
  readonly skus: readonly ImportedSku[];
}

export interface ImportedSku {
  readonly externalSkuId: string;
  readonly skuCode: string;
  readonly label: string;
  readonly specifications: readonly { readonly nameZh: string; readonly nameEn: string; readonly value: string }[];
  readonly priceFen: number;
  readonly marketPriceFen: number | null;
  readonly stock: number;
  readonly tyre: ImportedTyre | null;
}

export interface ImportedTyre {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimInch: number;
  readonly loadIndex: number;
  readonly speedRating: string;
  readonly season: 'summer' | 'winter' | 'all_season';
  readonly vehicleTypes: readonly string[];
}

/** Why a product of the Channels shop cannot be imported. */
export interface RefusalReason {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}
