import { brandMark, type Drawing, FILL, fit, gloss, label, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

/** Zigzag folds of filter paper between two heights. */
function pleats(x: number, y: number, count: number, gap: number, height: number, slant: number): string {
  let light = '';
  let dark = '';
  for (let index = 0; index < count; index += 1) {
    const left = x + index * gap;
    light += `M${left} ${y}l${gap / 2} 8v${height}l${-gap / 2}-8z`;
    dark += `M${left + gap / 2} ${y + 8}l${gap / 2}-8v${height}l${-gap / 2} 8z`;
  }
  return `<g transform="skewY(${slant})">${path(light, 'fill="#fff" opacity=".55"')}${path(dark, 'fill="#0b0d10" opacity=".25"')}</g>`;
}

const panelFilter: Drawing = () =>
  `<g transform="translate(-64 -60) scale(1.15)">${[
    path('M130 420l330-150 220 120-330 170z', 'fill="#23272e"'),
    path('M130 420v60l220 140v-60zM350 560v60l330-170v-60z', 'fill="#14161a"'),
    path('M158 420l302-134 192 104-302 154z', FILL.face),
    path(
      Array.from({ length: 15 }, (_, index) => `M${178 + index * 20} ${411 - index * 8.9}l192 122`).join(''),
      'stroke="#0b0d10" stroke-opacity=".3" stroke-width="5"',
    ),
    path(
      Array.from({ length: 15 }, (_, index) => `M${184 + index * 20} ${408 - index * 8.9}l192 122`).join(''),
      'stroke="#fff" stroke-opacity=".5" stroke-width="5"',
    ),
    path('M130 420l330-150 220 120', 'fill="none" stroke="#fff" stroke-opacity=".28" stroke-width="4"'),
  ].join('')}</g>`;

const cabinFilter: Drawing = (goods) =>
  [
    path('M150 250l420-70 90 60-420 84z', FILL.face),
    path('M150 250l90 74v330l-90-80z', 'fill="#9aa3b0"'),
    path('M240 324l420-84v318l-420 96z', FILL.face),
    `<g transform="matrix(1 -.2 0 1 0 48)">${path(Array.from({ length: 20 }, (_, index) => `M${250 + index * 20.5} 330v318`).join(''), 'stroke="#0b0d10" stroke-opacity=".16" stroke-width="9"')}${path(Array.from({ length: 20 }, (_, index) => `M${257 + index * 20.5} 330v318`).join(''), 'stroke="#fff" stroke-opacity=".65" stroke-width="5"')}${rect(350, 420, 210, 130, 10, 'fill="#fff" opacity=".95"')}${star(386, 456, 15, '#d93036')}${text(470, 468, '千里行', { size: 34, fill: '#16181d', weight: 700, anchor: 'middle' })}${text(455, 502, goods.name, { size: fit(goods.name, 190, 24), fill: '#555b67', anchor: 'middle' })}${path('M380 530h120m-24-14l24 14-24 14', `fill="none" stroke="${goods.accent}" stroke-width="6"`)}</g>`,
    path('M150 250l90 74 420-84', 'fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="4"'),
  ].join('');

const oilFilter: Drawing = (goods) =>
  [
    path('M262 250q0-70 138-70t138 70v350q0 80-138 80t-138-80z', FILL.round),
    path(
      Array.from({ length: 12 }, (_, index) => `M${274 + index * 23} 230v-38`).join(''),
      'stroke="#fff" stroke-opacity=".18" stroke-width="7"',
    ),
    ellipse(400, 250, 138, 34, 'fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="4"'),
    path('M262 590q0 80 138 80t138-80v26q0 76-138 76t-138-76z', FILL.steelRound),
    gloss(292, 280, 18, 290, 0.3),
    label(290, 320, 220, 220, { ...goods, accent: goods.colour }, false),
  ].join('');

const paperFilter: Drawing = () =>
  [
    path('M240 240v380q0 60 160 60t160-60V240z', FILL.round),
    pleats(240, 250, 16, 20, 390, 0),
    ellipse(400, 240, 160, 54, FILL.black),
    ellipse(400, 236, 150, 48, FILL.steel),
    ellipse(400, 236, 70, 22, 'fill="#14161a"'),
    path('M240 610q0 70 160 70t160-70v24q0 64-160 64t-160-64z', FILL.blackRound),
    circle(622, 640, 44, 'fill="none" stroke="#2b2f36" stroke-width="12"'),
    circle(622, 640, 44, 'fill="none" stroke="#fff" stroke-opacity=".2" stroke-width="3"'),
    rect(320, 410, 160, 76, 8, 'fill="#fff" opacity=".94"'),
    brandMark(400, 462, 38, '#d93036'),
  ].join('');

const wiperBlade = (goods: { accent: string }): string =>
  [
    path('M60 0q340-70 680 0l-6 22q-334-60-668 0z', FILL.black),
    path('M66 22q334-60 668 0l-2 12q-332-56-664 0z', 'fill="#0b0c0e"'),
    path('M90-4q310-56 620 0', 'fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="4"'),
    path('M350-62h100q16 0 20 16l8 36H322l8-36q4-16 20-16z', FILL.black),
    rect(372, -54, 56, 26, 6, `fill="${goods.accent}"`),
    star(400, -41, 9, '#ffffff'),
  ].join('');

const glassPane = [
  path('M80 620Q400 520 720 620L650 250Q400 190 150 250z', 'fill="#dfeaf5" opacity=".9"'),
  path('M80 620Q400 520 720 620L650 250Q400 190 150 250z', 'fill="none" stroke="#fff" stroke-width="6"'),
  path('M250 560L330 236M300 550L380 230', 'stroke="#fff" stroke-width="16" opacity=".7"'),
  [
    [560, 330],
    [610, 400],
    [520, 300],
    [590, 470],
    [630, 500],
    [200, 360],
    [180, 440],
    [230, 300],
  ]
    .map(([x = 0, y = 0], index) => circle(x, y, 7 + (index % 3) * 3, 'fill="#8db7dc" opacity=".7"'))
    .join(''),
].join('');

const wiper: Drawing = (goods) =>
  `${glassPane}<g transform="translate(0 520) rotate(-13 400 0)">${wiperBlade(goods)}</g><g transform="translate(0 660) rotate(-6 400 0)">${wiperBlade(goods)}</g>`;

const boneWiper: Drawing = (goods) => {
  const frame = [
    path('M60 30q340-34 680 0l-4 14q-336-30-672 0z', 'fill="#0b0c0e"'),
    path('M240-46h320l60 56h-26l-52-36H258l-52 36h-26z', FILL.steel),
    path('M110-4h160l30 32h-20l-24-18H134l-24 18H90zM530-4h160l20 32h-20l-24-18H544l-24 18h-20z', FILL.steel),
    rect(364, -66, 72, 34, 8, FILL.black),
    rect(376, -58, 48, 16, 4, `fill="${goods.accent}"`),
  ].join('');
  return `${glassPane}<g transform="translate(0 500) rotate(-13 400 0)">${frame}</g><g transform="translate(0 650) rotate(-6 400 0)">${frame}</g>`;
};

const rearWiper: Drawing = (goods) =>
  `${glassPane}<g transform="rotate(-12 400 520)">${[
    path('M236 640Q250 480 610 452l10 34Q330 520 300 650z', FILL.black),
    path('M250 610q40-110 350-146', 'fill="none" stroke="#fff" stroke-opacity=".2" stroke-width="6"'),
    path('M160 470q260-60 500-20l-4 24q-240-38-492 20z', FILL.face),
    path('M164 490q250-58 492-20l-2 12q-240-36-488 20z', 'fill="#0b0c0e"'),
    rect(390, 424, 90, 48, 12, FILL.black),
    rect(408, 434, 54, 20, 6, `fill="${goods.accent}"`),
    circle(268, 650, 66, FILL.blackRound),
    circle(268, 650, 32, FILL.steel),
    circle(268, 650, 14, 'fill="#3a3f47"'),
  ].join('')}</g>${brandMark(420, 300, 40, '#8ba3bb')}`;

const battery: Drawing = (goods) =>
  [
    path('M130 300l440-60 110 60v300l-440 80-110-70z', 'fill="#0b0d10" opacity=".2"'),
    path('M130 300l110 64v316l-110-70z', FILL.black),
    path('M240 364l440-64v300l-440 80z', FILL.face),
    path('M130 300l440-58 110 58-440 64z', 'fill="#3a404a"'),
    path('M160 296l410-52 72 38-404 56z', 'fill="#4a515d"'),
    path('M250 290v-56q0-12 12-14l30-4q12 0 12 12v56z', FILL.steelRound),
    path('M540 258v-56q0-12 12-14l30-4q12 0 12 12v56z', FILL.steelRound),
    path('M244 276l66-8v20l-66 8z', 'fill="#d93036"'),
    path('M534 242l66-8v20l-66 8z', 'fill="#16181d"'),
    path('M330 266l130-18 16 40-130 18z', FILL.black),
    `<g transform="matrix(1 -.15 0 1 0 36)">${rect(280, 392, 360, 232, 10, FILL.accentFace)}${star(320, 438, 22, '#ffffff')}${text(356, 450, '千里行', { size: 42, fill: '#ffffff', weight: 700 })}${text(300, 530, goods.mark || '12 V', { size: 62, fill: '#ffffff', weight: 800 })}${text(300, 588, goods.name, { size: fit(goods.name, 320, 34), fill: '#ffffff', weight: 600 })}</g>`,
  ].join('');

const pads: Drawing = () => {
  const pad = (x: number, y: number, turn: number) =>
    `<g transform="translate(${x} ${y}) rotate(${turn})">${[
      path('M-190 90Q0-70 190 90l-26 96Q0 60-164 186z', FILL.steel),
      path('M-156 92Q0-36 156 92l-20 78Q0 66-136 170z', FILL.black),
      path('M-156 92Q0-36 156 92', 'fill="none" stroke="#fff" stroke-opacity=".25" stroke-width="4"'),
      path('M0 28v84', 'stroke="#0b0c0e" stroke-width="10"'),
      path('M-190 90l-36 6 10 34 34-6zM190 90l36 6-10 34-34-6z', FILL.steel),
    ].join('')}</g>`;
  return [
    pad(300, 180, -10),
    pad(520, 250, 8),
    pad(280, 410, -8),
    pad(520, 470, 10),
    rect(300, 628, 200, 62, 31, FILL.face),
    brandMark(400, 671, 34, '#ffffff'),
  ].join('');
};

const disc: Drawing = () => {
  const holes = Array.from({ length: 24 }, (_, index) => {
    const angle = (index * Math.PI) / 12;
    const radius = index % 2 === 0 ? 220 : 178;
    return circle(410 + radius * Math.cos(angle), 400 + radius * Math.sin(angle), 9, 'fill="#3a3f47"');
  }).join('');
  const bolts = Array.from({ length: 5 }, (_, index) => {
    const angle = (index * 2 * Math.PI) / 5 - Math.PI / 2;
    return circle(410 + 66 * Math.cos(angle), 400 + 66 * Math.sin(angle), 14, 'fill="#14161a"');
  }).join('');
  return [
    circle(378, 410, 284, 'fill="#5c636e"'),
    circle(394, 405, 284, 'fill="#24282f"'),
    circle(410, 400, 284, FILL.steel),
    circle(410, 400, 284, 'fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="3"'),
    [150, 168, 190, 214, 236, 258, 272]
      .map((radius) => circle(410, 400, radius, 'fill="none" stroke="#fff" stroke-opacity=".2" stroke-width="3"'))
      .join(''),
    holes,
    circle(410, 400, 134, FILL.black),
    circle(410, 400, 118, FILL.steel),
    bolts,
    circle(410, 400, 36, 'fill="#14161a"'),
    path('M210 250q80-100 200-100', 'fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="26" stroke-linecap="round"'),
    text(410, 490, '千里行', { size: 26, fill: '#4b5563', weight: 700, anchor: 'middle' }),
  ].join('');
};

const plug: Drawing = () => {
  const one = (x: number, y: number, turn: number, scale: number) =>
    `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${scale})">${[
      rect(-14, -300, 28, 44, 8, FILL.steelRound),
      path('M-30-256h60l8 190h-76z', FILL.paperRound),
      path('M-33-210h66M-35-170h70M-36-130h72', 'stroke="#9aa3b0" stroke-width="5"'),
      path('M-64-66h128l12 26v50l-12 26H-64l-12-26v-50z', FILL.steelRound),
      path('M-24-66v102M24-66v102', 'stroke="#0b0d10" stroke-opacity=".25" stroke-width="4"'),
      rect(-46, 36, 92, 22, 6, FILL.blackRound),
      rect(-38, 58, 76, 150, 4, FILL.steelRound),
      path('M-38 78h76M-38 98h76M-38 118h76M-38 138h76M-38 158h76M-38 178h76', 'stroke="#0b0d10" stroke-opacity=".4" stroke-width="7"'),
      rect(-10, 208, 20, 26, 3, FILL.paperRound),
      path('M-38 208h16v40h40v16h-56z', FILL.steelRound),
      text(0, -110, '千里行', { size: 19, fill: '#d93036', weight: 700, anchor: 'middle' }),
    ].join('')}</g>`;
  return one(196, 420, -10, 0.86) + one(338, 420, -3, 1) + one(480, 420, 3, 1) + one(622, 420, 10, 0.86);
};

const bulb: Drawing = (goods) => {
  const one = (x: number, turn: number) =>
    `<g transform="translate(${x} 420) rotate(${turn})">${[
      circle(0, -150, 150, 'fill="url(#j)"'),
      path('M-44-40v-150q0-60 44-60t44 60v150z', 'fill="#fff" opacity=".55"'),
      path('M-44-40v-150q0-60 44-60t44 60v150z', 'fill="none" stroke="#c4ccd6" stroke-width="5"'),
      path('M-16-60v-70l32-20v-20', 'fill="none" stroke="#8a919d" stroke-width="5"'),
      rect(-18, -186, 36, 20, 6, 'fill="#f6c945"'),
      path('M-30-200v110', 'stroke="#fff" stroke-width="9" stroke-linecap="round"'),
      rect(-66, -44, 132, 44, 6, FILL.steelRound),
      rect(-92, 0, 184, 30, 8, FILL.steelRound),
      rect(-60, 30, 120, 96, 8, FILL.blackRound),
      rect(-34, 126, 14, 60, 3, FILL.steelRound),
      rect(20, 126, 14, 60, 3, FILL.steelRound),
      text(0, 92, goods.mark || '12 V', { size: 34, fill: '#ffffff', weight: 700, anchor: 'middle' }),
    ].join('')}</g>`;
  return `${one(280, -14)}${one(520, 14)}${rect(300, 628, 200, 60, 30, 'fill="#fff" opacity=".92"')}${brandMark(400, 670, 34, '#d93036')}`;
};

const card: Drawing = (goods) =>
  [
    `<g transform="rotate(-9 400 420)">${rect(150, 250, 500, 310, 28, 'fill="#0b0d10" opacity=".25"')}</g>`,
    `<g transform="rotate(6 400 400)">${rect(150, 230, 500, 310, 28, FILL.accentFace)}${rect(150, 280, 500, 54, 0, 'fill="#16181d" opacity=".75"')}</g>`,
    `<g transform="rotate(-7 400 400)">${[
      rect(140, 240, 520, 320, 28, FILL.face),
      circle(600, 300, 190, 'fill="#fff" opacity=".08"'),
      circle(640, 520, 150, 'fill="#fff" opacity=".08"'),
      star(196, 306, 26, '#ffffff'),
      text(234, 320, '千里行', { size: 42, fill: '#ffffff', weight: 700 }),
      text(180, 440, goods.name, { size: fit(goods.name, 420, 52), fill: '#ffffff', weight: 700 }),
      text(180, 490, 'QIANLIXING SERVICE', { size: 22, fill: '#ffffff', extra: 'letter-spacing="3" fill-opacity=".8"' }),
      text(180, 532, 'NO. 2026 0001 8888', { size: 22, fill: '#ffffff', extra: 'letter-spacing="2" fill-opacity=".75"' }),
      circle(572, 470, 62, 'fill="none" stroke="#fff" stroke-opacity=".85" stroke-width="20"'),
      circle(572, 470, 28, 'fill="none" stroke="#fff" stroke-opacity=".85" stroke-width="8"'),
    ].join('')}</g>`,
  ].join('');

export const PART_DRAWINGS = {
  panelFilter,
  cabinFilter,
  oilFilter,
  paperFilter,
  wiper,
  boneWiper,
  rearWiper,
  battery,
  pads,
  disc,
  plug,
  bulb,
  card,
} as const satisfies Record<string, Drawing>;
