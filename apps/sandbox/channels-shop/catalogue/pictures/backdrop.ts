import { circle, closedPath, ellipse, linear, type Point, path, radial, short, text } from './svg';

export type Mood = 'rose' | 'cream' | 'mint' | 'ice' | 'stone' | 'sky' | 'sand' | 'lilac' | 'leaf' | 'dusk';

/** Light and deep end of each studio ground, pale as in the shop's design. */
const MOODS: Readonly<Record<Mood, readonly [light: string, deep: string, mark: string]>> = {
  rose: ['#fbeeee', '#e6c3c4', '#d99a9c'],
  cream: ['#faf6e9', '#e6dbb9', '#cdbb83'],
  mint: ['#e9f8f1', '#bfe5d3', '#8cc9ae'],
  ice: ['#eff6fc', '#c3d9ec', '#93b8d6'],
  stone: ['#f3f3f1', '#d5d5d0', '#aeaea6'],
  sky: ['#edf4fd', '#c8dbf4', '#9bbbe4'],
  sand: ['#fbf2e7', '#ecd4b6', '#d8b183'],
  lilac: ['#f4f0fb', '#d9cdf0', '#b6a2dd'],
  leaf: ['#f1f8e9', '#d0e4b8', '#a6c883'],
  dusk: ['#eef0f4', '#c4cad6', '#98a1b3'],
};

export function backdropDefs(mood: Mood): string {
  const [light, deep] = MOODS[mood];
  return [
    linear(
      'g',
      [0.1, 0, 0.9, 1],
      [
        [0, light],
        [1, deep],
      ],
    ),
    radial(
      'h',
      [0.42, 0.32, 0.6],
      [
        [0, '#ffffff', 0.85],
        [1, '#ffffff', 0],
      ],
    ),
    radial(
      'f',
      [0.5, 0.5, 0.5],
      [
        [0, '#10131a', 0.5],
        [0.55, '#10131a', 0.2],
        [1, '#10131a', 0],
      ],
    ),
    linear(
      'o',
      [0, 0, 0, 1],
      [
        [0, '#ffffff', 0],
        [1, '#ffffff', 0.5],
      ],
    ),
  ].join('');
}

function snowflake(x: number, y: number, radius: number): string {
  let d = '';
  for (let arm = 0; arm < 6; arm += 1) {
    const angle = (arm * Math.PI) / 3;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    d += `M${short(x)} ${short(y)}l${short(cos * radius)} ${short(sin * radius)}`;
    for (const side of [-0.6, 0.6]) {
      const branch = angle + side;
      d += `M${short(x + cos * radius * 0.6)} ${short(y + sin * radius * 0.6)}l${short(Math.cos(branch) * radius * 0.34)} ${short(Math.sin(branch) * radius * 0.34)}`;
    }
  }
  return d;
}

function hills(level: number, points: readonly number[]): string {
  const step = 800 / (points.length - 1);
  const ridge: Point[] = points.map((height, index) => [index * step, level - height]);
  return closedPath([[0, 800], ...ridge, [800, 800]]);
}

export type Motif = 'none' | 'snow' | 'hills' | 'rain' | 'volt' | 'road' | 'speed';

function drawMotif(motif: Motif, ink: string): string {
  switch (motif) {
    case 'none':
      return '';
    case 'snow':
      return (
        path(
          [
            snowflake(120, 150, 42),
            snowflake(672, 118, 56),
            snowflake(724, 372, 30),
            snowflake(66, 420, 26),
            snowflake(560, 52, 20),
            snowflake(252, 64, 24),
          ].join(''),
          `fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".8"`,
        ) + path('M0 690Q150 640 330 672T640 660T800 690V800H0z', 'fill="#fff" opacity=".75"')
      );
    case 'hills':
      return (
        path(hills(560, [40, 150, 90, 230, 130, 260, 170, 90, 190, 60]), `fill="${ink}" opacity=".28"`) +
        path(hills(640, [90, 40, 120, 70, 30, 90, 150, 60, 110, 70]), `fill="${ink}" opacity=".32"`)
      );
    case 'rain':
      return path(
        'M90 90l-22 70M210 40l-22 70M330 96l-16 52M640 70l-24 76M740 180l-24 76M560 30l-18 58M60 330l-20 64M750 440l-18 58',
        `stroke="${ink}" stroke-width="6" stroke-linecap="round" opacity=".4"`,
      );
    case 'volt':
      return (
        path(
          'M-10 250H120l60-60H340M810 180H680l-70 70H540M-10 560H90l50 50M810 520H720l-40 40',
          `fill="none" stroke="${ink}" stroke-width="5" opacity=".4"`,
        ) +
        [
          [340, 190],
          [540, 250],
          [140, 610],
          [680, 560],
        ]
          .map(([x = 0, y = 0]) => circle(x, y, 9, `fill="${ink}" opacity=".5"`))
          .join('') +
        path('M676 60l-52 84h40l-18 66 62-90h-42z', `fill="${ink}" opacity=".45"`)
      );
    case 'road':
      return (
        path('M0 800L300 560H500L800 800z', `fill="${ink}" opacity=".25"`) +
        path('M392 560h16l6 60h-28zM382 650h36l14 150h-64z', 'fill="#fff" opacity=".55"')
      );
    case 'speed':
      return path(
        'M-10 210H250M-10 270H150M-10 480H110M560 170H810M650 240H810M700 540H810',
        `stroke="${ink}" stroke-width="7" stroke-linecap="round" opacity=".3"`,
      );
    default:
      return motif satisfies never;
  }
}

/** Ground, a glow, an optional motif and a large pale word behind the goods. */
export function backdrop(mood: Mood, motif: Motif, word: string): string {
  const ink = MOODS[mood][2];
  const mark =
    word === ''
      ? ''
      : text(776, 168, word, { size: 190, fill: ink, weight: 800, anchor: 'end', extra: 'fill-opacity=".26" letter-spacing="-6"' });
  return `<rect width="800" height="800" fill="url(#g)"/><rect width="800" height="800" fill="url(#h)"/>${drawMotif(motif, ink)}${mark}<rect y="620" width="800" height="180" fill="url(#o)"/>`;
}

/** A soft shadow on the floor. */
export function floorShadow(cx: number, cy: number, rx: number, ry: number): string {
  return ellipse(cx, cy, rx, ry, 'fill="url(#f)"');
}
