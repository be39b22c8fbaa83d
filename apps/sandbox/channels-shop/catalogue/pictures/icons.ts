import { bareDrawing } from './goods';
import { circle, lighter, linear, mix, path, picture, radial } from './svg';
import { drawWheel, type WheelStyle, wheelDefs } from './wheel';

interface TyreIcon {
  readonly ground: string;
  readonly wheel: WheelStyle;
  readonly blocks: string;
  readonly badge: 'none' | 'bolt' | 'flake' | 'peak' | 'load';
}

const TYRE_ICONS: Readonly<Record<string, TyreIcon>> = {
  tyres: { ground: '#d93036', wheel: 'tenSpoke', blocks: '7 3', badge: 'none' },
  'tyres-car': { ground: '#e0605a', wheel: 'fiveTwin', blocks: '6 2', badge: 'none' },
  'tyres-suv': { ground: '#c08a2e', wheel: 'sixOffroad', blocks: '12 6', badge: 'peak' },
  'tyres-ev': { ground: '#1e9c74', wheel: 'turbine', blocks: '4 2', badge: 'bolt' },
  'tyres-winter': { ground: '#3d84c6', wheel: 'ySpoke', blocks: '8 4', badge: 'flake' },
  'tyres-van': { ground: '#7a7f88', wheel: 'steel', blocks: '10 3', badge: 'load' },
};

/** Drawing, ground, colour, accent and size of the other icons. */
const GOODS_ICONS: Readonly<Record<string, readonly [kind: string, ground: string, colour: string, accent: string, scale: number]>> = {
  care: ['bucket', '#4c8bd6', '#D93036', '#2B2F36', 0.24],
  'care-wash': ['flat', '#3fa7d6', '#2F7DD1', '#FFFFFF', 0.28],
  'care-wax': ['tin', '#d8a531', '#B91C1C', '#F6D365', 0.25],
  'care-interior': ['trigger', '#8f6cc8', '#F08A24', '#FFFFFF', 0.28],
  'service-parts': ['oilFilter', '#6b8f3c', '#1F2937', '#D93036', 0.24],
  'parts-oil': ['jug', '#c9802f', '#1F2937', '#D4AF37', 0.24],
  'parts-filter': ['paperFilter', '#7bab45', '#F2D08A', '#2B2F36', 0.26],
  'parts-wiper': ['wiper', '#4a97cf', '#22272F', '#D93036', 0.26],
  'parts-wear': ['battery', '#7a808b', '#1F2937', '#16A34A', 0.24],
  'service-cards': ['card', '#e2716f', '#D93036', '#FFFFFF', 0.28],
  accessories: ['dashcam', '#6d7890', '#22272F', '#2F7DD1', 0.25],
  'acc-mats': ['steering', '#c7863a', '#2B2F36', '#D93036', 0.24],
  'acc-electronics': ['airpump', '#56657f', '#F3F4F6', '#D93036', 0.24],
  'acc-emergency': ['toolkit', '#d9534f', '#22272F', '#D93036', 0.2],
};

function ground(colour: string): { defs: string; body: string } {
  return {
    defs:
      linear(
        'ig',
        [0.1, 0, 0.9, 1],
        [
          [0, mix(colour, '#ffffff', 0.78)],
          [1, mix(colour, '#ffffff', 0.42)],
        ],
      ) +
      radial(
        'ih',
        [0.35, 0.25, 0.6],
        [
          [0, '#ffffff', 0.8],
          [1, '#ffffff', 0],
        ],
      ),
    body: circle(120, 120, 118, 'fill="url(#ig)"') + circle(120, 120, 118, 'fill="url(#ih)"'),
  };
}

function badge(kind: TyreIcon['badge'], colour: string): string {
  if (kind === 'none') return '';
  const shapes = {
    bolt: path('M190 164l-18 26h12l-5 20 20-29h-13z', 'fill="#fff"'),
    flake: path(
      'M186 166v42M168 176l36 21M204 176l-36 21M180 169l6 6 6-6M180 205l6-6 6 6',
      'stroke="#fff" stroke-width="4.5" stroke-linecap="round" fill="none"',
    ),
    peak: path('M162 202l18-30 9 14 6-8 16 24z', 'fill="#fff"'),
    load:
      path('M164 176h22v24h-22zM188 184h12l8 8v8h-20z', 'fill="#fff"') +
      circle(174, 202, 5, 'fill="#fff"') +
      circle(198, 202, 5, 'fill="#fff"'),
  } as const;
  return circle(186, 187, 34, `fill="${mix(colour, '#0b0d10', 0.12)}" stroke="#fff" stroke-width="4"`) + shapes[kind];
}

function tyreIcon(icon: TyreIcon): string {
  const base = ground(icon.ground);
  const body = [
    base.body,
    `<g transform="translate(120 120)">${circle(0, 0, 84, 'fill="#1d2025"')}${circle(0, 0, 85, `fill="none" stroke="#3a3f47" stroke-width="10" stroke-dasharray="${icon.blocks}"`)}${circle(0, 0, 72, 'fill="#2b2f36"')}${circle(-4, -5, 66, 'fill="none" stroke="#fff" stroke-opacity=".16" stroke-width="5"')}<g transform="scale(.24)">${drawWheel(icon.wheel, 220, 0)}</g></g>`,
    badge(icon.badge, icon.ground),
  ].join('');
  return picture(240, 240, '轮胎', base.defs + wheelDefs(icon.wheel), body);
}

/** A category's icon, 240 x 240 with transparent corners. */
export function categoryIcon(code: string): string | undefined {
  const tyre = Object.hasOwn(TYRE_ICONS, code) ? TYRE_ICONS[code] : undefined;
  if (tyre) return tyreIcon(tyre);
  const goods = Object.hasOwn(GOODS_ICONS, code) ? GOODS_ICONS[code] : undefined;
  if (!goods) return undefined;
  const [kind, colour, main, accent, scale] = goods;
  const base = ground(lighter(colour, 0.05));
  const { body, defs } = bareDrawing(kind, { colour: main, accent, name: '', mark: '' });
  return picture(
    240,
    240,
    code,
    base.defs + defs,
    `${base.body}<g transform="translate(${120 - 400 * scale} ${122 - 410 * scale}) scale(${scale})">${body}</g>`,
  );
}
