import { brandMark, type Drawing, FILL, gloss, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

const gauge: Drawing = () =>
  [
    path('M468 470q120 60 120 200', 'fill="none" stroke="#14161a" stroke-width="22" stroke-linecap="round"'),
    path('M588 650v44', 'stroke="url(#y)" stroke-width="30"'),
    path('M300 140h140q60 0 64 60l14 250q0 60-60 66l-60 6-40 160q-8 16-36 16h-22q-24-4-22-30l-30-410q0-118 52-118z', FILL.face),
    rect(306, 190, 156, 150, 22, 'fill="#c7e6c9"'),
    rect(306, 190, 156, 150, 22, 'fill="none" stroke="#0b0d10" stroke-opacity=".5" stroke-width="5"'),
    text(384, 306, '2.5', { size: 74, fill: '#1a3a24', weight: 700, anchor: 'middle' }),
    text(446, 226, 'bar', { size: 22, fill: '#1a3a24', anchor: 'end', weight: 600 }),
    circle(340, 400, 30, FILL.accentFace),
    circle(428, 400, 30, FILL.blackRound),
    path('M316 460h120', 'stroke="#fff" stroke-opacity=".25" stroke-width="8" stroke-linecap="round"'),
    brandMark(354, 510, 28, '#ffffff'),
  ].join('');

const tpms: Drawing = () => {
  const tile = (x: number, y: number, value: string) =>
    `${rect(x, y, 150, 74, 10, 'fill="#0f2417"')}${text(x + 75, y + 51, value, { size: 44, fill: '#6df0a5', weight: 700, anchor: 'middle' })}`;
  const sensor = (x: number) =>
    `<g transform="translate(${x} 600)">${[rect(-40, -40, 80, 90, 22, FILL.blackRound), circle(0, -40, 44, FILL.black), circle(0, -40, 30, 'fill="none" stroke="#fff" stroke-opacity=".25" stroke-width="3"'), star(0, -40, 15, '#d93036'), rect(-22, 50, 44, 22, 4, FILL.steelRound)].join('')}</g>`;
  return [
    path('M150 180h500q40 0 46 40l20 230q2 50-48 50H132q-50 0-48-50l20-230q6-40 46-40z', FILL.face),
    path('M190 130h420l30 50H160z', 'fill="#26324a"'),
    path('M220 140v30M270 140v30M320 140v30M370 140v30M420 140v30M470 140v30M520 140v30M570 140v30', 'stroke="#5f7fb8" stroke-width="4"'),
    rect(140, 214, 520, 250, 24, 'fill="#07100b"'),
    tile(166, 236, '2.5'),
    tile(484, 236, '2.5'),
    tile(166, 364, '2.4'),
    tile(484, 364, '2.5'),
    path('M370 250q30-20 60 0l14 60v90q0 30-44 30t-44-30v-90z', 'fill="none" stroke="#6df0a5" stroke-width="6"'),
    path('M366 312h68M366 372h68', 'stroke="#6df0a5" stroke-width="5"'),
    text(400, 350, 'bar', { size: 22, fill: '#6df0a5', anchor: 'middle' }),
    sensor(190),
    sensor(330),
    sensor(470),
    sensor(610),
  ].join('');
};

const dashcam: Drawing = () =>
  [
    path('M350 110h100q20 0 20 20v30H330v-30q0-20 20-20z', FILL.black),
    rect(372, 150, 56, 70, 10, FILL.blackRound),
    rect(140, 210, 520, 320, 70, FILL.face),
    rect(160, 230, 480, 280, 54, 'fill="none" stroke="#fff" stroke-opacity=".12" stroke-width="5"'),
    circle(480, 370, 148, FILL.blackRound),
    circle(480, 370, 128, FILL.steel),
    circle(480, 370, 112, 'fill="#0a0d12"'),
    circle(480, 370, 84, FILL.glass),
    circle(480, 370, 54, 'fill="#0b1622"'),
    circle(480, 370, 54, 'fill="none" stroke="#4c8bd6" stroke-opacity=".6" stroke-width="6"'),
    ellipse(450, 334, 26, 16, 'fill="#fff" opacity=".75"'),
    circle(512, 404, 10, 'fill="#9fc6f2" opacity=".7"'),
    rect(184, 290, 110, 12, 6, FILL.accentFace),
    path('M190 430h90M190 452h90M190 474h90', 'stroke="#fff" stroke-opacity=".22" stroke-width="7" stroke-linecap="round"'),
    brandMark(238, 370, 40, '#ffffff'),
    circle(240, 250, 7, 'fill="#d93036"'),
    rect(430, 548, 150, 112, 12, FILL.black),
    text(505, 614, 'TF 存储卡', { size: 24, fill: '#ffffff', anchor: 'middle', weight: 600 }),
    path('M450 640h14M474 640h14M498 640h14M522 640h14M546 640h14', 'stroke="#e2c15a" stroke-width="8"'),
  ].join('');

const holder: Drawing = () =>
  [
    path('M400 520q0 90-90 110', 'fill="none" stroke="url(#k)" stroke-width="44" stroke-linecap="round"'),
    ellipse(290, 660, 120, 34, FILL.black),
    ellipse(290, 650, 96, 24, FILL.steel),
    rect(286, 120, 236, 430, 34, FILL.black),
    rect(298, 132, 212, 406, 26, 'fill="#f7f8fa"'),
    rect(298, 132, 212, 110, 26, 'fill="#d93036"'),
    star(404, 186, 26, '#ffffff'),
    rect(318, 262, 80, 96, 10, 'fill="#fbe4e4"'),
    rect(410, 262, 80, 96, 10, 'fill="#e4f1fb"'),
    circle(358, 306, 28, 'fill="#2b2f36"'),
    circle(358, 306, 14, 'fill="#c9ced6"'),
    circle(450, 306, 28, 'fill="#2b2f36"'),
    circle(450, 306, 14, 'fill="#c9ced6"'),
    rect(318, 376, 172, 14, 7, 'fill="#d5d9e0"'),
    rect(318, 402, 120, 14, 7, 'fill="#e4e7ec"'),
    path('M250 300h44v120h-44q-24 0-24-24v-72q0-24 24-24zM514 300h44q24 0 24 24v72q0 24-24 24h-44z', FILL.face),
    path('M320 534h168l16 50H304z', FILL.face),
    brandMark(404, 570, 24, '#ffffff'),
  ].join('');

const charger: Drawing = () =>
  [
    path('M314 320h172l-16 270q-2 30-70 30t-70-30z', FILL.round),
    rect(372, 610, 56, 46, 10, FILL.steelRound),
    rect(386, 650, 28, 36, 8, FILL.steelRound),
    path('M322 430l-22 10v80l22 10zM478 430l22 10v80l-22 10z', FILL.steelRound),
    path('M272 190q0-40 40-40h176q40 0 40 40v96q0 44-44 44H316q-44 0-44-44z', FILL.blackRound),
    ellipse(400, 176, 120, 40, FILL.steel),
    ellipse(400, 174, 106, 33, 'fill="#14161a"'),
    rect(330, 158, 62, 24, 4, FILL.accentFace),
    rect(416, 160, 48, 20, 10, 'fill="#4b5563"'),
    rect(422, 165, 36, 10, 5, 'fill="#0b0c0e"'),
    path('M276 290h248', 'stroke="url(#e)" stroke-width="8"'),
    path('M410 220l-26 44h20l-10 36 34-50h-20z', 'fill="#fff" opacity=".9"'),
    brandMark(400, 400, 34, '#ffffff'),
    gloss(338, 350, 12, 220, 0.3),
  ].join('');

const vacuum: Drawing = () =>
  [
    `<g transform="rotate(-22 400 400)">${[
      path('M90 350h140v100H90l-50-20v-60z', FILL.black),
      path('M220 310h190v180H220q-20 0-20-40v-100q0-40 20-40z', 'fill="#8fb6d8" opacity=".75"'),
      path('M250 330v140M290 326v148M330 326v148', 'stroke="#fff" stroke-opacity=".55" stroke-width="8"'),
      path('M400 296h250q70 0 70 104t-70 104H400z', FILL.face),
      rect(394, 290, 26, 220, 6, FILL.accentFace),
      path('M470 500q10 110 60 130h60q30-6 16-40l-30-86z', FILL.black),
      rect(480, 340, 110, 34, 17, FILL.accentFace),
      circle(660, 400, 46, FILL.black),
      path('M636 382h48M632 400h56M636 418h48', 'stroke="#fff" stroke-opacity=".35" stroke-width="6"'),
      brandMark(540, 436, 34, '#ffffff'),
      gloss(440, 306, 220, 12, 0.35),
    ].join('')}</g>`,
  ].join('');

const jump: Drawing = (goods) =>
  [
    path('M500 300q150-40 160 80t-10 200', 'fill="none" stroke="#c2262c" stroke-width="24" stroke-linecap="round"'),
    path('M500 360q90-10 96 70t-30 150', 'fill="none" stroke="#16181d" stroke-width="24" stroke-linecap="round"'),
    path('M626 560l60 10-8 110-30 6-4-60-14 58-28-10z', 'fill="#c2262c"'),
    path('M540 560l56 12-16 104-28 2 2-56-20 50-26-12z', 'fill="#24282f"'),
    rect(150, 190, 370, 470, 56, FILL.face),
    rect(170, 210, 330, 430, 42, 'fill="none" stroke="#fff" stroke-opacity=".14" stroke-width="5"'),
    path('M150 440h370v90H150z', FILL.accentFace),
    rect(210, 260, 180, 110, 16, 'fill="#0b1014"'),
    text(300, 336, '98', { size: 66, fill: '#6df0a5', weight: 700, anchor: 'middle' }),
    circle(446, 314, 32, FILL.blackRound),
    path('M446 296v20', 'stroke="#fff" stroke-width="6" stroke-linecap="round"'),
    path('M434 304a18 18 0 1 0 24 0', 'fill="none" stroke="#fff" stroke-width="5"'),
    text(335, 500, goods.mark || '12 V', { size: 44, fill: '#16181d', weight: 800, anchor: 'middle' }),
    brandMark(335, 600, 40, '#ffffff'),
    rect(480, 280, 60, 100, 12, FILL.black),
  ].join('');

const fridge: Drawing = () =>
  [
    path('M110 290l110-60h470v400l-90 60H110z', 'fill="#0b0d10" opacity=".15" transform="translate(6 8)"'),
    path('M110 300h480v390H110z', FILL.face),
    path('M590 300l100-66v392l-100 64z', FILL.face),
    path('M590 300l100-66v392l-100 64z', 'fill="#0b0d10" opacity=".3"'),
    path('M104 300l112-74h480l-104 74z', FILL.black),
    path('M104 262l112-74h480v40l-104 74H104z', FILL.black),
    path('M104 262l112-74h480l-104 74z', 'fill="#4b5563"'),
    rect(144, 340, 230, 90, 14, 'fill="#0b1622"'),
    text(200, 402, '-5', { size: 56, fill: '#7cc4ff', weight: 700, anchor: 'middle' }),
    text(250, 402, '℃', { size: 34, fill: '#7cc4ff' }),
    circle(330, 372, 12, FILL.accentFace),
    circle(330, 404, 8, 'fill="#22c55e"'),
    path(
      'M144 520h170M144 548h170M144 576h170M144 604h170M144 632h170',
      'stroke="#0b0d10" stroke-opacity=".35" stroke-width="10" stroke-linecap="round"',
    ),
    brandMark(480, 640, 48, '#4b5563'),
    rect(330, 280, 120, 26, 10, FILL.steelRound),
  ].join('');

export const ELECTRONIC_DRAWINGS = { gauge, tpms, dashcam, holder, charger, vacuum, jump, fridge } as const satisfies Record<
  string,
  Drawing
>;
