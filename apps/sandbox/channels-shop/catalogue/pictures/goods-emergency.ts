import { brandMark, type Drawing, FILL, gloss, star } from './props';
import { circle, ellipse, path, rect, text } from './svg';

const repair: Drawing = () => {
  const tool = (x: number, y: number, tip: string) =>
    `<g transform="translate(${x} ${y})">${rect(-90, 0, 180, 46, 23, FILL.face)}${gloss(-70, 8, 140, 9, 0.35)}${rect(-9, 46, 18, 200, 5, FILL.steelRound)}${tip}</g>`;
  return [
    rect(110, 470, 580, 210, 30, FILL.black),
    rect(130, 490, 540, 170, 20, 'fill="#3a404a"'),
    tool(
      260,
      130,
      path('M-9 246l9 50 9-50z', FILL.steelRound) +
        path('M-13 120l26 14M-13 150l26 14M-13 180l26 14M-13 210l26 14', 'stroke="#5a616c" stroke-width="6"'),
    ),
    tool(520, 130, path('M-9 246h18l-4 60q-5 10-10 0z', FILL.steelRound) + path('M-1 262v36', 'stroke="#14161a" stroke-width="5"')),
    [0, 1, 2, 3, 4]
      .map(
        (index) =>
          rect(170, 512 + index * 27, 220, 18, 9, 'fill="#7a4a26"') + rect(176, 515 + index * 27, 206, 5, 2, 'fill="#fff" opacity=".2"'),
      )
      .join(''),
    rect(430, 512, 90, 126, 16, FILL.accentRound),
    rect(446, 496, 58, 24, 6, FILL.face),
    path('M556 520h80v24h-80zM556 560h80v24h-80zM556 600h80v24h-80z', FILL.steel),
    brandMark(475, 586, 26, '#ffffff'),
  ].join('');
};

const ring = (cx: number, cy: number, radius: number, links: string): string =>
  circle(cx, cy, radius, `fill="none" stroke="${links}" stroke-width="20" stroke-dasharray="30 12" stroke-linecap="round"`);

const chain: Drawing = (goods) =>
  [
    circle(400, 400, 250, 'fill="#1d2025"'),
    circle(400, 400, 250, 'fill="none" stroke="#3a3f47" stroke-width="10"'),
    circle(400, 400, 140, FILL.steel),
    circle(400, 400, 120, 'fill="#2b2f36"'),
    star(400, 400, 44, '#d93036'),
    ring(400, 400, 180, '#b9c0ca'),
    ring(400, 400, 272, '#8e96a2'),
    Array.from(
      { length: 10 },
      (_, index) =>
        `<g transform="rotate(${index * 36} 400 400)">${path('M400 216l-18-40 18-44M400 216l18-40-18-44', 'fill="none" stroke="#d5dae1" stroke-width="13" stroke-linecap="round" stroke-linejoin="round"')}</g>`,
    ).join(''),
    circle(400, 584, 22, `fill="${goods.accent}"`),
    path('M120 690q60-30 130-14t150 4 150 2 140 8', 'fill="none" stroke="#fff" stroke-width="26" stroke-linecap="round"'),
  ].join('');

const textileChain: Drawing = () =>
  [
    circle(400, 400, 262, FILL.face),
    circle(400, 400, 262, 'fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="50" stroke-dasharray="4 14"'),
    circle(400, 400, 262, 'fill="none" stroke="#16181d" stroke-opacity=".2" stroke-width="10"'),
    circle(400, 400, 190, 'fill="none" stroke="#16181d" stroke-width="10" stroke-dasharray="22 8"'),
    circle(400, 400, 150, 'fill="#1d2025"'),
    circle(400, 400, 122, FILL.steel),
    circle(400, 400, 102, 'fill="#2b2f36"'),
    star(400, 400, 40, '#d93036'),
    path('M270 190q130-70 260 0', 'fill="none" stroke="#fff" stroke-opacity=".4" stroke-width="20" stroke-linecap="round"'),
    text(400, 628, '千里行', { size: 40, fill: '#ffffff', weight: 700, anchor: 'middle' }),
    path('M120 696q60-30 130-14t150 4 150 2 140 8', 'fill="none" stroke="#fff" stroke-width="26" stroke-linecap="round"'),
  ].join('');

const rope: Drawing = () => {
  const loops = [0, 1, 2, 3, 4].map((index) => {
    const y = 300 + index * 62;
    return `${ellipse(400, y, 226 - index * 6, 66, 'fill="none" stroke="url(#c)" stroke-width="44"')}${ellipse(400, y, 226 - index * 6, 66, 'fill="none" stroke="#fff" stroke-opacity=".45" stroke-width="6" stroke-dasharray="16 12"')}${ellipse(400, y + 10, 226 - index * 6, 66, 'fill="none" stroke="#0b0d10" stroke-opacity=".16" stroke-width="8"')}`;
  });
  const hook = (x: number, turn: number) =>
    `<g transform="translate(${x} 180) rotate(${turn})">${path('M-14 120V20q0-70 60-70t60 66q0 40-34 46l-6-28q12-4 12-20 0-34-32-34t-32 40v100z', FILL.steel)}${rect(-26, 110, 54, 60, 10, FILL.blackRound)}</g>`;
  return `${loops.reverse().join('')}${hook(250, -18)}${hook(540, 12)}${rect(330, 520, 140, 110, 12, FILL.accentFace)}${brandMark(400, 586, 38, '#ffffff')}`;
};

const triangle: Drawing = () =>
  [
    path('M400 150l280 470H120z', FILL.face),
    path('M400 236l206 346H194z', 'fill="#f8e7e0"'),
    path('M400 290l158 266H242z', 'fill="#c4372c" opacity=".18"'),
    path('M400 172l260 436H140z', 'fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="8" stroke-dasharray="16 10"'),
    path('M130 640h540M250 640l-60 50M550 640l60 50M400 640v50', 'stroke="#2b2f36" stroke-width="20" stroke-linecap="round"'),
    circle(400, 640, 22, FILL.black),
    brandMark(400, 530, 44, '#b3262c'),
  ].join('');

const extinguisher: Drawing = (goods) =>
  [
    path('M400 208V160', 'stroke="url(#y)" stroke-width="44"'),
    path('M300 110l190-14q30 0 30 22t-30 24l-190 6z', FILL.black),
    path('M310 162h180q24 0 24 18t-24 18H310z', FILL.steel),
    circle(458, 182, 34, FILL.steel),
    circle(458, 182, 25, 'fill="#fff"'),
    path('M440 190a20 20 0 0 1 12-26', 'fill="none" stroke="#d93036" stroke-width="7"'),
    path('M452 163a20 20 0 0 1 22 12', 'fill="none" stroke="#16a34a" stroke-width="7"'),
    path('M458 184l10-14', 'stroke="#16181d" stroke-width="4"'),
    path('M300 180q-70 20-76 140l-10 160', 'fill="none" stroke="#16181d" stroke-width="24" stroke-linecap="round"'),
    path('M198 470h34l10 90h-54z', FILL.black),
    path('M290 320q0-90 110-104 110 14 110 104v330q0 42-42 42H332q-42 0-42-42z', FILL.round),
    gloss(314, 310, 18, 340, 0.35),
    rect(300, 388, 200, 210, 6, FILL.paperRound),
    text(400, 436, '千里行', { size: 40, fill: '#d93036', weight: 700, anchor: 'middle' }),
    text(400, 492, goods.mark || goods.name, { size: 34, fill: '#16181d', weight: 700, anchor: 'middle' }),
    path('M324 520h150M324 544h150M324 568h100', 'stroke="#9aa3b0" stroke-width="8"'),
  ].join('');

const jack: Drawing = () =>
  [
    path('M560 470L690 150', 'stroke="url(#k)" stroke-width="34" stroke-linecap="round"'),
    path('M664 214l26-64', 'stroke="#d93036" stroke-width="38" stroke-linecap="round"'),
    path('M110 560h520q60 0 60 46t-60 46H150q-60 0-60-46 0-40 20-46z', FILL.face),
    path('M190 560L400 420l220 110v40H190z', FILL.face),
    path('M200 540l-30-120 70-10 190 110z', 'fill="#0b0d10" opacity=".3"'),
    path('M150 410h120l10 30H140z', FILL.steel),
    rect(184, 370, 54, 44, 8, FILL.steelRound),
    path('M140 370h140l-12-26H152z', FILL.black),
    path('M200 420l280 90-20 40-280-90z', FILL.face),
    circle(170, 650, 48, FILL.black),
    circle(170, 650, 20, FILL.steel),
    circle(600, 650, 48, FILL.black),
    circle(600, 650, 20, FILL.steel),
    rect(500, 466, 130, 44, 22, FILL.steelRound),
    brandMark(400, 622, 44, '#ffffff'),
    path('M120 576h500', 'stroke="#fff" stroke-opacity=".3" stroke-width="6"'),
  ].join('');

const wrench: Drawing = () =>
  [
    `<g transform="rotate(40 400 410)">${[
      rect(376, 120, 48, 580, 20, FILL.steelRound),
      `<g transform="rotate(90 400 410)">${rect(376, 120, 48, 580, 20, FILL.steelRound)}</g>`,
      [0, 90, 180, 270]
        .map(
          (turn) =>
            `<g transform="rotate(${turn} 400 410)">${rect(360, 96, 80, 96, 14, FILL.steelRound)}${rect(366, 190, 68, 16, 6, FILL.accentFace)}${ellipse(400, 100, 30, 10, 'fill="#14161a"')}</g>`,
        )
        .join(''),
      circle(400, 410, 64, FILL.steel),
    ].join('')}</g>`,
    circle(400, 410, 46, 'fill="#d93036"'),
    star(400, 410, 28, '#ffffff'),
  ].join('');

const toolkit: Drawing = () =>
  [
    path('M290 240q0-80 110-80t110 80', 'fill="none" stroke="url(#k)" stroke-width="30" stroke-linecap="round"'),
    rect(100, 240, 600, 430, 50, FILL.face),
    path('M100 420h600v40H100z', 'fill="#0b0d10" opacity=".55"'),
    rect(120, 260, 560, 390, 38, 'fill="none" stroke="#fff" stroke-opacity=".14" stroke-width="5" stroke-dasharray="16 8"'),
    rect(190, 400, 90, 84, 14, FILL.steelRound),
    rect(520, 400, 90, 84, 14, FILL.steelRound),
    rect(320, 300, 160, 90, 14, FILL.accentFace),
    brandMark(400, 360, 48, '#ffffff'),
    path('M370 520h60v50h50v60h-50v50h-60v-50h-50v-60h50z', 'fill="#fff" opacity=".92" transform="translate(0 -22) scale(1 .98)"'),
    path('M140 300h150', 'stroke="#fff" stroke-opacity=".3" stroke-width="12" stroke-linecap="round"'),
  ].join('');

const scraper: Drawing = () =>
  [
    `<g transform="rotate(34 400 400)">${[
      rect(380, 130, 40, 430, 14, FILL.steelRound),
      rect(366, 300, 68, 200, 30, FILL.blackRound),
      path('M330 560h140l30 130H300z', FILL.face),
      path('M300 690h200l-10 24H310z', 'fill="#d99a4e"'),
      rect(260, 70, 280, 70, 20, FILL.face),
      path(
        Array.from({ length: 20 }, (_, index) => `M${270 + index * 13.5} 74l${(index - 10) * 1.6}-66`).join(''),
        'stroke="#2b2f36" stroke-width="8" stroke-linecap="round"',
      ),
      path(
        Array.from({ length: 20 }, (_, index) => `M${274 + index * 13.5} 74l${(index - 10) * 1.6}-58`).join(''),
        'stroke="#8fb6d8" stroke-width="4" stroke-linecap="round"',
      ),
      brandMark(400, 636, 34, '#ffffff'),
    ].join('')}</g>`,
    path('M80 680q70-44 150-20t160 0 180 6 150 20v30H80z', 'fill="#fff" opacity=".9"'),
  ].join('');

const hammer: Drawing = () =>
  [
    `<g transform="rotate(-28 400 400)">${[
      path('M352 300h96l14 330q0 60-62 60t-62-60z', FILL.round),
      path(
        'M372 380h56M370 420h60M368 460h64M366 500h68M364 540h72',
        'stroke="#0b0d10" stroke-opacity=".28" stroke-width="12" stroke-linecap="round"',
      ),
      path('M250 190h300q30 0 30 40v40q0 40-30 40H250q-30 0-30-40v-40q0-40 30-40z', FILL.face),
      path('M220 222l-60 28 60 28z', FILL.steel),
      path('M580 222l60 28-60 28z', FILL.steel),
      path('M366 640h68v26q-34 30-68 0z', FILL.steel),
      path('M250 206h290', 'stroke="#fff" stroke-opacity=".4" stroke-width="10" stroke-linecap="round"'),
      brandMark(400, 268, 46, '#ffffff'),
    ].join('')}</g>`,
    path(
      'M130 560l60-30 20 50 50-16-10 60M620 620l40-40 30 40 40-10',
      'fill="none" stroke="#9fc0dd" stroke-width="8" stroke-linejoin="round"',
    ),
  ].join('');

const valves: Drawing = () => {
  const cap = (x: number, y: number, scale: number) =>
    `<g transform="translate(${x} ${y}) scale(${scale})">${[path('M-70-60q0-50 70-50t70 50v150h-140z', FILL.steelRound), path('M-60-20v100M-36-20v106M-12-20v108M12-20v108M36-20v106M60-20v100', 'stroke="#0b0d10" stroke-opacity=".25" stroke-width="9"'), ellipse(0, -66, 62, 30, 'fill="#eef0f4"'), star(0, -66, 17, '#d93036'), rect(-74, 84, 148, 20, 8, FILL.accentRound)].join('')}</g>`;
  const stem = (x: number) =>
    `<g transform="translate(${x} 640)">${[path('M-22-40h44l8-150h-60z', FILL.blackRound), rect(-18, -260, 36, 74, 6, FILL.steelRound), path('M-18-246h36M-18-232h36M-18-218h36M-18-204h36', 'stroke="#0b0d10" stroke-opacity=".4" stroke-width="5"'), path('M-50-40h100l12 46q0 20-62 20t-62-20z', FILL.blackRound)].join('')}</g>`;
  return cap(216, 270, 1) + cap(400, 250, 1.1) + cap(584, 270, 1) + stem(230) + stem(344) + stem(458) + stem(572);
};

const vest: Drawing = (goods) =>
  [
    path('M270 150l70-20q60 60 120 0l70 20q40 10 46 60l24 440q0 40-40 40H240q-40 0-40-40l24-440q6-50 46-60z', FILL.face),
    path('M340 130l60 120 60-120', 'fill="none" stroke="#16181d" stroke-opacity=".4" stroke-width="8"'),
    path('M400 250v440', 'stroke="#16181d" stroke-opacity=".5" stroke-width="7" stroke-dasharray="12 8"'),
    path('M214 440h372v48H211zM208 560h384v48H205z', FILL.steel),
    path('M268 156l34-9v290h-48zM532 156l-34-9v290h48z', FILL.steel),
    path('M214 452h372M208 572h384', 'stroke="#fff" stroke-opacity=".8" stroke-width="6" stroke-dasharray="14 8"'),
    path('M222 250q-10 90 20 130M578 250q10 90-20 130', 'fill="none" stroke="#16181d" stroke-opacity=".2" stroke-width="10"'),
    rect(316, 300, 168, 84, 10, `fill="${goods.accent}" opacity=".35"`),
    brandMark(400, 358, 48, '#16181d'),
  ].join('');

export const EMERGENCY_DRAWINGS = {
  repair,
  chain,
  textileChain,
  rope,
  triangle,
  extinguisher,
  jack,
  wrench,
  toolkit,
  scraper,
  hammer,
  valves,
  vest,
} as const satisfies Record<string, Drawing>;
