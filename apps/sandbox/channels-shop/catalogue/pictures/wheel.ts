import { circle, closedPath, darker, lighter, linear, type Point, path, radial, short } from './svg';

export type WheelStyle = 'fiveTwin' | 'tenSpoke' | 'ySpoke' | 'mesh' | 'turbine' | 'sixOffroad' | 'steel' | 'blade';

const polar = (radius: number, degrees: number): Point => [
  radius * Math.cos((degrees * Math.PI) / 180),
  radius * Math.sin((degrees * Math.PI) / 180),
];

interface SpokeShape {
  readonly count: number;
  /** Polygons of one spoke in (share of the radius, degrees from its middle); the first half of each is lit. */
  readonly faces: readonly (readonly (readonly [number, number])[])[];
  readonly metal: string;
}

const SPOKES: Readonly<Record<Exclude<WheelStyle, 'steel'>, SpokeShape>> = {
  fiveTwin: {
    count: 5,
    metal: '#c9ced6',
    faces: [
      [
        [0.2, -24],
        [0.97, -17],
        [0.97, -8],
        [0.2, 4],
      ],
      [
        [0.2, 24],
        [0.97, 17],
        [0.97, 8],
        [0.2, -4],
      ],
    ],
  },
  tenSpoke: {
    count: 10,
    metal: '#d3d7de',
    faces: [
      [
        [0.2, -14],
        [0.97, -4.5],
        [0.97, 4.5],
        [0.2, 14],
      ],
    ],
  },
  ySpoke: {
    count: 7,
    metal: '#aab1bc',
    faces: [
      [
        [0.18, -18],
        [0.58, -5],
        [0.97, -17],
        [0.97, -9],
        [0.66, 0],
        [0.18, 8],
      ],
      [
        [0.18, 18],
        [0.58, 5],
        [0.97, 17],
        [0.97, 9],
        [0.66, 0],
        [0.18, -8],
      ],
    ],
  },
  mesh: {
    count: 10,
    metal: '#8b939f',
    faces: [
      [
        [0.22, -14],
        [0.97, 10],
        [0.97, 15],
        [0.22, -3],
      ],
      [
        [0.22, 14],
        [0.97, -10],
        [0.97, -15],
        [0.22, 3],
      ],
    ],
  },
  turbine: {
    count: 9,
    metal: '#b9c3cc',
    faces: [
      [
        [0.2, -20],
        [0.6, -6],
        [0.97, 4],
        [0.97, 24],
        [0.6, 14],
        [0.2, 16],
      ],
    ],
  },
  sixOffroad: {
    count: 6,
    metal: '#3a3f47',
    faces: [
      [
        [0.2, -26],
        [0.6, -11],
        [0.97, -15],
        [0.97, 15],
        [0.6, 11],
        [0.2, 26],
      ],
    ],
  },
  blade: {
    count: 5,
    metal: '#6a7380',
    faces: [
      [
        [0.18, -32],
        [0.97, -21],
        [0.97, -2],
        [0.4, -2],
      ],
      [
        [0.18, 32],
        [0.97, 21],
        [0.97, 2],
        [0.4, 2],
      ],
    ],
  },
};

function spokes(shape: SpokeShape, radius: number): string {
  let lit = '';
  let dim = '';
  for (let index = 0; index < shape.count; index += 1) {
    const turn = -90 + (360 / shape.count) * index;
    shape.faces.forEach((face, position) => {
      const d = closedPath(face.map(([share, degrees]) => polar(share * radius, turn + degrees)));
      if (position % 2 === 0) lit += d;
      else dim += d;
    });
  }
  const back = `<g transform="translate(-5 4)">${path(lit + dim, `fill="${darker(shape.metal, 0.7)}"`)}</g>`;
  return `${back}${path(lit, 'fill="url(#m)" stroke="#fff" stroke-opacity=".35"')}${dim === '' ? '' : path(dim, 'fill="url(#n)" stroke="#fff" stroke-opacity=".3"')}`;
}

/** Steel wheel of vans: a dished disc with round holes. */
function steelDisc(radius: number): string {
  let holes = '';
  for (let index = 0; index < 10; index += 1) {
    const [x, y] = polar(radius * 0.7, index * 36 - 90);
    holes +=
      circle(x, y, radius * 0.11, 'fill="#14161a"') +
      circle(x + 2, y + 2, radius * 0.1, 'fill="none" stroke="#fff" stroke-opacity=".18" stroke-width="2"');
  }
  return `${circle(0, 0, radius * 0.97, 'fill="url(#m)"')}${circle(0, 0, radius * 0.88, 'fill="none" stroke="#0b0c0e" stroke-opacity=".25" stroke-width="5"')}${holes}${circle(0, 0, radius * 0.5, 'fill="url(#n)" stroke="#fff" stroke-opacity=".3" stroke-width="2"')}`;
}

function hub(radius: number, style: WheelStyle): string {
  const bolts = style === 'sixOffroad' || style === 'steel' ? 6 : 5;
  let nuts = '';
  for (let index = 0; index < bolts; index += 1) {
    const [x, y] = polar(radius * (style === 'steel' ? 0.34 : 0.2), (360 / bolts) * index - 90 + 180 / bolts);
    nuts += circle(x, y, radius * 0.035, 'fill="#0f1114" stroke="#fff" stroke-opacity=".3"');
  }
  const dark = style === 'sixOffroad' || style === 'mesh' || style === 'blade';
  return `${circle(0, 0, radius * 0.27, `fill="url(#${dark ? 'n' : 'm'})" stroke="#0b0c0e" stroke-opacity=".25"`)}${nuts}${circle(0, 0, radius * 0.125, 'fill="#15171b"')}${circle(0, 0, radius * 0.105, 'fill="#d93036"')}${path(starPath(radius * 0.07), 'fill="#fff"')}`;
}

/** The brand's mark: a four-pointed star. */
export function starPath(radius: number): string {
  const points: Point[] = [];
  for (let index = 0; index < 8; index += 1) points.push(polar(index % 2 === 0 ? radius : radius * 0.34, index * 45 - 90));
  return closedPath(points);
}

export function wheelDefs(style: WheelStyle): string {
  const metal = style === 'steel' ? '#8f97a3' : SPOKES[style].metal;
  return [
    linear(
      'm',
      [0, 0, 1, 1],
      [
        [0, lighter(metal, 0.55)],
        [0.45, metal],
        [1, darker(metal, 0.35)],
      ],
    ),
    linear(
      'n',
      [0, 0, 1, 1],
      [
        [0, lighter(metal, 0.2)],
        [0.5, darker(metal, 0.18)],
        [1, darker(metal, 0.5)],
      ],
    ),
    linear(
      'b',
      [0, 0, 1, 1],
      [
        [0, '#0d0e11'],
        [0.5, '#2b2f36'],
        [1, '#777f8b'],
      ],
    ),
    linear(
      'l',
      [0, 0, 1, 1],
      [
        [0, '#f4f6f9'],
        [0.4, '#9aa2ae'],
        [0.75, '#5b626d'],
        [1, '#c5cad2'],
      ],
    ),
    radial(
      'k',
      [0.42, 0.4, 0.62],
      [
        [0, '#a6adb8'],
        [0.7, '#7c848f'],
        [1, '#4c525b'],
      ],
    ),
  ].join('');
}

/** A wheel face of the given radius around the origin; `shift` moves what lies deeper, for a wheel seen from the side. */
export function drawWheel(style: WheelStyle, radius: number, shift: number): string {
  const disc = `${circle(0, 0, radius * 0.62, 'fill="url(#k)"')}${circle(0, 0, radius * 0.62, 'fill="none" stroke="#fff" stroke-opacity=".15" stroke-width="2" stroke-dasharray="3 9"')}${circle(0, 0, radius * 0.36, 'fill="#1b1e23"')}`;
  const caliper = path(
    `M${short(radius * 0.42)} ${short(-radius * 0.5)}A${short(radius * 0.66)} ${short(radius * 0.66)} 0 0 1 ${short(radius * 0.64)} ${short(radius * 0.1)}L${short(radius * 0.44)} ${short(radius * 0.07)}A${short(radius * 0.46)} ${short(radius * 0.46)} 0 0 0 ${short(radius * 0.29)} ${short(-radius * 0.35)}z`,
    'fill="#b3262c"',
  );
  const deep = `<g transform="translate(${short(shift)} 0)">${circle(0, 0, radius * 0.93, 'fill="#101216"')}${style === 'steel' ? '' : disc + caliper}</g>`;
  const face = style === 'steel' ? steelDisc(radius) : spokes(SPOKES[style], radius);
  return `${circle(0, 0, radius, 'fill="url(#b)"')}${deep}<g transform="translate(${short(shift * 0.25)} 0)">${face}${hub(radius, style)}</g>${circle(0, 0, radius * 0.985, 'fill="none" stroke="url(#l)" stroke-width="11"')}${circle(0, 0, radius * 0.945, 'fill="none" stroke="#0b0c0e" stroke-opacity=".45" stroke-width="2"')}`;
}
