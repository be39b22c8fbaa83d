import { TYRE_SERIES } from '../tyres/products';
import { bareDrawing } from './goods';
import type { TyreView } from './projection';
import { circle, linear, path, picture, radial, rect, text } from './svg';
import { drawTyre, halfWidthShare, type TyreModel, tyreDefs } from './tyre';
import type { WheelStyle } from './wheel';

function seriesTyre(code: string, widthMm: number, aspectPercent: number, rimInch: number, label: string): TyreModel {
  const series = TYRE_SERIES.find((candidate) => candidate.code === code);
  if (!series) throw new Error(`no series ${code}`);
  return { series, widthMm, aspectPercent, rimInch, label };
}

interface BannerWords {
  readonly title: string;
  readonly note: string;
  readonly small: string;
  readonly action: string;
  readonly ink: string;
  readonly noteInk: string;
  readonly actionFill: string;
  readonly actionInk: string;
}

function words(banner: BannerWords): string {
  return [
    text(90, 150, '千里行 QIANLIXING', { size: 30, fill: banner.noteInk, weight: 600, extra: 'letter-spacing="3"' }),
    text(86, 262, banner.title, { size: 86, fill: banner.ink, weight: 800 }),
    text(90, 338, banner.note, { size: 40, fill: banner.noteInk }),
    text(90, 394, banner.small, { size: 28, fill: banner.noteInk }),
    rect(90, 440, 252, 78, 39, `fill="${banner.actionFill}"`),
    text(216, 491, banner.action, { size: 34, fill: banner.actionInk, weight: 600, anchor: 'middle' }),
  ].join('');
}

function tyreOn(model: TyreModel, centreX: number): string {
  const radius = 262;
  const view: TyreView = { centreX, centreY: 306, yaw: 0.62, pitch: 0.12, radius, halfWidth: radius * halfWidthShare(model) };
  return `<ellipse cx="${centreX - 40}" cy="566" rx="330" ry="40" fill="url(#f)"/>${drawTyre(model, view)}`;
}

const SHADOW = radial(
  'f',
  [0.5, 0.5, 0.5],
  [
    [0, '#10131a', 0.6],
    [0.6, '#10131a', 0.22],
    [1, '#10131a', 0],
  ],
);

function tyreBanner(title: string, wheel: WheelStyle, ground: string, behind: string, model: TyreModel, content: BannerWords): string {
  return picture(
    1500,
    600,
    title,
    ground + SHADOW + tyreDefs(wheel),
    `<rect width="1500" height="600" fill="url(#g)"/>${behind}${words(content)}${tyreOn(model, 1130)}`,
  );
}

function summer(): string {
  const behind = [
    circle(1130, 300, 420, 'fill="#fff" opacity=".1"'),
    circle(1130, 300, 320, 'fill="#fff" opacity=".1"'),
    path('M700 600L980 420h280l400 180z', 'fill="#7a1418" opacity=".25"'),
  ].join('');
  const ground = linear(
    'g',
    [0, 0, 1, 0.6],
    [
      [0, '#b5222a'],
      [0.5, '#d93036'],
      [1, '#ff7a45'],
    ],
  );
  return tyreBanner('换胎季', 'tenSpoke', ground, behind, seriesTyre('C1', 205, 55, 16, '205/55R16 91V'), {
    title: '换胎季 · 静行上路',
    note: '静行 C1 舒适轮胎 · 变节距花纹',
    small: '14 至 18 英寸 · 按车型查规格',
    action: '去选轮胎',
    ink: '#ffffff',
    noteInk: '#fff1ee',
    actionFill: '#ffffff',
    actionInk: '#c0272d',
  });
}

function winter(): string {
  const flakes = [
    [620, 90, 7],
    [720, 200, 5],
    [560, 420, 6],
    [820, 110, 9],
    [880, 330, 6],
    [1400, 120, 9],
    [1450, 320, 6],
    [1340, 60, 5],
    [480, 60, 5],
    [760, 470, 8],
    [40, 90, 6],
    [300, 50, 5],
    [640, 300, 4],
    [1290, 40, 4],
  ]
    .map(([x = 0, y = 0, r = 4]) => circle(x, y, r, 'fill="#fff" opacity=".75"'))
    .join('');
  const behind = [
    path('M520 600L760 300 880 420 1040 210 1240 430 1340 330 1500 500V600z', 'fill="#0d3157" opacity=".55"'),
    path('M760 300l-52 66 40 10 30-22 34 40 24-20zM1040 210l-60 78 44 20 30-30 40 40 36-20z', 'fill="#fff" opacity=".6"'),
    path('M0 560Q300 500 640 548T1180 540T1500 552V600H0z', 'fill="#fff" opacity=".92"'),
    flakes,
  ].join('');
  const ground = linear(
    'g',
    [0, 0, 1, 1],
    [
      [0, '#0f3d6b'],
      [0.55, '#1f5f99'],
      [1, '#6da7d6'],
    ],
  );
  return tyreBanner('雪地胎', 'tenSpoke', ground, behind, seriesTyre('W1', 215, 55, 17, '215/55R17 94T'), {
    title: '雪地胎 · 提前备好',
    note: '冰行 W1 无钉雪地胎 · 波形刀槽',
    small: '气温长期低于 7 ℃ 建议换用，四条同换',
    action: '查看雪地胎',
    ink: '#ffffff',
    noteInk: '#e3f0fb',
    actionFill: '#ffffff',
    actionInk: '#14508a',
  });
}

/** Three goods drawn with paints of their own: each drawing's ids get a letter of its own. */
function coloured(kind: string, colour: string, accent: string, name: string, letter: string): { body: string; defs: string } {
  const { body, defs } = bareDrawing(kind, { colour, accent, name, mark: '' });
  return { body: body.replaceAll('url(#', `url(#${letter}`), defs: defs.replaceAll(' id="', ` id="${letter}`) };
}

function care(): string {
  const goods = [
    { ...coloured('bucket', '#D93036', '#2B2F36', '洗车水桶', 'u'), at: 'translate(560 74) scale(.72)' },
    { ...coloured('trigger', '#F08A24', '#FFFFFF', '内饰清洁剂', 'v'), at: 'translate(1050 42) scale(.76)' },
    { ...coloured('flat', '#2F7DD1', '#FFFFFF', '中性洗车液', 'w'), at: 'translate(836 20) scale(.8)' },
  ];
  const bubbles = [
    [860, 120, 34],
    [930, 70, 18],
    [1420, 140, 40],
    [1360, 70, 20],
    [720, 100, 22],
    [1450, 330, 26],
    [640, 470, 16],
  ]
    .map(
      ([x = 0, y = 0, r = 0]) => circle(x, y, r, 'fill="#fff" opacity=".55"') + circle(x - r * 0.3, y - r * 0.35, r * 0.22, 'fill="#fff"'),
    )
    .join('');
  const shadows = [850, 1156, 1354].map((x) => `<ellipse cx="${x}" cy="574" rx="190" ry="24" fill="url(#f)"/>`).join('');
  const body = [
    '<rect width="1500" height="600" fill="url(#g)"/>',
    circle(1180, 300, 430, 'fill="#fff" opacity=".35"'),
    bubbles,
    words({
      title: '洗护一站配齐',
      note: '洗车 · 打蜡 · 内饰 · 玻璃',
      small: '温和配方，按用途选购',
      action: '逛逛洗护',
      ink: '#0c3b36',
      noteInk: '#2b5a54',
      actionFill: '#0b6b5c',
      actionInk: '#ffffff',
    }),
    shadows,
    goods.map((one) => `<g transform="${one.at}">${one.body}</g>`).join(''),
  ].join('');
  const defs =
    linear(
      'g',
      [0, 0, 1, 0.8],
      [
        [0, '#e6f7f1'],
        [0.5, '#c4eadd'],
        [1, '#8fd3c1'],
      ],
    ) +
    SHADOW +
    goods.map((one) => one.defs).join('');
  return picture(1500, 600, '洗护', defs, body);
}

const BANNER_DRAWINGS: Readonly<Record<string, () => string>> = { 'banner-summer': summer, 'banner-winter': winter, 'banner-care': care };

/** A showcase banner, 1500 x 600. */
export function drawBanner(name: string): string | undefined {
  return Object.hasOwn(BANNER_DRAWINGS, name) ? BANNER_DRAWINGS[name]?.() : undefined;
}
