import type { TyreSeries } from './series';

const HIGHWAY: TyreSeries = {
  code: 'T1',
  nameZh: '越行 T1',
  nameEn: 'Yuexing T1',
  lineZh: '城市 SUV 公路轮胎',
  lineEn: 'highway SUV tyre',
  categoryCode: 'tyres-suv',
  place: 'QD',
  season: 'summer',
  vehicleTypes: ['SUV'],
  tread: 'highway',
  priceBp: 10_800,
  weightBp: 10_800,
  tags: ['爆款', 'SUV'],
  subtitleZh: '公路型 H/T · 安静耐磨',
  descriptionZh:
    '越行 T1 面向城市 SUV 与 MPV，花块分割细密，铺装路面行驶平顺。加强胎肩让较高车身转向时更沉稳。偶尔走砂石路可以应付，长期非铺装路面请看野行系列。',
  sizes: [
    '215/65R16 H, 215/70R16 H, 225/70R16 S, 235/60R16 H, 235/70R16 S',
    '215/60R17 H, 225/60R17 H, 225/65R17 H, 235/55R17 V, 235/60R17 H, 235/65R17 XL H',
    '215/55R18 V, 225/55R18 V, 225/60R18 H, 235/55R18 V, 235/60R18 XL V, 235/65R18 H, 255/55R18 XL V',
    '225/55R19 V, 235/50R19 V, 235/55R19 XL V, 245/50R19 V, 255/50R19 XL V',
    '245/50R20 V, 255/45R20 XL W, 255/50R20 XL V, 265/50R20 XL V, 275/45R20 XL W',
    '255/45R21 XL W, 265/45R21 XL W, 275/45R21 XL W',
  ],
};

const ALL_TERRAIN: TyreSeries = {
  code: 'T3',
  nameZh: '野行 T3',
  nameEn: 'Yexing T3',
  lineZh: 'SUV 越野全地形轮胎',
  lineEn: 'all-terrain SUV tyre',
  categoryCode: 'tyres-suv',
  place: 'CD',
  season: 'all_season',
  vehicleTypes: ['SUV', '皮卡'],
  tread: 'allTerrain',
  priceBp: 12_200,
  weightBp: 12_000,
  tags: ['全地形', '新品'],
  subtitleZh: 'A/T 花纹 · 砂石土路',
  descriptionZh:
    '野行 T3 用交错块状花纹兼顾铺装路面与砂石土路，胎肩延伸的花块在松软地面提供抓地。沟底设有排石凸台，减少夹石。公路噪声会高于公路型轮胎，请按用途选择。',
  sizes: [
    '215/70R16 T, 225/70R16 T, 235/70R16 T, 245/70R16 T, 265/70R16 T',
    '225/65R17 T, 235/65R17 XL T, 245/65R17 T, 265/65R17 T',
    '235/60R18 XL T, 255/60R18 XL T, 265/60R18 T, 265/65R18 T',
    '255/55R20 XL H, 275/55R20 XL T',
  ],
};

const MUD_TERRAIN: TyreSeries = {
  code: 'T7',
  nameZh: '岩行 T7',
  nameEn: 'Yanxing T7',
  lineZh: '硬派越野泥地轮胎',
  lineEn: 'mud-terrain tyre',
  categoryCode: 'tyres-suv',
  place: 'CD',
  season: 'summer',
  vehicleTypes: ['SUV', '皮卡'],
  tread: 'mudTerrain',
  priceBp: 14_200,
  weightBp: 13_400,
  tags: ['越野'],
  subtitleZh: 'M/T 大花块 · 泥地岩石',
  descriptionZh:
    '岩行 T7 采用大块深沟花纹，侧面花块延伸到胎壁，适合泥地与碎石路穿越。三层胎体帘布提高抗刺扎能力。铺装路面噪声与油耗较高，湿滑路面请控制车速。',
  sizes: ['235/70R16 Q, 245/70R16 Q, 265/70R16 Q', '245/65R17 Q, 265/65R17 Q', '265/60R18 Q, 265/65R18 Q'],
};

const ELECTRIC: TyreSeries = {
  code: 'V1',
  nameZh: '电行 V1',
  nameEn: 'Dianxing V1',
  lineZh: '新能源静音棉轮胎',
  lineEn: 'EV tyre with sound foam',
  categoryCode: 'tyres-ev',
  place: 'QD',
  season: 'summer',
  vehicleTypes: ['新能源', '轿车'],
  tread: 'silent',
  priceBp: 13_200,
  weightBp: 10_600,
  tags: ['新能源', '静音棉'],
  subtitleZh: '静音棉 · 加强承载',
  descriptionZh:
    '电行 V1 为车重较大、起步扭矩高的新能源车设计，全系采用加强型（XL）胎体。内壁贴有聚氨酯静音棉，用于降低空腔共鸣声。补胎时需先局部去除静音棉，请到有经验的门店处理。',
  sizes: [
    '205/60R16 XL V, 215/55R16 XL V, 215/60R16 XL V',
    '215/50R17 XL W, 215/55R17 XL W, 225/50R17 XL W, 225/60R17 XL V',
    '225/45R18 XL W, 225/55R18 XL W, 235/45R18 XL W, 235/50R18 XL W, 245/45R18 XL W',
    '235/40R19 XL W, 235/45R19 XL W, 245/45R19 XL W, 255/40R19 XL W, 255/45R19 XL W',
    '245/45R20 XL W, 255/40R20 XL W, 255/45R20 XL W, 265/45R20 XL W',
    '245/40R21 XL W, 255/40R21 XL W, 265/40R21 XL W, 285/45R21 XL W',
  ],
};

const MICRO_ELECTRIC: TyreSeries = {
  code: 'V0',
  nameZh: '电行 V0',
  nameEn: 'Dianxing V0',
  lineZh: '微型电动车轮胎',
  lineEn: 'micro EV tyre',
  categoryCode: 'tyres-ev',
  place: 'FS',
  season: 'summer',
  vehicleTypes: ['新能源', '轿车'],
  tread: 'rib',
  priceBp: 9_400,
  weightBp: 9_400,
  tags: ['新能源', '小车'],
  subtitleZh: '小尺寸 · 低滚阻',
  descriptionZh:
    '电行 V0 供微型与小型电动车日常代步使用，低滚阻胎面有助于延长单次充电里程。花纹以纵向花条为主，行驶轻便。请按车门框标签上的胎压充气。',
  sizes: [
    '145/70R12 S, 155/70R12 T',
    '155/65R13 T, 165/65R13 T, 155/80R13 T',
    '165/60R14 H, 165/65R14 T, 175/60R14 H',
    '165/65R15 T, 175/60R15 H, 175/65R15 XL H',
  ],
};

const ELECTRIC_SUV: TyreSeries = {
  code: 'V5',
  nameZh: '电行 V5',
  nameEn: 'Dianxing V5',
  lineZh: '新能源 SUV 轮胎',
  lineEn: 'electric SUV tyre',
  categoryCode: 'tyres-ev',
  place: 'QD',
  season: 'all_season',
  vehicleTypes: ['新能源', 'SUV'],
  tread: 'silent',
  priceBp: 13_800,
  weightBp: 11_000,
  tags: ['新能源', 'SUV'],
  subtitleZh: '高载重 · 低滚阻',
  descriptionZh:
    '电行 V5 面向中大型新能源 SUV，加强型胎体承载更高，胎面配方兼顾滚阻与湿地制动。封闭式胎肩减少花纹气流声。提速频繁的电动车磨损较快，建议每 8000 公里换位一次。',
  sizes: [
    '215/65R17 XL V, 225/60R17 XL V',
    '225/60R18 XL V, 235/60R18 XL V',
    '235/50R19 XL V, 235/55R19 XL V, 255/50R19 XL W',
    '235/50R20 XL W, 255/45R20 XL W, 265/45R20 XL W, 275/45R20 XL W',
    '255/45R21 XL W, 265/45R21 XL W',
  ],
};

const ICE: TyreSeries = {
  code: 'W1',
  nameZh: '冰行 W1',
  nameEn: 'Bingxing W1',
  lineZh: '冬季冰雪轮胎',
  lineEn: 'studless winter tyre',
  categoryCode: 'tyres-winter',
  place: 'QD',
  season: 'winter',
  vehicleTypes: ['轿车'],
  tread: 'ice',
  priceBp: 11_800,
  weightBp: 10_300,
  tags: ['雪地胎', '防滑'],
  subtitleZh: '无钉 · 密集三维刀槽',
  descriptionZh:
    '冰行 W1 为无钉雪地胎，低温下胎面胶保持柔软，密集刀槽帮助在压实雪面和冰面上咬合。适合气温长期低于 7 ℃ 的地区，建议四条同时更换。冰雪路面制动距离仍明显变长，请降低车速。',
  sizes: [
    '175/65R14 T, 185/65R14 T',
    '185/60R15 T, 185/65R15 T, 195/65R15 T, 205/65R15 T',
    '195/55R16 T, 205/55R16 T, 205/60R16 T, 215/60R16 T',
    '215/50R17 T, 215/55R17 T, 225/45R17 T, 225/50R17 T',
    '225/45R18 XL T, 235/45R18 T, 245/45R18 XL T',
  ],
};

const SNOW_SUV: TyreSeries = {
  code: 'W5',
  nameZh: '雪行 W5',
  nameEn: 'Xuexing W5',
  lineZh: 'SUV 冬季雪地轮胎',
  lineEn: 'winter SUV tyre',
  categoryCode: 'tyres-winter',
  place: 'QD',
  season: 'winter',
  vehicleTypes: ['SUV', '新能源'],
  tread: 'snow',
  priceBp: 12_400,
  weightBp: 11_300,
  tags: ['雪地胎', 'SUV'],
  subtitleZh: '导向花纹 · 深沟排雪',
  descriptionZh:
    '雪行 W5 供 SUV 冬季使用，导向花纹深沟便于排雪排水，花块边缘呈锯齿。胎侧箭头为滚动方向，安装时请核对。春季气温稳定在 7 ℃ 以上后，请换回夏季或四季胎以减少磨损。',
  sizes: [
    '215/65R16 T, 225/70R16 S, 245/70R16 S',
    '215/60R17 T, 225/60R17 T, 225/65R17 T, 235/65R17 XL T',
    '225/60R18 T, 235/55R18 T, 235/60R18 XL T',
    '235/50R19 T, 235/55R19 XL T, 255/50R19 XL T',
    '255/45R20 XL T, 265/45R20 XL T',
  ],
};

const VAN: TyreSeries = {
  code: 'L1',
  nameZh: '载行 L1',
  nameEn: 'Zaixing L1',
  lineZh: '轻卡面包车载重轮胎',
  lineEn: 'van and light truck tyre',
  categoryCode: 'tyres-van',
  place: 'CD',
  season: 'summer',
  vehicleTypes: ['轻卡', '面包车'],
  tread: 'vanRib',
  commercial: true,
  priceBp: 10_600,
  weightBp: 12_600,
  tags: ['载重', '耐磨'],
  subtitleZh: 'C 型加强 · 纵沟耐磨',
  descriptionZh:
    '载行 L1 为轻型货车和面包车设计，C 型加强胎体承载更高，宽花条抗偏磨。规格中斜线前后分别为单胎与双胎载重指数。请按载荷调整胎压，不要超载使用。',
  sizes: [
    '165/70R14 R, 175/65R14 T, 175/70R14 S, 185/80R14 R, 195/75R14 Q',
    '195/70R15 R, 205/70R15 R, 215/70R15 S, 225/70R15 R',
    '185/75R16 R, 195/75R16 R, 195/65R16 T, 205/65R16 T, 215/65R16 T, 225/65R16 R, 235/65R16 R',
    '215/60R17 T, 235/60R17 R',
  ],
};

const VAN_LUG: TyreSeries = {
  code: 'L3',
  nameZh: '载行 L3',
  nameEn: 'Zaixing L3',
  lineZh: '轻卡混合花纹轮胎',
  lineEn: 'mixed-service light truck tyre',
  categoryCode: 'tyres-van',
  place: 'CD',
  season: 'all_season',
  vehicleTypes: ['轻卡', '皮卡'],
  tread: 'vanLug',
  commercial: true,
  priceBp: 11_600,
  weightBp: 13_200,
  tags: ['载重', '牵引'],
  subtitleZh: '横沟驱动 · 工地乡道',
  descriptionZh:
    '载行 L3 的胎肩横沟在碎石、乡道和工地便道上提供牵引力，中央花条保证公路行驶平稳。适合经常走混合路面的轻卡与皮卡驱动轮。规格中斜线前后分别为单胎与双胎载重指数。',
  sizes: ['185/80R14 R, 195/75R14 Q', '195/70R15 R, 205/70R15 R', '195/75R16 R, 205/75R16 R, 215/75R16 R, 225/75R16 R'],
};

export const OTHER_SERIES: readonly TyreSeries[] = [
  HIGHWAY,
  ALL_TERRAIN,
  MUD_TERRAIN,
  ELECTRIC,
  MICRO_ELECTRIC,
  ELECTRIC_SUV,
  ICE,
  SNOW_SUV,
  VAN,
  VAN_LUG,
];
