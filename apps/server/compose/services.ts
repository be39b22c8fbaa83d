import { join } from 'node:path';
import { createAccessTokens, createKeyRing } from '@qianxing/auth';
import { createCatalogService } from '@qianxing/catalog';
import type { CatalogApi } from '@qianxing/catalog/contract';
import type { ServerConfiguration } from '@qianxing/config';
import { createFulfilmentService, type ShippingInfo, type ShippingInfoOutcome } from '@qianxing/fulfilment';
import type { FulfilmentApi } from '@qianxing/fulfilment/contract';
import { createGuardService } from '@qianxing/guard';
import type { GuardApi } from '@qianxing/guard/contract';
import { createInsightService } from '@qianxing/insight';
import { carriers } from '@qianxing/kuaidi100';
import { createOrderService } from '@qianxing/order';
import type { OrderApi } from '@qianxing/order/contract';
import { createPaymentService } from '@qianxing/payment';
import type { PaymentApi } from '@qianxing/payment/contract';
import { createPromotionService } from '@qianxing/promotion';
import type { PromotionApi } from '@qianxing/promotion/contract';
import type { Platform, Service } from '@qianxing/service';
import { DAY_MS } from '@qianxing/time';
import { createUserService } from '@qianxing/user';
import type { UserApi } from '@qianxing/user/contract';
import { agreements, versionOf } from './agreements';
import type { Outside } from './outside';
import { orderPolicy, planSurroundings, returnAddress, sellerName, transferScene } from './policies';
import { transparencyLogSettings } from './transparency-log';

/** Every service of the product, and what the program itself calls of them. */
export interface Services {
  readonly all: readonly Service<unknown>[];
  readonly user: UserApi;
  readonly catalog: CatalogApi;
  readonly order: OrderApi;
  readonly payment: PaymentApi;
  readonly promotion: PromotionApi;
}

/**
 * Withdrawals: limits in fen. From `twoPersonsFromFen` on two people approve, from `realNameFromFen` on WeChat Pay wants the real name of
 * the receiver (transfer bills, field `user_name`).
 */
const withdrawalPolicy = { minimumFen: 100, maximumFen: 2_000_000, twoPersonsFromFen: 50_000, realNameFromFen: 200_000, perDay: 3 };
const VISIT_TTL_MS = 30 * DAY_MS;

/**
 * Builds the services and satisfies what each needs from others. Services call each other through plain functions here; order and
 * catalogue, and promotion and payment, need each other, so their needs are bound late.
 */
export function composeServices(
  platform: Platform,
  configuration: ServerConfiguration,
  outside: Outside,
  deadLetters: () => Promise<number>,
): Services {
  const { credentials, http, dataDirectory } = configuration;
  const linkKeys = createKeyRing(configuration.secrets.linkKeys);
  const sealKeys = createKeyRing(configuration.secrets.sealKeys);
  const apis: {
    catalog?: CatalogApi;
    order?: OrderApi;
    payment?: PaymentApi;
    promotion?: PromotionApi;
    fulfilment?: FulfilmentApi;
    guard?: GuardApi;
  } = {};
  const late = <K extends keyof typeof apis>(name: K): NonNullable<(typeof apis)[K]> => {
    const api = apis[name];
    if (!api) throw new Error(`service ${name} is called before it is composed`);
    return api;
  };

  const user = createUserService(platform, userNeeds(outside), {
    accessTokens: createAccessTokens({
      keys: createKeyRing(configuration.secrets.tokenKeys),
      issuer: `qianxing-${configuration.environment}`,
    }),
    codeKeys: createKeyRing(configuration.secrets.codeKeys),
    sealKeys,
    linkKeys,
    agreements,
    appIds: { miniProgram: credentials.miniProgram.appid, h5: credentials.officialAccount.appid },
    publicUrl: http.publicUrl,
    issuer: '千星计划 Qianxing',
  });
  const catalog = createCatalogService(
    platform,
    {
      setAvailable: (skuId, warehouseId, available, source, toldUnits) =>
        late('order').setAvailable(skuId, warehouseId, available, source, toldUnits),
      available: (skuIds) => late('order').available(skuIds),
    },
    {
      channelsShop: outside.channelsShop,
      channelsPush: outside.channelsPush,
      mediaDirectory: join(dataDirectory, 'media'),
      pictureOrigins: configuration.outside.pictureUrls,
      pollEveryMs: configuration.outside.channelsPollMs,
    },
  );
  const order = createOrderService(
    platform,
    {
      skuFacts: catalog.api.skuFacts,
      address: user.api.address,
      members: user.api.members,
      memberIdByNo: user.api.memberIdByNo,
      beneficiaries: (memberId) => late('promotion').beneficiaries(memberId),
      isBindingPending: (memberId) => late('promotion').isBindingPending(memberId),
    },
    { policy: orderPolicy, returnAddress },
  );
  const payment = createPaymentService(
    platform,
    {
      tradeForPayment: order.api.tradeForPayment,
      openId: user.api.openId,
      payoutRealName: (payoutKey) => late('promotion').payoutRealName(payoutKey),
    },
    {
      wechatPay: outside.wechatPay,
      merchantId: credentials.wechatPay.mchid,
      appIds: {
        h5: credentials.officialAccount.appid,
        jsapi: credentials.officialAccount.appid,
        native: credentials.officialAccount.appid,
        transfer: credentials.officialAccount.appid,
        mini_program: credentials.miniProgram.appid,
        app: credentials.mobileApp.appid,
      },
      notifyBaseUrl: http.publicUrl,
      h5ReturnUrl: `${http.publicUrl}/#/trade/pay-return/index?paymentId={paymentId}`,
      profitSharing: true,
      transferScene,
      transferConfirmUrl: (packageInfo) =>
        configuration.outside.transferPageUrl === ''
          ? null
          : `${configuration.outside.transferPageUrl}/cashier/transfer?package=${encodeURIComponent(packageInfo)}&redirect_url=${encodeURIComponent(`${http.publicUrl}/#/promotion/withdrawals/index`)}`,
    },
  );
  const promotion = createPromotionService(
    platform,
    {
      paidOrderCount: order.api.paidOrderCount,
      members: user.api.members,
      openId: user.api.openId,
      hasConsent: user.api.hasConsent,
      productCard: catalog.api.productCard,
      shareablePayments: payment.api.shareablePayments,
      transferConfirmation: payment.api.transferConfirmation,
      judgePlan: (request) => late('guard').judgePlan(request),
    },
    {
      publicUrl: http.publicUrl,
      linkKeys,
      sealKeys,
      visitTtlMs: VISIT_TTL_MS,
      agreementVersion: versionOf('promoter_agreement'),
      binding: { touch: 'first', returningMembers: 'withoutPaidOrders' },
      returnWindowMs: orderPolicy.returnWindowMs,
      withdrawal: withdrawalPolicy,
      transferAppId: credentials.officialAccount.appid,
      sellerName,
      planSurroundings: { ...planSurroundings, minimumPayoutFen: withdrawalPolicy.minimumFen },
      transparencyLog: transparencyLogSettings(configuration),
      blockedPlans: configuration.environment === 'sandbox' ? 'marked' : 'refused',
    },
  );
  const guard = createGuardService(platform, { planVersion: promotion.api.guardedPlan });
  const fulfilment = createFulfilmentService(
    platform,
    { kuaidi100: outside.kuaidi100, uploadShippingInfo: (info) => uploadShippingInfo(outside, payment.api, info) },
    { callbackBaseUrl: http.publicUrl },
  );
  const insight = createInsightService(platform, {
    order: order.api,
    payment: payment.api,
    fulfilment: fulfilment.api,
    promotion: promotion.api,
    deadLetters,
  });
  Object.assign(apis, {
    catalog: catalog.api,
    order: order.api,
    payment: payment.api,
    promotion: promotion.api,
    fulfilment: fulfilment.api,
    guard: guard.api,
  });
  return {
    all: [user, catalog, order, payment, promotion, fulfilment, guard, insight],
    user: user.api,
    catalog: catalog.api,
    order: order.api,
    payment: payment.api,
    promotion: promotion.api,
  };
}

function userNeeds(outside: Outside) {
  return {
    sendSms: outside.sendSms,
    miniProgramIdentity: async (code: string) => identityOf(await outside.miniProgram.codeToSession(code)),
    miniProgramPhone: async (code: string) => {
      const outcome = await outside.miniProgram.phoneNumber({ code });
      return outcome.kind === 'ok' ? { kind: 'ok' as const, value: outcome.value.purePhoneNumber } : outcome;
    },
    h5AuthorizeUrl: ({ redirectUrl, state }: { redirectUrl: string; state: string }) =>
      outside.officialAccount.authorizeUrl({ redirectUrl, state, scope: 'base' }),
    h5Identity: async (code: string) => identityOf(await outside.officialAccount.oauthSession(code)),
  };
}

type IdentityAnswer =
  | { readonly kind: 'ok'; readonly value: { readonly openId: string; readonly unionId?: string } }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly reason: string };

function identityOf(outcome: IdentityAnswer) {
  return outcome.kind === 'ok' ? { kind: 'ok' as const, value: { openId: outcome.value.openId, unionId: outcome.value.unionId } } : outcome;
}

/** WeChat wants to know about parcels of mini-program payments only. */
async function uploadShippingInfo(outside: Outside, payment: PaymentApi, info: ShippingInfo): Promise<ShippingInfoOutcome> {
  const facts = await payment.paymentFacts(info.paymentId);
  if (facts?.channel !== 'mini_program' || facts.providerTransactionId === null || facts.openId === null) return { kind: 'notNeeded' };
  const parcels = info.parcels.flatMap(({ carrierCode: code, waybillNo, description, phone }) => {
    const carrierCode = carriers.find((carrier) => carrier.code === code)?.wechatCode;
    const contact = phone === '' ? {} : { receiverContact: phone.replace(/^\d+(\d{4})$/, '*******$1') };
    return carrierCode === undefined ? [] : [{ trackingNumber: waybillNo, carrierCode, itemDescription: description, ...contact }];
  });
  if (parcels.length < info.parcels.length) return { kind: 'rejected', code: 'carrierUnknownToWechat', retryable: false };
  const outcome = await outside.miniProgram.uploadShippingInfo({
    order: { transactionId: facts.providerTransactionId },
    logistics: 'express',
    delivery: info.mode === 'unified' ? { mode: 'unified' } : { mode: 'split', allDelivered: info.complete },
    parcels,
    uploadedAt: info.uploadTime,
    payerOpenId: facts.openId,
  });
  switch (outcome.kind) {
    case 'ok':
      return { kind: 'ok' };
    case 'rejected':
      return { kind: 'rejected', code: outcome.code, retryable: outcome.retryable === true };
    case 'unknown':
      return { kind: 'unknown', reason: outcome.reason };
    default:
      return outcome satisfies never;
  }
}
