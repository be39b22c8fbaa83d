import { brightness, darker, lighter, linear, path, radial, rect, text } from './svg';
import { starPath } from './wheel';

/** What a drawing of car-care goods needs to know. */
export interface Goods {
  readonly colour: string;
  readonly accent: string;
  /** Chinese name for the label. */
  readonly name: string;
  /** A short mark such as `5W-30` or `H7`, where the goods carry one. */
  readonly mark: string;
}

export type Drawing = (goods: Goods) => string;

/** Paint by name: a round body, a flat face, and the same in accent, black plastic and steel. */
export const FILL = {
  round: 'fill="url(#c)"',
  face: 'fill="url(#d)"',
  accentRound: 'fill="url(#a)"',
  accentFace: 'fill="url(#e)"',
  blackRound: 'fill="url(#k)"',
  black: 'fill="url(#x)"',
  steelRound: 'fill="url(#y)"',
  steel: 'fill="url(#z)"',
  paperRound: 'fill="url(#w)"',
  glass: 'fill="url(#q)"',
} as const;

function roundBody(id: string, colour: string): string {
  return linear(
    id,
    [0, 0, 1, 0],
    [
      [0, darker(colour, 0.42)],
      [0.12, darker(colour, 0.08)],
      [0.3, lighter(colour, 0.38)],
      [0.5, colour],
      [0.82, darker(colour, 0.22)],
      [1, darker(colour, 0.5)],
    ],
  );
}

function flatFace(id: string, colour: string): string {
  return linear(
    id,
    [0, 0, 1, 1],
    [
      [0, lighter(colour, 0.3)],
      [0.5, colour],
      [1, darker(colour, 0.28)],
    ],
  );
}

export function goodsDefs(goods: Goods): string {
  return [
    roundBody('c', goods.colour),
    flatFace('d', goods.colour),
    roundBody('a', goods.accent),
    flatFace('e', goods.accent),
    roundBody('k', '#30343b'),
    flatFace('x', '#2c3037'),
    linear(
      'y',
      [0, 0, 1, 0],
      [
        [0, '#6d7480'],
        [0.2, '#e3e7ec'],
        [0.45, '#a9b0bb'],
        [0.7, '#8a919d'],
        [1, '#5a616c'],
      ],
    ),
    linear(
      'z',
      [0, 0, 1, 1],
      [
        [0, '#f1f3f6'],
        [0.45, '#b3bac4'],
        [1, '#737b87'],
      ],
    ),
    linear(
      'w',
      [0, 0, 1, 0],
      [
        [0, '#c9ced6'],
        [0.28, '#ffffff'],
        [0.6, '#f4f6f8'],
        [1, '#b9bfc9'],
      ],
    ),
    linear(
      'q',
      [0, 0, 1, 1],
      [
        [0, '#39424f'],
        [0.5, '#11151b'],
        [1, '#2a3340'],
      ],
    ),
    radial(
      'j',
      [0.5, 0.5, 0.5],
      [
        [0, '#ffffff', 0.9],
        [1, '#ffffff', 0],
      ],
    ),
  ].join('');
}

export function star(x: number, y: number, radius: number, fill: string): string {
  return path(starPath(radius), `fill="${fill}" transform="translate(${x} ${y})"`);
}

/** Type size at which `content` fits into `width`. */
export function fit(content: string, width: number, largest: number): number {
  const units = [...content].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 1.02 : 0.6), 0);
  return Math.max(9, Math.min(largest, Math.floor((width * 0.9) / units)));
}

/** The printed label: brand, name, mark. `paper` false prints straight onto the body in accent. */
export function label(x: number, y: number, width: number, height: number, goods: Goods, paper = true): string {
  const middle = x + width / 2;
  const ground = paper ? goods.accent : goods.colour;
  const ink = brightness(ground) > 0.55 ? '#16181d' : '#ffffff';
  const pale = brightness(ground) > 0.55 ? '#555b67' : '#e3e6eb';
  const name = fit(goods.name, width, 34);
  const mark = fit(goods.mark, width, 54);
  const brandSize = Math.min(fit('千里行', width * 0.72, 34), Math.floor(height * 0.15));
  const at = (share: number) => y + height * share;
  return [
    paper ? rect(x, y, width, height, 6, FILL.accentRound) : '',
    star(middle, at(0.12), height * 0.065, brightness(ground) > 0.2 && brightness(ground) < 0.45 ? '#ffffff' : '#d93036'),
    text(middle, at(0.2) + brandSize, '千里行', { size: brandSize, fill: ink, weight: 700, anchor: 'middle' }),
    text(middle, at(0.26) + brandSize + 8, 'QIANLIXING', {
      size: fit('QIANLIXING', width * 0.62, 14),
      fill: pale,
      anchor: 'middle',
      extra: 'letter-spacing="1"',
    }),
    goods.mark
      ? text(middle, at(0.7), goods.mark, { size: Math.min(mark, Math.floor(height * 0.22)), fill: ink, weight: 700, anchor: 'middle' })
      : rect(
          middle - width * 0.14,
          at(0.56),
          width * 0.28,
          4,
          2,
          `fill="${brightness(ground) > 0.2 && brightness(ground) < 0.45 ? '#ffffff' : '#d93036'}"`,
        ),
    text(middle, at(goods.mark ? 0.87 : 0.76), goods.name, { size: name, fill: ink, weight: 600, anchor: 'middle' }),
  ].join('');
}

/** A vertical streak of light on a glossy body. */
export function gloss(x: number, y: number, width: number, height: number, opacity = 0.3): string {
  return rect(x, y, width, height, width / 2, `fill="#fff" opacity="${opacity}"`);
}

/** The bare brand mark, for metal and plastic. */
export function brandMark(x: number, y: number, size: number, fill: string): string {
  return text(x, y, '千里行', { size, fill, weight: 700, anchor: 'middle' });
}
