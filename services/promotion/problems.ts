import { defineProblems } from '@qianxing/errors';

export const { catalogue: promotionProblems, fail } = defineProblems('promotion', {
  notPromoter: { status: 409, zh: '您还不是推广员，请先开通', en: 'You are not a promoter yet: enrol first' },
  promoterRemoved: {
    status: 409,
    zh: '您的推广资格已被取消，如有异议请联系客服',
    en: 'Your promoter account was removed; contact us to appeal',
  },
  qualificationMissing: { status: 409, zh: '尚未满足开通条件：{conditionZh}', en: 'Not qualified yet: {conditionEn}' },
  agreementNeeded: { status: 422, zh: '请先阅读并同意《推广服务协议》', en: 'Read and accept the promoter agreement first' },
  referralNotFound: { status: 404, zh: '推广码不存在或已暂停', en: 'This referral code does not exist or is paused' },
  promoterNotFound: { status: 404, zh: '没有找到该推广员', en: 'Promoter not found' },
  commissionNotFound: { status: 404, zh: '没有找到该佣金记录', en: 'Commission not found' },
  withdrawalNotFound: { status: 404, zh: '没有找到该提现单', en: 'Withdrawal not found' },
  planNotFound: { status: 404, zh: '没有找到该方案版本', en: 'Plan version not found' },
  planBusy: { status: 409, zh: '另一位同事正在发布方案，请刷新后重试', en: 'Someone else is publishing a plan: refresh and try again' },
  productNotFound: { status: 404, zh: '没有找到该商品', en: 'Product not found' },
  posterBusy: { status: 503, zh: '海报生成繁忙，请稍后重试', en: 'Too many posters are being drawn: try again shortly' },
  balanceTooLow: {
    status: 409,
    zh: '可提现余额不足，当前可提 {available} 元',
    en: 'The balance is too low: {available} yuan can be withdrawn',
  },
  belowMinimum: { status: 422, zh: '单笔最低提现 {minimum} 元', en: 'A withdrawal is at least {minimum} yuan' },
  aboveMaximum: { status: 422, zh: '单笔最高提现 {maximum} 元', en: 'A withdrawal is at most {maximum} yuan' },
  realNameNeeded: {
    status: 422,
    zh: '单笔提现满 {from} 元须填写真实姓名（与微信实名认证一致），微信支付会核对',
    en: 'From {from} yuan on, WeChat Pay checks the real name of the receiver: enter the name of your WeChat account',
  },
  realNameNotNeeded: {
    status: 422,
    zh: '不满 {from} 元或不经转账的提现无需姓名，请去掉姓名后重试',
    en: 'A name is only needed for transfers from {from} yuan on: leave it out',
  },
  tooManyToday: { status: 409, zh: '每天最多提现 {perDay} 次，请明天再试', en: 'At most {perDay} withdrawals a day: try again tomorrow' },
  keyReused: {
    status: 409,
    zh: '同一个 Idempotency-Key 已用于内容不同的提现，请更换编号',
    en: 'This Idempotency-Key was used for another withdrawal: use a new key',
  },
  wechatNotBound: { status: 409, zh: '请先绑定微信，才能收款', en: 'Bind WeChat first, so that you can be paid' },
  notCancellable: { status: 409, zh: '提现单已在处理，不能再取消', en: 'The withdrawal is being processed and cannot be cancelled' },
  notReviewable: {
    status: 409,
    zh: '提现单已不在审核中，请刷新后查看',
    en: 'The withdrawal is no longer under review: refresh and look again',
  },
  secondPersonNeeded: {
    status: 409,
    zh: '您已审批过该提现单，须由另一位同事复核',
    en: 'You have approved this already: a second, different person is needed',
  },
  nothingToConfirm: { status: 409, zh: '该提现单当前无需确认收款', en: 'This withdrawal is not waiting for your confirmation' },
  rejected: { status: 409, zh: '审核未通过：{reason}', en: 'Rejected: {reason}' },
  notShareable: {
    status: 409,
    zh: '可分账的订单资金不足，请改用转账到零钱',
    en: 'The payments that can still be shared do not cover this amount: use a transfer instead',
  },
  payoutFailed: {
    status: 409,
    zh: '打款失败（{reason}），资金已退回余额',
    en: 'The payout failed ({reason}); the money is back in your balance',
  },
  realNameMissing: {
    status: 409,
    zh: '打款需要收款人真实姓名，资金已退回余额，请填写姓名后重新提现',
    en: 'The payout needs the real name of the receiver; the money is back in your balance: withdraw again with your name',
  },
  nameNotCorrect: {
    status: 409,
    zh: '姓名与微信实名认证不一致，资金已退回余额，请核对姓名后重新提现',
    en: 'The name is not the one of your WeChat account; the money is back in your balance: check the name and withdraw again',
  },
  wechatNotVerified: {
    status: 409,
    zh: '您的微信尚未完成实名认证，资金已退回余额，请在微信完成认证后重新提现',
    en: 'Your WeChat account is not verified yet; the money is back in your balance: verify it in WeChat and withdraw again',
  },
  partlyPaid: {
    status: 409,
    zh: '部分到账 {received} 元，其余已退回余额',
    en: '{received} yuan arrived, the rest is back in your balance',
  },
});
