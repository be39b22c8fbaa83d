import { brandMark, type Drawing, FILL, gloss, label, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

const flat: Drawing = (goods) =>
  [
    rect(352, 128, 96, 86, 14, FILL.blackRound),
    rect(344, 196, 112, 30, 8, FILL.blackRound),
    path('M344 226h112c10 60 84 70 84 160v262q0 42-42 42H302q-42 0-42-42V386c0-90 74-100 84-160z', FILL.round),
    gloss(290, 340, 18, 300),
    label(292, 400, 216, 230, goods),
  ].join('');

const trigger: Drawing = (goods) =>
  [
    path('M386 262h50v54h-50z', FILL.blackRound),
    path('M318 122h168q34 0 34 34v34h-40l-22 42h-80q-6-44-50-46h-44v-40q0-24 34-24z', FILL.black),
    rect(268, 132, 36, 44, 8, FILL.accentFace),
    path('M338 192q-6 74-44 112l24 12q46-48 52-122z', FILL.accentFace),
    rect(376, 226, 70, 44, 8, FILL.blackRound),
    path('M364 312h94c4 54 74 66 74 150v190q0 38-38 38H328q-38 0-38-38V462c0-84 70-96 74-150z', FILL.round),
    gloss(314, 440, 16, 210),
    label(312, 452, 198, 196, goods),
  ].join('');

const jug: Drawing = (goods) =>
  [
    rect(300, 112, 104, 70, 10, FILL.accentRound),
    path('M304 128h96M304 144h96M304 160h96', 'stroke="#000" stroke-opacity=".16" stroke-width="5"'),
    path('M288 182h128v34h60q74 0 74 78v350q0 46-46 46H264q-46 0-46-46V318q0-66 70-102z', FILL.round),
    path('M440 262h30q36 0 36 40v110q0 22-20 22t-20-22v-96q0-12-14-12h-22z', 'fill="#fff" opacity=".92"'),
    path('M440 262h30q36 0 36 40v110q0 22-20 22t-20-22v-96q0-12-14-12h-22z', 'fill="#10131a" opacity=".28"'),
    path('M536 330v316q0 30-26 38', 'fill="none" stroke="#fff" stroke-opacity=".18" stroke-width="8" stroke-linecap="round"'),
    gloss(240, 330, 16, 300, 0.26),
    label(256, 424, 250, 232, goods),
  ].join('');

const drum: Drawing = (goods) =>
  [
    rect(316, 116, 88, 56, 10, FILL.accentRound),
    path('M228 172h344q34 0 34 34v440q0 44-44 44H238q-44 0-44-44V206q0-34 34-34z', FILL.round),
    path('M430 172h120q20 0 20 20v42q0 14-14 14H444q-14 0-14-14z', 'fill="#0b0d10" opacity=".35"'),
    path('M196 280h408M196 610h408', 'stroke="#000" stroke-opacity=".14" stroke-width="10"'),
    gloss(216, 300, 18, 290, 0.24),
    label(250, 306, 300, 280, goods),
  ].join('');

const bottle: Drawing = (goods) =>
  [
    path('M372 116h56l10 92h-76z', FILL.blackRound),
    rect(350, 196, 100, 40, 8, FILL.blackRound),
    path('M354 236h92q76 36 76 116v296q0 42-42 42H320q-42 0-42-42V352q0-80 76-116z', FILL.round),
    gloss(302, 360, 16, 280),
    label(300, 396, 200, 232, goods),
  ].join('');

const vial: Drawing = (goods) => {
  const one = (x: number, y: number, scale: number): string =>
    `<g transform="translate(${x} ${y}) scale(${scale})">${[
      rect(-30, -300, 60, 60, 8, FILL.blackRound),
      path('M-34-240h68q42 24 42 70v136q0 34-34 34h-84q-34 0-34-34v-136q0-46 42-70z', FILL.round),
      gloss(-62, -160, 12, 120),
      label(-62, -176, 124, 140, goods),
    ].join('')}</g>`;
  return one(264, 660, 1.12) + one(536, 660, 1.12) + one(400, 694, 1.4);
};

const aerosol: Drawing = (goods) =>
  [
    rect(376, 106, 48, 42, 8, FILL.paperRound),
    path('M340 148h120q14 0 14 18v50H326v-50q0-18 14-18z', FILL.blackRound),
    path('M300 262q0-46 42-46h116q42 0 42 46z', FILL.steelRound),
    rect(296, 258, 208, 424, 12, FILL.round),
    rect(290, 252, 220, 16, 8, FILL.steelRound),
    rect(290, 674, 220, 18, 8, FILL.steelRound),
    gloss(322, 284, 16, 376, 0.28),
    label(310, 340, 180, 250, goods),
    path('M356 616h88', 'stroke="#fff" stroke-opacity=".5" stroke-width="4"'),
  ].join('');

const tin: Drawing = (goods) =>
  [
    ellipse(400, 640, 214, 52, 'fill="#0b0d10" opacity=".5"'),
    path('M186 520v104c0 38 96 68 214 68s214-30 214-68V520z', FILL.round),
    path('M186 560c0 38 96 68 214 68s214-30 214-68', 'fill="none" stroke="#fff" stroke-opacity=".25" stroke-width="5"'),
    ellipse(400, 520, 214, 68, FILL.accentFace),
    ellipse(400, 516, 190, 56, 'fill="#fdf8ea"'),
    path('M262 506q70-34 150-8t120 6', 'fill="none" stroke="#e6d9b2" stroke-width="10" stroke-linecap="round"'),
    path('M282 534q80-20 130-4t104 2', 'fill="none" stroke="#efe5c6" stroke-width="8" stroke-linecap="round"'),
    `<g transform="rotate(-14 400 300)">${circle(408, 302, 170, FILL.face)}${circle(408, 302, 150, 'fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="4"')}${label(298, 202, 220, 204, { ...goods, accent: goods.colour }, false)}</g>`,
    text(400, 664, 'QIANLIXING', {
      size: 22,
      fill: '#ffffff',
      anchor: 'middle',
      weight: 600,
      extra: 'letter-spacing="5" fill-opacity=".85"',
    }),
  ].join('');

const clay: Drawing = (goods) =>
  [
    path('M190 470l300-90 130 110v96l-300 100-130-110z', 'fill="#1f3f63" opacity=".25"'),
    path('M180 450l300-92 138 108-306 104z', FILL.face),
    path('M180 450v100l132 118v-98z', FILL.round),
    path('M312 570l306-104v92L312 668z', FILL.face),
    path('M312 570l306-104v92L312 668z', 'fill="#0b0d10" opacity=".22"'),
    path('M226 440l256-78', 'stroke="#fff" stroke-opacity=".5" stroke-width="8" stroke-linecap="round"'),
    `<g transform="translate(0 -40)">${rect(470, 180, 190, 190, 18, 'fill="#fff" opacity=".95"')}${label(480, 190, 170, 170, { ...goods, accent: '#ffffff' })}</g>`,
  ].join('');

const box: Drawing = (goods) =>
  [
    path('M180 270l320 60v362l-320-72z', FILL.face),
    path('M500 330l140-66v360l-140 68z', FILL.face),
    path('M500 330l140-66v360l-140 68z', 'fill="#0b0d10" opacity=".4"'),
    path('M180 270l146-58 314 52-140 66z', FILL.face),
    path('M180 270l146-58 314 52-140 66z', 'fill="#fff" opacity=".2"'),
    `<g transform="matrix(1 .19 0 1 0 -34)">${rect(180, 286, 320, 18, 0, FILL.accentFace)}${label(200, 310, 280, 280, { ...goods, accent: goods.colour }, false)}${rect(180, 596, 320, 8, 0, FILL.accentFace)}</g>`,
    `<g transform="matrix(1 -.47 0 1 0 270)">${star(570, 480, 30, '#d93036')}</g>`,
    path('M500 330v362', 'stroke="#fff" stroke-opacity=".3" stroke-width="3"'),
  ].join('');

const aroma: Drawing = () =>
  [
    path('M140 300h520M140 360h520M140 420h520M140 480h520', 'stroke="#2b2f36" stroke-width="26" stroke-linecap="round" opacity=".85"'),
    path('M140 292h520M140 352h520M140 412h520M140 472h520', 'stroke="#fff" stroke-width="3" stroke-linecap="round" opacity=".2"'),
    rect(330, 240, 140, 340, 70, FILL.round),
    rect(346, 256, 108, 308, 54, 'fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="3"'),
    circle(400, 330, 42, FILL.accentFace),
    star(400, 330, 24, '#ffffff'),
    path('M372 420h56M372 444h56M372 468h56M372 492h56', 'stroke="#0b0d10" stroke-opacity=".5" stroke-width="8" stroke-linecap="round"'),
    path(
      'M320 200q-20-30 0-60t0-60M400 190q-20-30 0-60t0-60M480 200q-20-30 0-60t0-60',
      'fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round" opacity=".7"',
    ),
    brandMark(400, 546, 24, '#ffffff'),
  ].join('');

export const BOTTLE_DRAWINGS = { flat, trigger, jug, drum, bottle, vial, aerosol, tin, clay, box, aroma } as const satisfies Record<
  string,
  Drawing
>;
