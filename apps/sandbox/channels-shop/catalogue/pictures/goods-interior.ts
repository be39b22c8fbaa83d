import { brandMark, type Drawing, FILL, gloss, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

const MAT_SHAPE = 'M-120-190q110-26 236 0 20 6 22 30l14 300q0 30-30 32l-150 12-90-40q-22-8-22-36l-6-264q0-28 26-34z';

function footMat(x: number, y: number, scale: number, fill: string, texture: string, edge: string): string {
  return `<g transform="translate(${x} ${y}) scale(${scale})">${[
    `<g transform="translate(10 14)">${path(MAT_SHAPE, 'fill="#0b0d10" opacity=".3"')}</g>`,
    path(MAT_SHAPE, fill),
    texture,
    path(MAT_SHAPE, `fill="none" stroke="${edge}" stroke-width="12"`),
    path(MAT_SHAPE, 'fill="none" stroke="#fff" stroke-opacity=".25" stroke-width="3"'),
    rect(-40, -40, 84, 40, 6, 'fill="#0b0d10" opacity=".45"'),
    brandMark(2, -10, 28, '#ffffff'),
  ].join('')}</g>`;
}

function grid(): string {
  let d = '';
  for (let row = 0; row < 8; row += 1)
    for (let column = 0; column < 6; column += 1) d += `M${-104 + column * 40} ${-150 + row * 38}l14-14 14 14-14 14z`;
  return path(d, 'fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="4"');
}

function coils(): string {
  let d = '';
  for (let row = 0; row < 13; row += 1)
    for (let column = 0; column < 8; column += 1) d += `M${-112 + column * 30 + (row % 2) * 12} ${-160 + row * 24}q8-16 16 0t10 4`;
  return path(d, 'fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="4"');
}

function matSet(texture: string, edge: string): string {
  return [
    footMat(246, 274, 1.02, FILL.face, texture, edge),
    footMat(560, 274, 1.02, FILL.face, texture, edge),
    `<g transform="translate(6 10)">${path('M120 500h560l20 150q2 36-30 36H490l-30-34H340l-30 34H130q-32 0-30-36z', 'fill="#0b0d10" opacity=".3"')}</g>`,
    path('M120 500h560l20 150q2 36-30 36H490l-30-34H340l-30 34H130q-32 0-30-36z', FILL.face),
    `<g transform="translate(246 590) scale(.72 .4)">${texture}</g><g transform="translate(560 590) scale(.72 .4)">${texture}</g>`,
    path('M120 500h560l20 150q2 36-30 36H490l-30-34H340l-30 34H130q-32 0-30-36z', `fill="none" stroke="${edge}" stroke-width="11"`),
  ].join('');
}

const mat: Drawing = (goods) => matSet(grid(), goods.accent);
const coilMat: Drawing = (goods) => matSet(coils(), goods.accent);

const trunkMat: Drawing = () =>
  [
    path('M120 300q280-70 560 0l50 300q4 60-60 62H130q-64-2-60-62z', 'fill="#0b0d10" opacity=".3" transform="translate(8 18)"'),
    path('M120 300q280-70 560 0l50 300q4 60-60 62H130q-64-2-60-62z', FILL.face),
    path('M160 326q240-50 480 0l38 260q2 30-34 32H156q-36-2-34-32z', 'fill="#0b0d10" opacity=".28"'),
    path(
      Array.from({ length: 8 }, (_, index) => `M${170 + index * 65} 350L${150 + index * 71} 590`).join(''),
      'stroke="#fff" stroke-opacity=".14" stroke-width="10" stroke-linecap="round"',
    ),
    path('M120 300q280-70 560 0', 'fill="none" stroke="#fff" stroke-opacity=".4" stroke-width="6"'),
    rect(330, 430, 140, 70, 8, 'fill="#0b0d10" opacity=".6"'),
    brandMark(400, 478, 40, '#ffffff'),
  ].join('');

const seat: Drawing = (goods) => {
  const one = (x: number) =>
    `<g transform="translate(${x} 0)">${[
      rect(-56, 110, 112, 84, 34, FILL.black),
      rect(-34, 180, 12, 50, 4, FILL.steel),
      rect(22, 180, 12, 50, 4, FILL.steel),
      path('M-110 250q10-40 60-42h100q50 2 60 42l16 250q0 40-40 40H-86q-40 0-40-40z', FILL.black),
      path('M-78 256q8-26 40-26h76q32 0 40 26l14 230q0 28-30 28H-62q-30 0-30-28z', FILL.face),
      path('M-58 290h116M-62 340h124M-66 390h132M-70 440h140', `stroke="${goods.accent}" stroke-width="6" stroke-dasharray="12 8"`),
      path('M-136 520q0-36 40-36H96q40 0 40 36l10 110q0 54-50 54H-96q-50 0-50-54z', FILL.black),
      path('M-106 530q0-24 30-24H76q30 0 30 24l6 80q0 34-38 34H-74q-38 0-38-34z', FILL.face),
      path('M-40 514v122M0 512v126M40 514v122', `stroke="${goods.accent}" stroke-width="6" stroke-dasharray="12 8"`),
      brandMark(0, 272, 22, '#ffffff'),
    ].join('')}</g>`;
  return one(236) + one(564);
};

const steering: Drawing = (goods) =>
  [
    circle(400, 400, 250, 'fill="none" stroke="#0b0d10" stroke-opacity=".25" stroke-width="74" transform="translate(8 14)"'),
    circle(400, 400, 250, 'fill="none" stroke="url(#d)" stroke-width="70"'),
    circle(400, 400, 276, 'fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="7"'),
    circle(400, 400, 250, 'fill="none" stroke="#fff" stroke-opacity=".16" stroke-width="60" stroke-dasharray="3 15"'),
    path(
      'M222 224A250 250 0 0 1 290 175M510 175A250 250 0 0 1 578 224M222 576A250 250 0 0 0 290 625M510 625A250 250 0 0 0 578 576',
      `fill="none" stroke="${goods.accent}" stroke-width="70"`,
    ),
    circle(400, 400, 215, 'fill="none" stroke="#0b0c0e" stroke-opacity=".6" stroke-width="3" stroke-dasharray="12 8"'),
    path('M190 372h120q30-60 90-60t90 60h120v64H500q-40 90-64 180h-72q-24-90-64-180H190z', 'fill="#3a4049" opacity=".5"'),
    circle(400, 410, 62, 'fill="#2b3038" opacity=".8"'),
    star(400, 410, 30, '#ffffff'),
  ].join('');

const sunshade: Drawing = () =>
  [
    path('M60 470Q400 90 740 470q-60-30-113 0-57-34-114 0-56-34-113 0-57-34-114 0-56-34-113 0-57-30-113 0z', FILL.face),
    path(
      'M400 196q-90 120-114 274M400 196q90 120 113 274M400 196Q230 280 173 470M400 196q170 84 227 274',
      'fill="none" stroke="#0b0d10" stroke-opacity=".2" stroke-width="5"',
    ),
    path('M400 196Q280 240 190 400', 'fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="22" stroke-linecap="round"'),
    path('M400 196v-36', 'stroke="#2b2f36" stroke-width="12" stroke-linecap="round"'),
    path('M400 440v196q0 46 44 46t44-40', 'fill="none" stroke="url(#y)" stroke-width="16" stroke-linecap="round"'),
    path('M488 650v-30', 'stroke="#2b2f36" stroke-width="26" stroke-linecap="round"'),
    circle(640, 170, 54, 'fill="#f6c945"'),
    path(
      'M640 84v-34M640 256v34M554 170h-34M726 170h34M579 109l-24-24M701 231l24 24M701 109l24-24M579 231l-24 24',
      'stroke="#f6c945" stroke-width="12" stroke-linecap="round"',
    ),
    brandMark(400, 390, 46, '#5b6270'),
  ].join('');

const cushion: Drawing = (goods) =>
  [
    path('M196 470q-40-120 30-190 174-60 348 0 70 70 30 190-10 150-60 180-144 46-288 0-50-30-60-180z', FILL.face),
    path('M230 480q170 60 340 0M250 560q150 50 300 0', 'fill="none" stroke="#0b0d10" stroke-opacity=".25" stroke-width="6"'),
    path('M248 320q152-44 304 0', 'fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="14" stroke-linecap="round"'),
    path('M160 420h60M580 420h60', 'stroke="#16181d" stroke-width="26"'),
    path('M280 150q-60-40-70 30t40 70h300q50 0 40-70t-70-30q-60 40-120 40t-120-40z', FILL.black),
    path(
      'M256 166q-20-6-24 24M544 166q20-6 24 24',
      'fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="8" stroke-linecap="round"',
    ),
    rect(350, 408, 100, 50, 8, `fill="${goods.accent}"`),
    brandMark(400, 444, 30, '#ffffff'),
  ].join('');

const carCover: Drawing = (goods) =>
  [
    path('M70 600q-10-120 50-150l110-40q60-120 130-140 130-30 250 20 50 40 80 110 60 30 60 90v110q0 24-30 24H100q-26 0-30-24z', FILL.face),
    path(
      'M230 410q90 40 220 30t260-10M360 270q-40 80-60 150M540 262q30 80 20 170M140 460q60 50 60 160M650 420q-30 90 0 200',
      'fill="none" stroke="#0b0d10" stroke-opacity=".16" stroke-width="8" stroke-linecap="round"',
    ),
    path('M260 404q60-90 116-108 100-20 190 10', 'fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="16" stroke-linecap="round"'),
    path('M84 548h640', `stroke="${goods.accent}" stroke-width="16"`),
    path('M84 548h640', 'stroke="#fff" stroke-opacity=".7" stroke-width="6"'),
    ellipse(210, 622, 62, 26, 'fill="#14161a"'),
    ellipse(610, 622, 62, 26, 'fill="#14161a"'),
    brandMark(420, 510, 48, '#4b5563'),
  ].join('');

const inflator: Drawing = () =>
  [
    path('M560 560q120 20 110-90t40-150', 'fill="none" stroke="#14161a" stroke-width="22" stroke-linecap="round"'),
    path('M706 330l10-46', 'stroke="url(#y)" stroke-width="26"'),
    rect(150, 250, 430, 380, 60, FILL.face),
    rect(170, 270, 390, 340, 46, 'fill="none" stroke="#fff" stroke-opacity=".14" stroke-width="5"'),
    path('M230 250q0-100 134-100t136 100h-40q0-62-96-62t-94 62z', FILL.black),
    rect(230, 330, 270, 140, 20, 'fill="#0b1014"'),
    path('M246 346h238v34H246z', 'fill="#fff" opacity=".06"'),
    circle(470, 448, 7, 'fill="#22c55e"'),
    text(364, 434, '2.5', { size: 92, fill: '#5ee29a', weight: 700, anchor: 'middle' }),
    circle(290, 540, 34, FILL.accentFace),
    circle(290, 540, 15, 'fill="#fff" opacity=".9"'),
    rect(350, 516, 60, 48, 14, FILL.blackRound),
    rect(430, 516, 60, 48, 14, FILL.blackRound),
    path('M368 540h24M448 540h24M460 528v24', 'stroke="#fff" stroke-width="5"'),
    rect(190, 620, 70, 26, 8, 'fill="#0b0c0e"'),
    rect(470, 620, 70, 26, 8, 'fill="#0b0c0e"'),
    brandMark(364, 306, 26, '#ffffff'),
  ].join('');

const airpump: Drawing = (goods) =>
  [
    path('M420 170q0-80 90-80t90 120-40 150', 'fill="none" stroke="#14161a" stroke-width="20" stroke-linecap="round"'),
    path('M560 352l-4 40', 'stroke="url(#y)" stroke-width="24"'),
    rect(286, 160, 228, 520, 56, FILL.round),
    rect(300, 174, 200, 492, 46, 'fill="none" stroke="#0b0d10" stroke-opacity=".1" stroke-width="4"'),
    rect(322, 240, 156, 190, 26, 'fill="#0b1014"'),
    text(400, 350, '2.5', { size: 84, fill: '#5ee29a', weight: 700, anchor: 'middle' }),
    path('M352 388h96', 'stroke="#2f6f4c" stroke-width="8"'),
    path('M352 388h64', 'stroke="#5ee29a" stroke-width="8"'),
    circle(400, 500, 44, FILL.accentFace),
    path('M388 482l30 18-30 18z', 'fill="#fff"'),
    rect(330, 582, 140, 10, 5, `fill="${goods.accent}"`),
    gloss(306, 210, 14, 410, 0.6),
    brandMark(400, 640, 30, '#16181d'),
    circle(400, 200, 12, 'fill="#fdf1c3" stroke="#c9ced6" stroke-width="4"'),
  ].join('');

export const INTERIOR_DRAWINGS = {
  mat,
  coilMat,
  trunkMat,
  seat,
  steering,
  sunshade,
  cushion,
  carCover,
  inflator,
  airpump,
} as const satisfies Record<string, Drawing>;
