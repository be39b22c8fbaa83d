import type { OrderPolicy } from '@qianxing/order';
import type { PromotionOptions } from '@qianxing/promotion';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';

/** The shop's settings where the law, the rails and the field's habits leave a choice. */
export const orderPolicy: OrderPolicy = {
  paymentWindowMs: 30 * MINUTE_MS,
  autoReceiveAfterShippedMs: 10 * DAY_MS,
  autoReceiveAfterDeliveredMs: 7 * DAY_MS,
  returnWindowMs: 7 * DAY_MS,
  spendDiscounts: [
    { code: 'spend-1000-save-30', thresholdFen: 100_000, amountFen: 3_000, labelZh: '满1000减30', labelEn: '30 off 1,000' },
    { code: 'spend-2000-save-80', thresholdFen: 200_000, amountFen: 8_000, labelZh: '满2000减80', labelEn: '80 off 2,000' },
  ],
  freight: {
    freeFromFen: 9_900,
    firstGrams: 1_000,
    firstFen: 800,
    nextGrams: 1_000,
    nextFen: 200,
    // Inner Mongolia, Tibet, Qinghai, Ningxia, Xinjiang.
    remoteProvinceCodes: ['150000', '540000', '630000', '640000', '650000'],
    remoteFen: 2_000,
  },
};

/** What the compliance engine is told about who operates this shop and where its plans run. */
export const planSurroundings: Omit<PromotionOptions['planSurroundings'], 'minimumPayoutFen'> = {
  operator: { kind: 'self' },
  channels: ['app', 'h5', 'wechat_mp'],
};

export const returnAddress = '山东省青岛市城阳区千里行退货中心 售后组 0532-00000000';
export const sellerName = '千里行';

/** Reported for transfers of scene 1005 (佣金报酬). */
export const transferScene = {
  sceneId: '1005',
  reports: [
    { infoType: '岗位类型', infoContent: '推广员' },
    { infoType: '报酬说明', infoContent: '商品推广佣金' },
  ],
};
