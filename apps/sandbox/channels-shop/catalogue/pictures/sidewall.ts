import { planeAt, type TyreView } from './projection';
import { circle, escapeText, linear, mix, path, short } from './svg';

export const SIDEWALL_DEFS = [
  linear(
    's',
    [0, 0, 1, 1],
    [
      [0, '#ffffff', 0.2],
      [0.42, '#ffffff', 0.02],
      [0.6, '#000000', 0.05],
      [1, '#000000', 0.5],
    ],
  ),
].join('');

/** Rough advance widths of the letters in a bold face, as shares of the type size. */
function advance(letter: string): number {
  if (/[一-鿿]/.test(letter)) return 1.06;
  if (/[IJ1/.\- ]/.test(letter)) return letter === ' ' ? 0.36 : 0.42;
  if (/[MW]/.test(letter)) return 0.92;
  return 0.68;
}

/** Letters set one by one along a circle with their middle at `degrees` (0 is the top); `upright` turns those at the bottom to be read. */
function lettering(content: string, radius: number, degrees: number, size: number, attributes: string, upright = false): string {
  const letters = [...content];
  const spacing = 1.12;
  const total = letters.reduce((sum, letter) => sum + advance(letter) * size * spacing, 0);
  let along = -total / 2;
  let out = '';
  for (const letter of letters) {
    const width = advance(letter) * size * spacing;
    const angle = degrees + (upright ? -1 : 1) * ((along + width / 2) / radius) * (180 / Math.PI);
    along += width;
    if (letter !== ' ')
      out += `<text y="${short(upright ? radius + size * 0.7 : -radius)}" transform="rotate(${short(upright ? angle - 180 : angle)})">${escapeText(letter)}</text>`;
  }
  return `<g font-size="${short(size)}" text-anchor="middle" ${attributes}>${out}</g>`;
}

export interface SidewallWords {
  readonly brandZh: string;
  readonly brandEn: string;
  readonly series: string;
  readonly size: string;
  readonly marks: string;
}

/** A streak of light on the upper left of the sidewall. */
function gloss(radius: number, width: number): string {
  const at = (degrees: number) =>
    `${short(radius * Math.cos((degrees * Math.PI) / 180))} ${short(radius * Math.sin((degrees * Math.PI) / 180))}`;
  const arc = (from: number, to: number, share: number, opacity: number) =>
    path(
      `M${at(from)}A${short(radius)} ${short(radius)} 0 0 1 ${at(to)}`,
      `fill="none" stroke="#fff" stroke-opacity="${opacity}" stroke-width="${short(width * share)}" stroke-linecap="round"`,
    );
  return arc(-168, -102, 1, 0.05) + arc(-162, -112, 0.55, 0.06) + arc(-156, -122, 0.22, 0.08);
}

/** Height of the sidewall over the tread's edge at a share (0 bead, 1 shoulder), as a share of the half width. */
function bulge(share: number): number {
  return 1 + 0.1 * Math.sin(Math.PI * share) - 0.04 * (1 - share);
}

/** Rubber from the shoulder in to the bead, as rings of slowly changing shade, then the raised lines and letters. */
export function drawSidewall(view: TyreView, shoulderRadius: number, rimRadius: number, words: SidewallWords): string {
  const steps = 15;
  let rings = '';
  for (let step = 0; step <= steps; step += 1) {
    const share = 1 - step / steps;
    const radius = rimRadius + (shoulderRadius - rimRadius) * share;
    const lit = 0.5 + 0.5 * Math.cos((share - 0.62) * 4.4);
    rings += circle(0, 0, radius, `fill="${mix('#15171a', '#3d4149', lit)}" transform="${planeAt(view, view.halfWidth * bulge(share))}"`);
  }
  const height = shoulderRadius - rimRadius;
  const band = (share: number) => rimRadius + height * share;
  const ink = 'fill="#8d939d" font-weight="700"';
  const faint = 'fill="#6c727c" font-weight="600"';
  const brandSize = Math.min(38, height * 0.4);
  const flat = [
    circle(
      0,
      0,
      band(0.94),
      `fill="none" stroke="#000" stroke-opacity=".35" stroke-width="${short(height * 0.07)}" stroke-dasharray="2.2 3.2"`,
    ),
    circle(0, 0, band(0.83), 'fill="none" stroke="#fff" stroke-opacity=".16" stroke-width="1.6"'),
    circle(0, 0, band(0.2), 'fill="none" stroke="#fff" stroke-opacity=".12" stroke-width="1.4"'),
    circle(0, 0, band(0.08), 'fill="none" stroke="#000" stroke-opacity=".5" stroke-width="3"'),
    lettering(words.brandEn, band(0.36), 0, brandSize, ink),
    lettering(words.size, band(0.42), 118, brandSize * 0.62, ink),
    lettering(words.brandZh, band(0.36), 180, brandSize * 0.92, ink, true),
    lettering(words.series, band(0.42), -118, brandSize * 0.62, ink),
    lettering(words.marks, band(0.5), 62, brandSize * 0.3, faint),
    lettering('TUBELESS RADIAL', band(0.5), -62, brandSize * 0.3, faint),
    gloss(band(0.64), height * 0.2),
    circle(0, 0, (shoulderRadius + rimRadius) / 2, `fill="none" stroke="url(#s)" stroke-width="${short(height)}"`),
  ].join('');
  return `${rings}<g transform="${planeAt(view, view.halfWidth * 1.07)}">${flat}</g>`;
}
