import { brandMark, type Drawing, FILL, gloss, label, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

function bristles(x: number, y: number, count: number, gap: number, length: number, colour: string, lean = 0): string {
  let d = '';
  for (let index = 0; index < count; index += 1) d += `M${x + index * gap} ${y}l${Math.round((index - count / 2) * lean)} ${length}`;
  return path(d, `stroke="${colour}" stroke-width="${Math.max(3, gap * 0.55)}" stroke-linecap="round"`);
}

const towel: Drawing = () => {
  const fold = (y: number, inset: number, fill: string) =>
    [
      path(`M${150 + inset} ${y}q0-40 44-40h${412 - inset * 2}q44 0 44 40v24q0 40-44 40H${194 + inset}q-44 0-44-40z`, fill),
      path(`M${172 + inset} ${y + 20}h${456 - inset * 2}`, 'stroke="#0b0d10" stroke-opacity=".2" stroke-width="6" stroke-linecap="round"'),
      path(
        `M${196 + inset} ${y - 24}h${408 - inset * 2}M${186 + inset} ${y - 6}h${428 - inset * 2}M${186 + inset} ${y + 44}h${428 - inset * 2}`,
        'stroke="#fff" stroke-opacity=".3" stroke-width="7" stroke-dasharray="3 9"',
      ),
    ].join('');
  const roll = (x: number, y: number) =>
    [
      path(`M${x} ${y - 62}h330a62 62 0 0 1 0 124H${x}z`, FILL.face),
      path(`M${x + 40} ${y - 50}h280M${x + 50} ${y - 30}h300`, 'stroke="#fff" stroke-opacity=".3" stroke-width="7" stroke-dasharray="3 9"'),
      circle(x, y, 62, FILL.accentFace),
      path(
        `M${x} ${y}q10-14 20 0t-14 26-40-14 4-48 58 6 16 62`,
        'fill="none" stroke="#0b0d10" stroke-opacity=".3" stroke-width="6" stroke-linecap="round"',
      ),
    ].join('');
  return [
    fold(640, 0, FILL.face),
    fold(544, 10, FILL.accentFace),
    fold(448, 4, FILL.face),
    roll(236, 338),
    rect(440, 430, 120, 76, 6, 'fill="#fff"'),
    star(500, 452, 12, '#d93036'),
    brandMark(500, 494, 26, '#16181d'),
  ].join('');
};

const sponge: Drawing = () => {
  let holes = '';
  for (let row = 0; row < 5; row += 1)
    for (let column = 0; column < 8; column += 1)
      holes += ellipse(
        232 + column * 48 + (row % 2) * 22,
        384 + row * 44,
        15 - ((row * 3 + column) % 4) * 2,
        13 - ((row + column) % 3) * 2,
        'fill="#0b0d10" opacity=".22"',
      );
  return [
    path('M236 330q164-64 330 0 52 20 44 70-22 90 0 190 4 60-56 72-156 26-310 0-62-12-54-74 20-96 0-186-10-52 46-72z', FILL.face),
    holes,
    path('M250 350q150-52 300 0', 'fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="12" stroke-linecap="round"'),
    circle(220, 250, 34, 'fill="#fff" opacity=".75"'),
    circle(272, 214, 22, 'fill="#fff" opacity=".7"'),
    circle(560, 226, 42, 'fill="#fff" opacity=".75"'),
    circle(620, 280, 20, 'fill="#fff" opacity=".7"'),
    circle(210, 240, 9, 'fill="#fff"'),
    circle(548, 212, 11, 'fill="#fff"'),
    rect(330, 470, 140, 66, 10, 'fill="#fff" opacity=".92"'),
    brandMark(400, 516, 34, '#d93036'),
  ].join('');
};

const mitt: Drawing = () => {
  let tufts = '';
  for (let row = 0; row < 11; row += 1)
    for (let column = 0; column < 8; column += 1) tufts += `M${250 + column * 37 + (row % 2) * 16} ${250 + row * 30}q10 14 2 30`;
  return [
    path('M228 560V330q0-150 150-150t160 130q60-30 82 20 18 44-40 92l-32 26v112z', FILL.face),
    path(tufts, 'fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="12" stroke-linecap="round"'),
    path(tufts, 'fill="none" stroke="#0b0d10" stroke-opacity=".22" stroke-width="5" stroke-linecap="round" transform="translate(10 4)"'),
    rect(216, 548, 346, 130, 26, FILL.blackRound),
    path('M216 584h346M216 644h346', 'stroke="#fff" stroke-opacity=".16" stroke-width="4"'),
    brandMark(390, 630, 38, '#ffffff'),
  ].join('');
};

const brush: Drawing = () =>
  [
    `<g transform="rotate(32 400 400)">${[
      rect(366, 330, 68, 390, 34, FILL.blackRound),
      rect(378, 420, 44, 200, 22, FILL.face),
      circle(400, 688, 12, 'fill="#eef0f4"'),
      rect(320, 110, 160, 250, 30, FILL.round),
      bristles(300, 104, 17, 12.5, -56, '#3a3f47', 1.4),
      bristles(300, 118, 17, 12.5, -40, '#d93036', 1.2),
      path(
        'M316 130l-52-14M316 160l-58-8M316 190l-60-4M316 220h-60M316 250l-58 6M316 280l-54 10M484 130l52-14M484 160l58-8M484 190l60-4M484 220h60M484 250l58 6M484 280l54 10',
        'stroke="#3a3f47" stroke-width="10" stroke-linecap="round"',
      ),
      gloss(340, 136, 14, 190, 0.35),
      brandMark(400, 250, 34, '#ffffff'),
    ].join('')}</g>`,
  ].join('');

const detailBrush: Drawing = () => {
  const one = (x: number, turn: number, scale: number) =>
    `<g transform="translate(${x} 700) rotate(${turn}) scale(${scale})">${[
      path('M-26 0q-16-180 0-250h52q16 70 0 250-26 20-52 0z', FILL.round),
      rect(-34, -310, 68, 66, 8, FILL.steelRound),
      path('M-34-310q-34-110-12-190 46-24 92 0 22 80-12 190z', 'fill="#e8d9bd"'),
      path(
        'M-22-320q-18-90-8-170M-6-320q-6-90-2-176M10-320q6-90 4-176M24-320q16-90 8-168',
        'fill="none" stroke="#8a7350" stroke-opacity=".55" stroke-width="4"',
      ),
      gloss(-14, -220, 9, 190, 0.4),
    ].join('')}</g>`;
  return `${one(250, -16, 0.92)}${one(400, 0, 1.1)}${one(550, 16, 0.92)}`;
};

const mop: Drawing = () =>
  [
    `<g transform="translate(36 10) rotate(24 400 420) scale(.92)">${[
      rect(384, 60, 32, 470, 16, FILL.steelRound),
      rect(378, 230, 44, 70, 12, FILL.blackRound),
      rect(376, 60, 48, 120, 22, FILL.face),
      path('M350 520h100l30 60H320z', FILL.black),
      path('M230 580h340q30 0 30 36v40q0 40-40 40H240q-40 0-40-40v-40q0-36 30-36z', FILL.face),
      path(
        'M216 640q10 40 0 84M252 650q10 44 0 86M290 650q10 44 0 88M328 650q10 44 0 88M366 650q10 44 0 88M404 650q10 44 0 88M442 650q10 44 0 88M480 650q10 44 0 88M518 650q10 44 0 86M556 650q10 40 0 84M584 640q10 36 2 76',
        'fill="none" stroke="url(#d)" stroke-width="30" stroke-linecap="round"',
      ),
      path(
        'M234 640v60M310 650v60M386 650v64M462 650v60M538 650v56',
        'stroke="#fff" stroke-opacity=".4" stroke-width="8" stroke-linecap="round"',
      ),
    ].join('')}</g>`,
  ].join('');

const bucket: Drawing = (goods) =>
  [
    path('M206 300q194-250 388 0', 'fill="none" stroke="url(#y)" stroke-width="14"'),
    rect(350, 164, 100, 34, 17, FILL.blackRound),
    path('M196 310h408l-44 340q-4 42-160 42t-160-42z', FILL.round),
    ellipse(400, 310, 212, 52, FILL.blackRound),
    ellipse(400, 306, 190, 40, 'fill="#8fc7ea"'),
    path('M240 306q40-26 84-6t82-6 80 4 74 4', 'fill="none" stroke="#fff" stroke-width="14" stroke-linecap="round" opacity=".85"'),
    circle(300, 288, 26, 'fill="#fff" opacity=".9"'),
    circle(352, 276, 34, 'fill="#fff" opacity=".92"'),
    circle(420, 284, 28, 'fill="#fff" opacity=".9"'),
    circle(478, 290, 20, 'fill="#fff" opacity=".88"'),
    gloss(250, 380, 20, 250, 0.28),
    path('M528 420h34M524 460h30M522 500h34M518 540h28M514 580h34', 'stroke="#fff" stroke-opacity=".6" stroke-width="5"'),
    label(310, 400, 180, 200, { ...goods, accent: goods.colour }, false),
  ].join('');

const foam: Drawing = (goods) =>
  [
    path('M300 300q0-60 70-66h60q70 6 70 66v340q0 52-52 52H352q-52 0-52-52z', FILL.round),
    rect(340, 196, 120, 50, 10, FILL.accentRound),
    path('M360 110h80l14 86H346z', FILL.black),
    rect(372, 66, 56, 60, 14, FILL.accentRound),
    path('M300 132h62v44h-62q-24 0-60-14v-18q36-12 60-12z', FILL.black),
    path('M452 140h60q60 0 66 70l6 90q2 18-16 18t-18-16l-4-70q-4-46-40-46h-50z', FILL.black),
    path('M228 132q-80-30-160 0 0 40 20 60 60 20 140-12z', 'fill="#fff" opacity=".9"'),
    circle(96, 150, 44, 'fill="#fff" opacity=".85"'),
    circle(150, 178, 36, 'fill="#fff" opacity=".9"'),
    circle(70, 204, 30, 'fill="#fff" opacity=".8"'),
    gloss(324, 320, 18, 330, 0.24),
    label(316, 360, 168, 220, goods),
  ].join('');

const washer: Drawing = () =>
  [
    path('M70 250h300v44H70q-14 0-14-22t14-22z', FILL.steelRound),
    rect(330, 214, 250, 120, 40, FILL.face),
    path('M440 320h100l40 250q4 30-26 30h-80q-24 0-28-26z', FILL.black),
    path('M420 334q-10 90 40 110l10-40q-20-24-12-70z', FILL.steel),
    rect(424, 560, 180, 120, 22, FILL.blackRound),
    rect(444, 590, 140, 16, 8, FILL.accentFace),
    rect(444, 620, 140, 34, 8, 'fill="#0b0d10" opacity=".5"'),
    text(514, 645, '锂电 Li-ion', { size: 22, fill: '#ffffff', anchor: 'middle' }),
    path('M56 262l-60-30M56 272H-10M56 282l-60 30', 'stroke="#6fb4e8" stroke-width="9" stroke-linecap="round" opacity=".8"'),
    brandMark(456, 288, 38, '#16181d'),
    path('M580 250q90 10 90 110t40 190', 'fill="none" stroke="#2b2f36" stroke-width="20" stroke-linecap="round"'),
    gloss(352, 226, 200, 12, 0.5),
  ].join('');

export const WASHING_DRAWINGS = { towel, sponge, mitt, brush, detailBrush, mop, bucket, foam, washer } as const satisfies Record<
  string,
  Drawing
>;
