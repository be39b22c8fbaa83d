import type { Carrier } from './types';

/**
 * Carriers common in China. Kuaidi100 and WeChat each have codes of their own, so a parcel carries one and the other is looked up here.
 * Kuaidi100's full list: https://api.kuaidi100.com/document/ (快递公司编码); WeChat's: `/cgi-bin/express/delivery/open_msg/get_delivery_list`.
 */
export const carriers: readonly Carrier[] = [
  { code: 'shunfeng', zh: '顺丰速运', en: 'SF Express', wechatCode: 'SF', needsPhone: true },
  { code: 'zhongtong', zh: '中通快递', en: 'ZTO Express', wechatCode: 'ZTO', needsPhone: true },
  { code: 'yuantong', zh: '圆通速递', en: 'YTO Express', wechatCode: 'YTO', needsPhone: false },
  { code: 'shentong', zh: '申通快递', en: 'STO Express', wechatCode: 'STO', needsPhone: false },
  { code: 'yunda', zh: '韵达快递', en: 'Yunda Express', wechatCode: 'YD', needsPhone: false },
  { code: 'jtexpress', zh: '极兔速递', en: 'J&T Express', wechatCode: 'JTSD', needsPhone: false },
  { code: 'jd', zh: '京东物流', en: 'JD Logistics', wechatCode: 'JD', needsPhone: false },
  { code: 'ems', zh: 'EMS', en: 'EMS', wechatCode: 'EMS', needsPhone: false },
  { code: 'youzhengguonei', zh: '邮政快递包裹', en: 'China Post Parcel', needsPhone: false },
  { code: 'debangkuaidi', zh: '德邦快递', en: 'Deppon Express', wechatCode: 'DBL', needsPhone: false },
  { code: 'debangwuliu', zh: '德邦物流', en: 'Deppon Logistics', needsPhone: false },
  { code: 'shunfengkuaiyun', zh: '顺丰快运', en: 'SF Freight', needsPhone: true },
  { code: 'huitongkuaidi', zh: '百世快递', en: 'Best Express', needsPhone: false },
  { code: 'zhaijisong', zh: '宅急送', en: 'ZJS Express', needsPhone: false },
  { code: 'shansong', zh: '闪送', en: 'FlashEx', needsPhone: false },
  { code: 'danniao', zh: '丹鸟', en: 'Danniao', needsPhone: false },
  { code: 'fengwang', zh: '丰网速运', en: 'Fengwang Express', needsPhone: false },
];
