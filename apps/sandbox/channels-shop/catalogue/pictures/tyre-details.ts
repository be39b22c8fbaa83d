import { BRAND_ZH } from '../places';
import type { TreadPattern } from '../tyres/series';
import { loadKilograms, speedKilometres } from '../tyres/size-table';
import { backdrop, backdropDefs, floorShadow } from './backdrop';
import { drawTread, type TyreView } from './projection';
import { circle, linear, path, picture, rect, short, text } from './svg';
import { TREADS } from './tread';
import { drawTyre, halfWidthShare, lookOf, type TyreModel, tyreDefs } from './tyre';

/** Title, note and where across the tread it points (`u` of tread.ts). */
type Feature = readonly [title: string, note: string, u: number];

/** What the close-up of each pattern points at: plain statements about the shape. */
const FEATURES: Readonly<Record<TreadPattern, readonly [Feature, Feature, Feature]>> = {
  comfort: [
    ['变节距花块', '错开噪声频率', 0.47],
    ['四条纵向主沟', '直行排水', 0.28],
    ['连续中央花条', '直线行驶稳定', 0],
  ],
  rib: [
    ['宽中央花条', '滚动变形小', 0],
    ['封闭式细缝', '保持花条刚性', 0.36],
    ['胎肩横沟', '辅助排水散热', 0.8],
  ],
  sport: [
    ['非对称设计', '内外侧分工', -0.4],
    ['加宽外侧花块', '弯道支撑', 0.7],
    ['内侧多沟槽', '湿地排水', -0.6],
  ],
  track: [
    ['加宽胎肩', '接地面更大', 0.72],
    ['双纵向主沟', '高速排水', 0.38],
    ['斜向浅沟', '减少花块晃动', 0.7],
  ],
  directional: [
    ['V 形导向沟', '由中间向两侧排水', 0.4],
    ['箭头标示方向', '按滚动方向安装', 0],
    ['连续胎肩沟', '不易积水', 0.74],
  ],
  silent: [
    ['五条连续花条', '减少花纹噪声', 0.42],
    ['封闭式胎肩', '降低气流声', 0.82],
    ['细密刀槽', '兼顾湿地抓地', 0.1],
  ],
  highway: [
    ['锯齿形主沟', '减少共鸣声', 0.23],
    ['双列中间花块', '平顺耐磨', 0.43],
    ['加强胎肩', '转向支撑', 0.84],
  ],
  allTerrain: [
    ['交错块状花纹', '多路面抓地', 0.2],
    ['延伸胎肩花块', '松软路面牵引', 0.92],
    ['沟底排石凸台', '减少夹石', 0.42],
  ],
  mudTerrain: [
    ['大块深沟', '泥地自洁', 0.25],
    ['侧壁花块', '岩石路面攀附', 1.05],
    ['宽沟距', '快速排泥', -0.05],
  ],
  ice: [
    ['三维波形刀槽', '冰面咬合', 0.12],
    ['密集花块边缘', '压实雪面抓地', 0.42],
    ['宽胎肩花块', '制动支撑', 0.84],
  ],
  snow: [
    ['导向深沟', '排雪排水', 0.34],
    ['锯齿形边缘', '雪面牵引', 0.5],
    ['横向刀槽', '低温咬合', 0.9],
  ],
  fourSeason: [
    ['中央连续花条', '干地稳定', 0],
    ['弧形排水沟', '雨天排水', 0.44],
    ['锯齿刀槽', '小雪路面咬合', 0.87],
  ],
  vanRib: [
    ['宽花条', '抗偏磨', 0.45],
    ['折线主沟', '兼顾排水', 0.25],
    ['封闭胎肩', '载重支撑', 0.84],
  ],
  vanLug: [
    ['胎肩横沟', '混合路面牵引', 0.85],
    ['中央花条', '公路行驶平稳', 0.35],
    ['厚胎面胶', '耐切割', 0],
  ],
};

const INK = '#16181d';
const SECONDARY = '#555b67';
const BRAND = '#d93036';

/** Close view of the tread with three notes. */
export function treadPicture(model: TyreModel): string {
  const { series } = model;
  const look = lookOf(series.tread);
  const tread = TREADS[series.tread];
  const radius = 720;
  const view: TyreView = {
    centreX: 250,
    centreY: 420,
    yaw: Math.PI / 2,
    pitch: 0,
    radius,
    halfWidth: radius * Math.min(0.27, halfWidthShare(model)),
  };
  const reach = Math.max(...tread.blocks.flat().map(([u]) => Math.abs(u)), 1);
  const lugs = (reach - 1) * 0.3 * view.halfWidth;
  const [left, right] = [view.centreX - view.halfWidth, view.centreX + view.halfWidth];
  const notes = FEATURES[series.tread]
    .map(([title, note, u], index) => {
      const y = 330 + index * 132;
      const fromX = view.centreX + u * view.halfWidth;
      return [
        path(`M${short(fromX)} ${y - 12}H508`, `stroke="${BRAND}" stroke-width="3"`),
        circle(fromX, y - 12, 10, `fill="${BRAND}"`),
        circle(fromX, y - 12, 18, `fill="none" stroke="${BRAND}" stroke-opacity=".45" stroke-width="3"`),
        text(524, y, title, { size: 36, fill: INK, weight: 600 }),
        text(524, y + 42, note, { size: 26, fill: SECONDARY }),
      ].join('');
    })
    .join('');
  const body = [
    backdrop(look.mood, 'none', ''),
    rect(right - 20, 0, 130, 800, 0, 'fill="url(#w)"'),
    rect(left - lugs, 0, right - left + 2 * lugs, 800, 0, 'fill="url(#t)"'),
    drawTread(view, tread),
    rect(left - lugs, 0, right - left + 2 * lugs, 800, 0, 'fill="url(#v)"'),
    text(524, 168, series.nameZh, { size: 54, fill: INK, weight: 700 }),
    text(524, 216, '花纹特写 · Tread', { size: 26, fill: SECONDARY }),
    rect(524, 240, 64, 6, 3, `fill="${BRAND}"`),
    notes,
  ].join('');
  const shade = linear(
    'v',
    [0, 0, 0, 1],
    [
      [0, '#000000', 0.42],
      [0.3, '#000000', 0],
      [0.62, '#000000', 0],
      [1, '#000000', 0.6],
    ],
  );
  const ground = linear(
    't',
    [0, 0, 0, 1],
    [
      [0, '#17191d'],
      [1, '#050607'],
    ],
  );
  const fall = linear(
    'w',
    [0, 0, 1, 0],
    [
      [0, '#10131a', 0.4],
      [1, '#10131a', 0],
    ],
  );
  return picture(800, 800, `${BRAND_ZH} ${series.nameZh} 花纹`, backdropDefs(look.mood) + ground + shade + fall, body);
}

interface SizePart {
  readonly value: string;
  readonly name: string;
  readonly meaning: string;
  readonly colour: string;
}

function sizeParts(model: TyreModel): SizePart[] {
  const rating = /\s(\d+)(?:\/(\d+))?([A-Z])(?: XL)?$/.exec(model.label);
  const load = Number(rating?.[1] ?? 0);
  const symbol = rating?.[3] ?? '';
  return [
    { value: String(model.widthMm), name: '断面宽', meaning: `${model.widthMm} mm`, colour: '#d93036' },
    { value: `/${model.aspectPercent}`, name: '扁平比', meaning: `${model.aspectPercent} %`, colour: '#b25e09' },
    { value: `R${model.rimInch}${model.series.commercial ? 'C' : ''}`, name: '轮辋', meaning: `${model.rimInch} 英寸`, colour: '#0b7a53' },
    {
      value: ` ${rating?.[2] ? `${load}/${rating[2]}` : load}`,
      name: '载重指数',
      meaning: `${loadKilograms(load) ?? 0} kg`,
      colour: '#2563a8',
    },
    { value: symbol, name: '速度级别', meaning: `${speedKilometres(symbol) ?? 0} km/h`, colour: '#6b4aa5' },
  ];
}

/** How the size reads, which sizes there are, and the tyre from the front with its outer diameter. */
export function sizePicture(model: TyreModel, labels: readonly string[]): string {
  const look = lookOf(model.series.tread);
  const parts = sizeParts(model);
  const diameter = Math.round(model.rimInch * 25.4 + (2 * model.widthMm * model.aspectPercent) / 100);
  const columns = parts
    .map((part, index) => {
      const x = 104 + index * 148;
      return [
        text(x, 214, part.value.trim(), {
          size: part.value.trim().length > 5 ? 34 : part.value.trim().length > 3 ? 46 : 50,
          fill: part.colour,
          weight: 700,
          anchor: 'middle',
        }),
        rect(x - 58, 234, 116, 5, 2, `fill="${part.colour}"`),
        text(x, 276, part.name, { size: 25, fill: INK, weight: 600, anchor: 'middle' }),
        text(x, 310, part.meaning, { size: 24, fill: SECONDARY, anchor: 'middle' }),
      ].join('');
    })
    .join('');
  const shown = labels.slice(0, 8);
  const perRow = 4;
  const chips = shown
    .map((label, index) => {
      const x = 40 + (index % perRow) * 183;
      const y = 362 + Math.floor(index / perRow) * 58;
      const active = label === model.label;
      return `${rect(x, y, 171, 46, 10, active ? `fill="#fff" stroke="${BRAND}" stroke-width="2"` : 'fill="#fff" fill-opacity=".7"')}${text(
        x + 85.5,
        y + 31,
        label.replace(' XL', ''),
        {
          size: label.replace(' XL', '').length > 15 ? 17 : 20,
          fill: active ? BRAND : INK,
          anchor: 'middle',
        },
      )}`;
    })
    .join('');
  const view: TyreView = { centreX: 400, centreY: 880, yaw: 0, pitch: 0, radius: 370, halfWidth: 20 };
  const body = [
    backdrop(look.mood, 'none', ''),
    text(40, 88, '规格怎么看', { size: 46, fill: INK, weight: 700 }),
    text(40, 128, `${model.series.nameZh} · 示例 ${model.label}`, { size: 26, fill: SECONDARY }),
    columns,
    chips,
    floorShadow(400, 900, 430, 430),
    drawTyre(model, view),
    path('M36 772H764', `stroke="${BRAND}" stroke-width="3"`),
    path('M36 760v24M764 760v24', `stroke="${BRAND}" stroke-width="3"`),
    rect(290, 746, 220, 46, 23, `fill="${BRAND}"`),
    text(400, 777, `外径约 ${diameter} mm`, { size: 24, fill: '#ffffff', weight: 600, anchor: 'middle' }),
  ].join('');
  return picture(800, 800, `${BRAND_ZH} ${model.series.nameZh} 规格说明`, backdropDefs(look.mood) + tyreDefs(look.wheel), body);
}
