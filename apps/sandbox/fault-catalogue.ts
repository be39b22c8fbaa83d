/**
 * Where a fault strikes.
 * - `before`: the request is refused before any work.
 * - `after`: the work is done, then the answer is lost or spoilt.
 * - `notice`: on a notification, its content or its transport.
 * - `business`: inside the business of one operation.
 */
export type FaultPlace = 'before' | 'after' | 'notice' | 'business';

export interface FaultDefinition {
  readonly place: FaultPlace;
  readonly zh: string;
  readonly en: string;
  /** Rows of the fault catalogue in the protocol reference, for example `F25`. */
  readonly rows: string;
}

const define = (place: FaultPlace, rows: string, zh: string, en: string): FaultDefinition => ({ place, rows, zh, en });

/** Every fault the sandbox can produce. */
export const faultCatalogue = {
  slow: define('before', 'F07', '答复缓慢（delayMs，默认 3000）', 'answers late (delayMs, default 3000)'),
  connectionReset: define('before', 'F30', '未处理即断开连接', 'connection closed before any work'),
  serverError: define('before', 'F26', '返回 500 系统错误', 'answers 500 SYSTEM_ERROR'),
  frequencyLimited: define('before', 'F27', '返回频率限制', 'answers that calls are too frequent'),
  errorCode: define(
    'before',
    'F36 F38 F41 F94 F104',
    '返回指定错误（code、status、message）',
    'answers a given error (code, status, message)',
  ),
  timeoutAfterSuccess: define(
    'after',
    'F25 F42 F63 F65 F93',
    '已处理但不答复（mode：close 或 hang）',
    'work done, no answer (mode: close or hang)',
  ),
  errorAfterSuccess: define('after', 'F26 F65', '已处理但返回 500', 'work done, answers 500'),
  truncatedBody: define('after', 'F28', '答复中途断开', 'connection cut inside the answer'),
  unsigned: define('after', 'F29', '答复无签名', 'answer without signature'),
  wrongSerial: define('after', 'F29 F14', '答复证书序列号错误', 'answer names an unknown serial'),
  tamperedSignature: define('after', 'F29', '答复签名被篡改', 'answer with a spoilt signature'),
  signatureProbe: define('after', 'F09', '签名探测流量', 'answer with a signature probe'),
  invalidToken: define('before', 'F80', 'access_token 失效（40001）', 'access token refused (40001)'),

  lost: define('notice', 'F05', '通知丢失', 'notice is never sent'),
  late: define('notice', 'F06', '通知延迟（delayMs，默认 23 小时）', 'notice is late (delayMs, default 23 h)'),
  duplicate: define('notice', 'F01 F89', '同一通知再次发送', 'same notice sent again after success'),
  duplicateOtherId: define('notice', 'F02', '同一事件两个通知编号', 'same event under two notice ids'),
  tenCopies: define('notice', 'F03', '十份同时到达', 'ten copies at once'),
  outOfOrder: define('notice', 'F04', '顺序颠倒：等下一条先到', 'held until the next notice was sent'),
  noticeWrongKey: define('notice', 'F08 F97', '通知签名出自他人密钥', 'notice signed with a stranger’s key'),
  noticeSignatureProbe: define('notice', 'F09', '通知为签名探测', 'notice is a signature probe'),
  noticeTampered: define('notice', 'F10', '通知正文改动一个字节', 'one byte of the body changed'),
  noticeTimestampChanged: define('notice', 'F11', '通知时间戳被改', 'header timestamp changed after signing'),
  noticeFuture: define('notice', 'F13', '通知时间戳在未来 6 分钟', 'timestamp six minutes ahead'),
  noticeUnknownSerial: define('notice', 'F14', '通知证书序列号未知', 'notice names an unknown serial'),
  noticeWrongCipherKey: define('notice', 'F16', '通知用错误的 APIv3 密钥加密', 'resource encrypted with another key'),
  noticeEmptyAssociatedData: define('notice', 'F17', '附加数据为空', 'associated data is empty'),
  noticeUnknownEvent: define('notice', 'F18', '未知事件类型', 'unknown event type'),
  amountMismatch: define('notice', 'F19', '通知金额不符（deltaFen，默认 -1）', 'amount differs (deltaFen, default -1)'),
  currencyMismatch: define('notice', 'F20', '通知币种不符', 'currency differs'),
  mchidMismatch: define('notice', 'F20', '通知商户号不符', 'mchid differs'),
  appidMismatch: define('notice', 'F20', '通知应用不符', 'appid differs'),
  openidMismatch: define('notice', 'F20', '通知付款人不符', 'payer differs'),
  noticeOversized: define('notice', 'F23', '通知正文 3 MiB', 'three MiB of body'),
  noticeInvalidUtf8: define('notice', 'F23', '通知正文编码错误', 'body is not UTF-8'),
  noticeMissingHeaders: define('notice', 'F23', '通知缺少签名头', 'signature headers missing'),
  noticeWrongTail: define('notice', 'F88', '推送密文尾部 appid 错误', 'push with another appid at its tail'),

  coupon: define('business', 'F21', '用户使用代金券（couponFen，默认 1）', 'payer uses a coupon (couponFen, default 1)'),
  paidWhileClosing: define('business', 'F33', '关单瞬间用户付款', 'payer pays while the order is being closed'),
  closedThenPaid: define('business', 'F34', '关单成功后仍被支付', 'close succeeds, then the payment arrives'),
  notFoundAfterCreate: define('business', 'F40', '下单后短暂查无此单', 'order unknown right after it was made'),
  refundStuck: define('business', 'F43', '退款长时间处理中', 'refund stays in process'),
  refundAbnormal: define('business', 'F44', '退款异常', 'refund ends abnormal'),
  refundClosed: define('business', 'F45', '退款关闭', 'refund ends closed'),
  notEnough: define('business', 'F46 F58', '余额不足', 'balance too low'),
  receiverNotVerified: define('business', 'F53 F59 F60', '分账接收方未实名', 'receiver has no verified real name'),
  receiverNoRelation: define('business', 'F54', '分账关系不存在', 'receiver relation missing'),
  receiverHighRisk: define('business', 'F55', '分账接收方高风险', 'receiver is high risk'),
  receiverLimit: define('business', 'F56', '分账接收方超限额', 'receiver over the monthly limit'),
  transferNameWrong: define('business', 'F68', '收款人姓名不符', 'name of the receiver is wrong'),
  transferFundsLow: define('business', 'F69', '转账等待充值', 'transfer waits for funds'),
  transferConfirmWhileCancel: define('business', 'F67', '撤销瞬间用户确认', 'payee confirms while it is being cancelled'),
  billCreating: define('business', 'F73', '账单生成中', 'bill not ready yet'),
  billMissing: define('business', 'F72', '账单不存在', 'no statement though there were trades'),
  billHashMismatch: define('business', 'F75', '账单摘要不符', 'hash does not match the file'),
  billTruncated: define('business', 'F75', '账单文件截断', 'file is cut short'),
  billRowMissing: define('business', 'F76', '账单缺一行', 'one row missing'),
  billRowExtra: define('business', 'F76', '账单多一行', 'one row too many'),
  billAmountDiffers: define('business', 'F76', '账单金额不符', 'one amount differs'),
  billFeeDiffers: define('business', 'F76', '账单手续费不符', 'one fee differs'),
  billForeignHost: define('business', 'F79', '账单地址指向别的主机', 'download address on another host'),
  billTokenExpired: define('business', 'F74', '账单下载令牌过期', 'download token expired'),

  codeUsed: define('business', 'F82', '登录凭证已被使用（40163）', 'login code already used (40163)'),
  highRiskUser: define('business', 'F82', '高风险用户（40226）', 'user blocked as high risk (40226)'),
  wrongWatermark: define('business', 'F83', '手机号水印属于别的应用', 'watermark of another app'),
  snapshotUser: define('business', 'F84', '快照页虚拟身份', 'preview identity of a snapshot page'),
  subscriptionRefused: define('business', 'F85', '用户拒收订阅消息（43101）', 'subscription refused (43101)'),
  codeImageError: define('business', 'F86', '小程序码返回 JSON 错误', 'code picture is a JSON error with 200'),
  contentRisky: define('business', '', '内容安全判定违规', 'content judged risky'),
  paymentUnknown: define('business', 'F104', '发货时支付单未知（10060001）', 'payment not known yet (10060001)'),

  cursorRepeats: define('business', 'F92', '翻页游标重复一页', 'cursor repeats a page'),
  cursorSkips: define('business', 'F92', '翻页跳过一个商品', 'cursor skips a product'),
  stockTooOften: define('business', 'F94', '库存更新过频（10020112）', 'stock updated too often (10020112)'),
  stockInAudit: define('business', 'F94', '商品审核中（10020217）', 'product in audit (10020217)'),
  eventLost: define('business', 'F96', '改动不产生事件', 'change without an event'),

  alreadySubscribed: define('business', 'F98', '重复订阅（501）', 'already subscribed (501)'),
  phoneCheckFailed: define('business', 'F102', '手机号校验失败（408）', 'phone check failed (408)'),
  monthlyLimit: define('business', 'F106', '当月订阅次数用尽', 'monthly subscriptions used up'),
} as const satisfies Record<string, FaultDefinition>;

export type FaultName = keyof typeof faultCatalogue;
export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faultCatalogue, name);
