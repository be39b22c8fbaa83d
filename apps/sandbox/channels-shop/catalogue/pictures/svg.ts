/** Small helpers for writing SVG text. Only presentation attributes are used: no style sheets, scripts, filters or references to the outside. */

const FONT = "-apple-system,'PingFang SC','HarmonyOS Sans SC','Noto Sans CJK SC','Noto Sans SC',sans-serif";

/** At most one decimal, without needless zeros: pictures stay small. */
export function short(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(Object.is(rounded, -0) ? 0 : rounded).replace(/^(-?)0\./, '$1.');
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export type Point = readonly [x: number, y: number];

/** A closed subpath in relative commands. */
export function closedPath(points: readonly Point[]): string {
  let text = '';
  let lastX = 0;
  let lastY = 0;
  points.forEach(([x, y], index) => {
    const roundX = Math.round(x * 10) / 10;
    const roundY = Math.round(y * 10) / 10;
    const [a, b] = index === 0 ? [roundX, roundY] : [roundX - lastX, roundY - lastY];
    const second = short(b);
    text += `${index === 0 ? 'M' : 'l'}${short(a)}${second.startsWith('-') ? '' : ' '}${second}`;
    lastX = roundX;
    lastY = roundY;
  });
  return `${text}z`;
}

/** A polyline subpath in relative commands. */
export function openPath(points: readonly Point[]): string {
  return closedPath(points).slice(0, -1);
}

export type Stop = readonly [offset: number, colour: string, opacity?: number];

function stops(list: readonly Stop[]): string {
  return list
    .map(
      ([offset, colour, opacity]) =>
        `<stop offset="${short(offset * 100)}%" stop-color="${colour}"${opacity === undefined ? '' : ` stop-opacity="${opacity}"`}/>`,
    )
    .join('');
}

/** Linear gradient; the direction is given in fractions of the painted box. */
export function linear(id: string, direction: readonly [number, number, number, number], list: readonly Stop[]): string {
  const [x1, y1, x2, y2] = direction;
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops(list)}</linearGradient>`;
}

export function radial(id: string, centre: readonly [cx: number, cy: number, r: number], list: readonly Stop[]): string {
  const [cx, cy, r] = centre;
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stops(list)}</radialGradient>`;
}

export function rect(x: number, y: number, width: number, height: number, radius: number, attributes: string): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${radius > 0 ? ` rx="${short(radius)}"` : ''} ${attributes}/>`;
}

export function circle(cx: number, cy: number, r: number, attributes: string): string {
  return `<circle cx="${short(cx)}" cy="${short(cy)}" r="${short(r)}" ${attributes}/>`;
}

export function ellipse(cx: number, cy: number, rx: number, ry: number, attributes: string): string {
  return `<ellipse cx="${short(cx)}" cy="${short(cy)}" rx="${short(rx)}" ry="${short(ry)}" ${attributes}/>`;
}

export function path(d: string, attributes: string): string {
  return `<path d="${d}" ${attributes}/>`;
}

export interface TextLook {
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly extra?: string;
}

export function text(x: number, y: number, content: string, look: TextLook): string {
  return `<text x="${short(x)}" y="${short(y)}" font-size="${look.size}" fill="${look.fill}"${look.weight ? ` font-weight="${look.weight}"` : ''}${
    look.anchor && look.anchor !== 'start' ? ` text-anchor="${look.anchor}"` : ''
  }${look.extra ? ` ${look.extra}` : ''}>${escapeText(content)}</text>`;
}

export function picture(width: number, height: number, title: string, defs: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" role="img"><title>${escapeText(title)}</title><defs>${defs}</defs>${body}</svg>`;
}

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Mixes two `#rrggbb` colours; 0 gives the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const a = channels(from);
  const b = channels(to);
  return `#${a
    .map((value, index) =>
      Math.round(value + ((b[index] ?? 0) - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

export const lighter = (colour: string, share: number): string => mix(colour, '#ffffff', share);
export const darker = (colour: string, share: number): string => mix(colour, '#0b0d10', share);

/** Relative brightness 0 to 1, to choose ink on a label. */
export function brightness(colour: string): number {
  const [red, green, blue] = channels(colour);
  return (red * 299 + green * 587 + blue * 114) / 255_000;
}
