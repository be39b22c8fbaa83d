import { Type } from '@sinclair/typebox';

/** Request bodies of WeChat Pay v3 as the reference lists them; anything else in a body is refused. */
const closed: typeof Type.Object = (members, options) => Type.Object(members, { additionalProperties: false, ...options });
const text = (max: number, min = 1) => Type.String({ minLength: min, maxLength: max });
const optional = Type.Optional;
const fen = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 });
/** Absolute address without query; real hosts ask for https, loopback is plain. */
const notifyUrl = Type.String({ pattern: '^https?://[^?#\\s]+$', maxLength: 256 });

const payment = {
  appid: text(32),
  mchid: text(32),
  description: text(127),
  out_trade_no: Type.String({ pattern: '^[0-9A-Za-z_\\-|*]{6,32}$' }),
  time_expire: optional(text(64)),
  attach: optional(text(128)),
  notify_url: notifyUrl,
  goods_tag: optional(text(32)),
  support_fapiao: optional(Type.Boolean()),
  amount: closed({ total: fen, currency: optional(Type.Literal('CNY')) }),
  detail: optional(
    closed({
      cost_price: optional(Type.Integer()),
      invoice_id: optional(text(32)),
      goods_detail: optional(
        Type.Array(
          closed({
            merchant_goods_id: text(32),
            wechatpay_goods_id: optional(text(32)),
            goods_name: optional(text(256)),
            quantity: Type.Integer({ minimum: 1 }),
            unit_price: Type.Integer({ minimum: 0 }),
          }),
        ),
      ),
    }),
  ),
  settle_info: optional(closed({ profit_sharing: optional(Type.Boolean()) })),
};

const sceneInfo = {
  payer_client_ip: text(45),
  device_id: optional(text(32)),
  store_info: optional(closed({ id: text(32), name: optional(text(256)), area_code: optional(text(32)), address: optional(text(512)) })),
};

export const paymentBodies = {
  jsapi: closed({ ...payment, payer: closed({ openid: text(128) }), scene_info: optional(closed(sceneInfo)) }),
  app: closed({ ...payment, scene_info: optional(closed(sceneInfo)) }),
  native: closed({ ...payment, scene_info: optional(closed(sceneInfo)) }),
  h5: closed({
    ...payment,
    scene_info: closed({
      ...sceneInfo,
      h5_info: closed({
        type: text(32),
        app_name: optional(text(64)),
        app_url: optional(text(128)),
        bundle_id: optional(text(128)),
        package_name: optional(text(128)),
      }),
    }),
  }),
};

export const closeBody = closed({ mchid: text(32) });

const refundNumber = Type.String({ pattern: '^[0-9A-Za-z_\\-|*@]{1,64}$' });

export const refundBody = closed({
  transaction_id: optional(text(32)),
  out_trade_no: optional(text(32, 6)),
  out_refund_no: refundNumber,
  reason: optional(text(80)),
  notify_url: optional(notifyUrl),
  funds_account: optional(Type.Union([Type.Literal('AVAILABLE'), Type.Literal('UNSETTLED')])),
  amount: closed({
    refund: fen,
    total: fen,
    currency: Type.Literal('CNY'),
    from: optional(Type.Array(closed({ account: Type.Union([Type.Literal('AVAILABLE'), Type.Literal('UNAVAILABLE')]), amount: fen }))),
  }),
  goods_detail: optional(
    Type.Array(
      closed({
        merchant_goods_id: text(32),
        wechatpay_goods_id: optional(text(32)),
        goods_name: optional(text(256)),
        unit_price: Type.Integer({ minimum: 0 }),
        refund_amount: Type.Integer({ minimum: 0 }),
        refund_quantity: Type.Integer({ minimum: 1 }),
      }),
    ),
  ),
});

export const abnormalRefundBody = closed({
  out_refund_no: refundNumber,
  type: Type.Union([Type.Literal('USER_BANK_CARD'), Type.Literal('MERCHANT_BANK_CARD')]),
  bank_type: optional(text(16)),
  bank_account: optional(text(1024)),
  real_name: optional(text(1024)),
});

const receiverType = Type.Union([Type.Literal('MERCHANT_ID'), Type.Literal('PERSONAL_OPENID')]);
const RELATIONS = 'SERVICE_PROVIDER STORE STAFF STORE_OWNER PARTNER HEADQUARTER BRAND DISTRIBUTOR USER SUPPLIER CUSTOM'.split(' ');

export const addReceiverBody = closed({
  appid: text(32),
  type: receiverType,
  account: text(64),
  name: optional(text(1024)),
  relation_type: Type.String({ pattern: `^(${RELATIONS.join('|')})$` }),
  custom_relation: optional(text(10)),
});
export const deleteReceiverBody = closed({ appid: text(32), type: receiverType, account: text(64) });

export const sharingBody = closed({
  appid: optional(text(32)),
  transaction_id: text(32),
  out_order_no: refundNumber,
  receivers: Type.Array(closed({ type: receiverType, account: text(64), name: optional(text(1024)), amount: fen, description: text(80) }), {
    minItems: 1,
    maxItems: 50,
  }),
  unfreeze_unsplit: Type.Boolean(),
});

export const unfreezeBody = closed({ transaction_id: text(32), out_order_no: refundNumber, description: text(80) });

export const sharingReturnBody = closed({
  order_id: optional(text(64)),
  out_order_no: optional(refundNumber),
  out_return_no: refundNumber,
  return_mchid: text(32),
  amount: fen,
  description: text(80),
});

export const transferBody = closed({
  appid: text(32),
  out_bill_no: Type.String({ pattern: '^[0-9A-Za-z]{1,32}$' }),
  transfer_scene_id: text(36),
  openid: text(64),
  user_name: optional(text(1024)),
  transfer_amount: fen,
  transfer_remark: text(32),
  notify_url: optional(notifyUrl),
  user_recv_perception: optional(text(32)),
  transfer_scene_report_infos: Type.Array(closed({ info_type: text(15), info_content: text(32) }), { maxItems: 10 }),
  user_recv_style: optional(closed({ type: Type.Union([Type.Literal('CONFIRM_PAGE'), Type.Literal('RED_PACKET')]) })),
});

export const echoBody = closed({
  notify_url: optional(notifyUrl),
  echo_message: text(1024),
  encrypted_echo_message: optional(text(1024)),
});
