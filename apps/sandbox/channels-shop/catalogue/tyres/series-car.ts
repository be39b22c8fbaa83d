import type { TyreSeries } from './series';

const COMFORT: TyreSeries = {
  code: 'C1',
  nameZh: '静行 C1',
  nameEn: 'Jingxing C1',
  lineZh: '静音舒适轿车轮胎',
  lineEn: 'quiet comfort car tyre',
  categoryCode: 'tyres-car',
  place: 'QD',
  season: 'summer',
  vehicleTypes: ['轿车'],
  tread: 'comfort',
  priceBp: 10_000,
  weightBp: 10_000,
  tags: ['爆款', '静音'],
  subtitleZh: '变节距花纹 · 日常通勤',
  descriptionZh:
    '静行 C1 面向日常通勤的家用轿车，四条纵向主沟配合变节距花块，行驶噪声分布更均匀。胎面使用白炭黑配方，兼顾湿地抓地与油耗。胎侧标注尺寸、载重指数与速度级别，购买前请与原车规格核对。',
  sizes: [
    '175/65R14 H, 185/60R14 H, 185/65R14 H, 185/70R14 H, 195/60R14 H',
    '185/55R15 V, 185/60R15 H, 185/65R15 H, 195/55R15 V, 195/60R15 V, 195/65R15 V, 205/65R15 V',
    '195/55R16 V, 205/55R16 V, 205/60R16 V, 205/65R16 H, 215/55R16 V, 215/60R16 V, 225/55R16 V',
    '205/50R17 XL V, 205/55R17 V, 215/50R17 V, 215/55R17 V, 225/45R17 XL W, 225/50R17 V, 225/55R17 V',
    '225/45R18 XL W, 235/45R18 V, 235/50R18 XL W, 245/45R18 XL W',
  ],
};

const ECONOMY: TyreSeries = {
  code: 'E2',
  nameZh: '省行 E2',
  nameEn: 'Shengxing E2',
  lineZh: '低滚阻节油轿车轮胎',
  lineEn: 'low rolling resistance car tyre',
  categoryCode: 'tyres-car',
  place: 'CD',
  season: 'summer',
  vehicleTypes: ['轿车'],
  tread: 'rib',
  priceBp: 8_400,
  weightBp: 9_500,
  tags: ['节油', '复购'],
  subtitleZh: '低滚阻配方 · 耐磨经济',
  descriptionZh:
    '省行 E2 采用低滚阻胎面胶与轻量化胎体，适合里程较长的家用轿车与网约车。中央连续花条让直行更稳定，胎肩横沟帮助排水。实际油耗受胎压、载重和驾驶习惯影响，请保持推荐胎压。',
  sizes: [
    '155/65R13 S, 165/65R13 T, 165/70R13 T, 175/70R13 T',
    '165/70R14 T, 175/65R14 T, 175/70R14 T, 185/60R14 H, 185/65R14 H',
    '175/65R15 H, 185/60R15 H, 185/65R15 H, 195/60R15 H, 195/65R15 H',
    '195/60R16 H, 205/55R16 V, 205/60R16 H, 215/60R16 H',
  ],
};

const SPORT: TyreSeries = {
  code: 'S3',
  nameZh: '疾行 S3',
  nameEn: 'Jixing S3',
  lineZh: '运动操控轿车轮胎',
  lineEn: 'sport car tyre',
  categoryCode: 'tyres-car',
  place: 'FS',
  season: 'summer',
  vehicleTypes: ['轿车'],
  tread: 'sport',
  priceBp: 12_600,
  weightBp: 10_200,
  tags: ['操控', '非对称'],
  subtitleZh: '非对称花纹 · 湿地排水',
  descriptionZh:
    '疾行 S3 采用内外不同的非对称花纹，外侧大花块在弯道提供支撑，内侧多沟槽负责排水。安装时请让胎侧标有 OUTSIDE 的一面朝外。适合看重转向响应的轿车用户，冬季低温请换用雪地胎。',
  sizes: [
    '195/50R15 V, 195/55R15 V, 205/60R15 V',
    '195/50R16 XL V, 205/50R16 V, 205/55R16 W, 215/55R16 XL W, 225/50R16 W, 225/55R16 XL W',
    '205/45R17 XL W, 205/50R17 XL W, 215/45R17 XL W, 215/50R17 XL W, 225/45R17 XL W, 225/50R17 XL W, 235/45R17 XL W, 245/45R17 XL W',
    '225/40R18 XL W, 235/40R18 XL Y, 235/45R18 XL W, 245/40R18 XL Y, 245/45R18 XL W, 255/45R18 XL W',
    '235/40R19 XL Y, 245/40R19 XL Y, 245/45R19 XL W',
  ],
};

const PERFORMANCE: TyreSeries = {
  code: 'S7',
  nameZh: '驰行 S7',
  nameEn: 'Chixing S7',
  lineZh: '高性能超扁平轮胎',
  lineEn: 'ultra high performance tyre',
  categoryCode: 'tyres-car',
  place: 'FS',
  season: 'summer',
  vehicleTypes: ['轿车'],
  tread: 'track',
  priceBp: 15_800,
  weightBp: 10_400,
  tags: ['高性能'],
  subtitleZh: '宽胎肩 · 高速稳定',
  descriptionZh:
    '驰行 S7 为 18 至 21 英寸高性能轿车准备，胎肩花块加宽，胎侧增加支撑胶条。轮辋保护缘减少路沿刮蹭。前后轮异规格的车型请按车辆手册分别选购。',
  sizes: [
    '225/40R18 XL Y, 235/40R18 XL Y, 245/40R18 XL Y, 255/40R18 XL Y',
    '225/40R19 XL Y, 235/35R19 XL Y, 245/35R19 XL Y, 255/35R19 XL Y, 255/40R19 XL Y, 275/35R19 XL Y, 275/40R19 XL Y',
    '245/35R20 XL Y, 245/40R20 XL Y, 255/35R20 XL Y, 275/35R20 XL Y',
    '245/40R21 XL Y, 275/35R21 XL Y',
  ],
};

const WET: TyreSeries = {
  code: 'D5',
  nameZh: '雨行 D5',
  nameEn: 'Yuxing D5',
  lineZh: '导向花纹雨天轮胎',
  lineEn: 'directional wet-grip tyre',
  categoryCode: 'tyres-car',
  place: 'FS',
  season: 'summer',
  vehicleTypes: ['轿车'],
  tread: 'directional',
  priceBp: 11_400,
  weightBp: 10_100,
  tags: ['排水', '导向'],
  subtitleZh: 'V 形导向 · 多雨地区',
  descriptionZh:
    '雨行 D5 的 V 形沟槽把积水从中央导向两侧，适合多雨的华南与西南地区。胎侧箭头表示滚动方向，换位时只在同侧前后调换。雨天请减速并保持车距，花纹深度低于 1.6 毫米时必须更换。',
  sizes: [
    '185/55R15 V, 195/55R15 V, 195/65R15 V',
    '195/55R16 V, 205/55R16 V, 205/60R16 V, 215/55R16 XL V',
    '205/50R17 XL W, 215/45R17 XL W, 215/50R17 XL W, 225/45R17 XL W',
    '225/40R18 XL W, 225/45R18 XL W, 235/45R18 XL W',
  ],
};

const FOUR_SEASON: TyreSeries = {
  code: 'A4',
  nameZh: '四时 A4',
  nameEn: 'Sishi A4',
  lineZh: '全季节轿车轮胎',
  lineEn: 'all-season car tyre',
  categoryCode: 'tyres-car',
  place: 'CD',
  season: 'all_season',
  vehicleTypes: ['轿车'],
  tread: 'fourSeason',
  priceBp: 11_000,
  weightBp: 10_200,
  tags: ['全季节', '新品'],
  subtitleZh: '一年四季 · 少换一次胎',
  descriptionZh:
    '四时 A4 适合冬季偶有小雪、不常结冰的地区，一套轮胎全年使用。锯齿形细缝在低温下提供额外咬合，中央花条保证干地稳定。长期积雪或结冰路段仍建议使用雪地胎。',
  sizes: [
    '175/65R14 T, 185/65R14 H',
    '185/60R15 XL H, 185/65R15 H, 195/65R15 H',
    '205/55R16 V, 205/60R16 XL H, 215/60R16 XL H',
    '215/55R17 XL V, 225/45R17 XL V, 225/50R17 XL V',
    '225/45R18 XL W, 235/45R18 XL W',
  ],
};

export const CAR_SERIES: readonly TyreSeries[] = [COMFORT, ECONOMY, SPORT, PERFORMANCE, WET, FOUR_SEASON];
