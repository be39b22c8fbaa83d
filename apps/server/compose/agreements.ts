import type { Agreement, AgreementKind } from '@qianxing/user/contract';

const text = (...paragraphs: readonly string[]): string => paragraphs.join('\n');

/**
 * The texts that members consent to. A changed text gets a new version, and everybody is asked again; the test beside this file notices a
 * text that changed under its version.
 */
export const agreements: readonly Agreement[] = [
  {
    kind: 'terms',
    version: '2026-11',
    titleZh: '用户协议',
    titleEn: 'Terms of use',
    textZh: text(
      '一、本店销售的商品由各商家发货，价格与库存以下单时服务器确认为准。',
      '二、订单在支付时限内未付款将自动关闭，不占用库存。',
      '三、签收后在售后期内可按件申请退款或退货，款项原路退回。',
      '四、请勿利用漏洞、虚假交易或自动程序扰乱正常交易。',
      '五、发生争议时，双方先协商；协商不成的，可向消费者协会投诉或依法起诉。',
    ),
    textEn: text(
      '1. Goods are shipped by the merchants named. Price and stock are those the server confirms when you order.',
      '2. An order that is not paid in time is closed and holds no stock.',
      '3. After delivery you may apply for refund or return of single pieces within the return period; money goes back the way it came.',
      '4. Do not disturb trade by exploits, false orders or automatic programs.',
      '5. Disputes are settled by talking first, then through the consumer association or the courts.',
    ),
  },
  {
    kind: 'privacy',
    version: '2026-11',
    titleZh: '隐私政策',
    titleEn: 'Privacy policy',
    textZh: text(
      '一、我们收集手机号用于登录，收集收货信息用于配送，收集订单与支付状态用于履约。',
      '二、收货信息仅提供给发货商家与承运商；支付由微信支付处理，我们不接触您的卡号。',
      '三、您可以随时在「设置」中导出数据、关闭个性化推荐、撤回同意或注销账号。',
      '四、推荐关系只记录谁推荐了谁；向他人展示时一律隐去姓名。',
      '五、未满 14 周岁的未成年人请在监护人同意后使用。',
      '六、推广者单笔提现满 2000 元时，微信支付要求核对收款人姓名：姓名加密保存，仅用于该笔打款，结束后即删除。',
    ),
    textEn: text(
      '1. We use your number to sign you in, your address to deliver, and order and payment states to fulfil the contract.',
      '2. Delivery data goes only to the shipping merchant and carrier; WeChat Pay handles payment, we never see your card.',
      '3. In Settings you can export your data, switch off personal recommendations, withdraw consent or erase the account.',
      '4. Referral data records who recommended whom; names are masked for others.',
      '5. Under the age of 14 please use the shop only with a guardian’s consent.',
      '6. From 2,000 yuan on WeChat Pay compares the name of a promoter who withdraws: it is stored encrypted, used for that payout only and then deleted.',
    ),
  },
  {
    kind: 'promoter_agreement',
    version: '2026-11',
    titleZh: '推广者协议',
    titleEn: 'Promoter agreement',
    textZh: text(
      '一、推广者须年满 18 周岁，以自己的名义如实介绍商品，标明「广告」。',
      '二、佣金按实付商品金额与公布的比例计算，最多三级，退款部分相应扣回。',
      '三、佣金在确认收货且售后期结束后可提现，平台依法代扣代缴税款。',
      '四、不收取入门费，不以发展人员数量计酬，不得夸大或虚假宣传。',
      '五、团队层级数据仅供展示，不作为计酬依据。',
    ),
    textEn: text(
      '1. Promoters are adults, speak truthfully in their own name and mark their posts as advertising.',
      '2. Commission is a published rate of what was paid for goods, at most three levels; refunds take their part back.',
      '3. Commission can be withdrawn after receipt and the return period; tax is withheld as the law asks.',
      '4. There is no entry fee, nothing is paid for recruiting people, and claims must not be exaggerated.',
      '5. Team layers are shown for information only and earn nothing.',
    ),
  },
];

export function versionOf(kind: AgreementKind): string {
  const agreement = agreements.find((candidate) => candidate.kind === kind);
  if (agreement === undefined) throw new Error(`there is no text of the agreement ${kind}`);
  return agreement.version;
}
