import type { TreadPattern } from '../tyres/series';

/**
 * Tread patterns as data. Across the tread `u` runs from -1 (inner shoulder) to 1 (outer shoulder, the side with the
 * lettering); along the circumference `v` runs from 0 to 1 over one pitch and may leave that range for slanted blocks.
 */
export type TreadPoint = readonly [u: number, v: number];

export interface Tread {
  readonly pitches: number;
  readonly blocks: readonly (readonly TreadPoint[])[];
  /** Fine cuts, drawn as thin lines. */
  readonly sipes: readonly (readonly TreadPoint[])[];
  /** How far the tread is rounded off at the shoulder, as a share of the radius. */
  readonly drop: number;
}

type Polygon = readonly TreadPoint[];

function block(u0: number, u1: number, v0: number, v1: number, slant = 0): Polygon {
  return [
    [u0, v0],
    [u1, v0 + slant],
    [u1, v1 + slant],
    [u0, v1],
  ];
}

const rib = (u0: number, u1: number): Polygon => block(u0, u1, 0, 1.03);

/** A rib whose edges run in zigzag. */
function zigzagRib(u0: number, u1: number, depth: number): Polygon {
  return [
    [u0 + depth, 0],
    [u1 + depth, 0],
    [u1 - depth, 0.5],
    [u1 + depth, 1.03],
    [u0 + depth, 1.03],
    [u0 - depth, 0.5],
  ];
}

const line = (u0: number, v0: number, u1: number, v1: number): Polygon => [
  [u0, v0],
  [u1, v1],
];

/** A sipe with kinks, as on winter tyres. */
function wave(u0: number, u1: number, v: number, height: number, slant = 0): Polygon {
  const points: TreadPoint[] = [];
  for (let step = 0; step <= 4; step += 1)
    points.push([u0 + ((u1 - u0) * step) / 4, v + (slant * step) / 4 + (step % 2 === 0 ? 0 : height)]);
  return points;
}

const mirror = (shapes: readonly Polygon[]): Polygon[] => shapes.map((shape) => shape.map(([u, v]): TreadPoint => [-u, v]));
const both = (shapes: readonly Polygon[]): Polygon[] => [...shapes, ...mirror(shapes)];
const later = (shapes: readonly Polygon[], shift: number): Polygon[] =>
  shapes.map((shape) => shape.map(([u, v]): TreadPoint => [u, v + shift]));

const comfort: Tread = {
  pitches: 58,
  blocks: [
    rib(-0.24, 0.24),
    block(0.32, 0.62, 0, 0.86, 0.2),
    block(-0.62, -0.32, 0.06, 0.92, 0.2),
    block(0.7, 1, 0.1, 1, 0.12),
    block(-1, -0.7, 0.22, 1.12, 0.12),
  ],
  sipes: [
    line(0.05, 0.3, 0.24, 0.42),
    line(-0.24, 0.6, -0.05, 0.72),
    line(0.78, 0.62, 1, 0.7),
    line(-1, 0.64, -0.78, 0.72),
    line(0.32, 0.44, 0.5, 0.56),
  ],
  drop: 0.07,
};

const ribbed: Tread = {
  pitches: 54,
  blocks: [rib(-0.13, 0.13), rib(0.2, 0.52), rib(-0.52, -0.2), block(0.6, 1, 0.07, 1), block(-1, -0.6, 0.07, 1)],
  sipes: [
    line(0.3, 0.2, 0.52, 0.45),
    line(-0.52, 0.55, -0.3, 0.8),
    line(0.6, 0.53, 0.84, 0.53),
    line(-0.84, 0.53, -0.6, 0.53),
    line(-0.13, 0.1, 0.0, 0.2),
  ],
  drop: 0.06,
};

const sport: Tread = {
  pitches: 42,
  blocks: [
    block(0.36, 1, 0.1, 1, 0.3),
    block(-0.02, 0.28, 0, 0.86, 0.34),
    rib(-0.36, -0.12),
    block(-0.66, -0.45, 0, 0.44, 0.16),
    block(-0.66, -0.45, 0.52, 0.95, 0.16),
    block(-1, -0.74, 0.06, 0.48, 0.1),
    block(-1, -0.74, 0.56, 0.98, 0.1),
  ],
  sipes: [line(0.36, 0.42, 0.62, 0.6), line(0.7, 0.72, 1, 0.86), line(-0.36, 0.4, -0.24, 0.54)],
  drop: 0.06,
};

const track: Tread = {
  pitches: 34,
  blocks: [
    block(0.42, 1, 0.07, 1, 0.42),
    block(0.02, 0.34, 0, 1.03, 0),
    block(-0.34, -0.06, 0, 1.03, 0),
    block(-0.66, -0.42, 0.06, 0.98, -0.3),
    block(-1, -0.73, 0.06, 0.96, -0.2),
  ],
  sipes: [line(0.1, 0.2, 0.34, 0.5), line(-0.34, 0.7, -0.14, 0.5), line(0.55, 0.62, 0.86, 0.84)],
  drop: 0.05,
};

const directional: Tread = {
  pitches: 32,
  blocks: both([
    [
      [0.05, 0],
      [0.36, 0.55],
      [0.36, 1.3],
      [0.05, 0.76],
    ],
    [
      [0.44, 0.7],
      [0.7, 1.02],
      [0.7, 1.74],
      [0.44, 1.46],
    ],
    [
      [0.77, 1.12],
      [1, 1.3],
      [1, 2.06],
      [0.77, 1.86],
    ],
  ]),
  sipes: both([line(0.14, 0.5, 0.3, 0.8), line(0.82, 1.56, 1, 1.7)]),
  drop: 0.075,
};

const silent: Tread = {
  pitches: 64,
  blocks: [rib(-0.2, 0.2), rib(0.28, 0.56), rib(-0.56, -0.28), block(0.64, 1, 0, 1.03), block(-1, -0.64, 0, 1.03)],
  sipes: [
    line(0.7, 0.3, 1, 0.5),
    line(-1, 0.3, -0.7, 0.5),
    line(0.36, 0.2, 0.56, 0.5),
    line(-0.56, 0.7, -0.4, 0.9),
    line(-0.06, 0.35, 0.2, 0.6),
    line(0.78, 0.8, 0.9, 0.86),
  ],
  drop: 0.06,
};

const highway: Tread = {
  pitches: 50,
  blocks: [
    zigzagRib(-0.18, 0.18, 0.02),
    block(0.28, 0.58, 0, 0.46, -0.14),
    block(0.28, 0.58, 0.52, 0.95, -0.14),
    block(-0.58, -0.28, 0.1, 0.56, -0.14),
    block(-0.58, -0.28, 0.62, 1.05, -0.14),
    block(0.67, 1, 0, 0.88, -0.06),
    block(-1, -0.67, 0.1, 0.98, -0.06),
  ],
  sipes: [line(-0.1, 0.5, 0.1, 0.4), line(0.7, 0.44, 0.96, 0.4), line(-0.96, 0.54, -0.7, 0.5)],
  drop: 0.065,
};

const allTerrain: Tread = {
  pitches: 30,
  blocks: [
    [
      [0.04, 0.02],
      [0.34, 0.1],
      [0.38, 0.5],
      [0.22, 0.62],
      [0.24, 0.86],
      [0.06, 0.8],
    ],
    [
      [-0.36, 0.42],
      [-0.06, 0.34],
      [-0.08, 0.96],
      [-0.24, 1.02],
      [-0.4, 0.86],
    ],
    [
      [0.48, 0.2],
      [0.68, 0.28],
      [0.66, 0.92],
      [0.36, 0.78],
      [0.46, 0.6],
    ],
    [
      [-0.68, 0.06],
      [-0.46, 0.02],
      [-0.42, 0.28],
      [-0.52, 0.74],
      [-0.7, 0.68],
    ],
    block(0.78, 1.1, 0.02, 0.44, 0.04),
    block(0.78, 1.04, 0.54, 0.94, 0.04),
    block(-1.04, -0.78, 0.02, 0.42, 0.04),
    block(-1.1, -0.78, 0.52, 0.92, 0.04),
  ],
  sipes: [
    wave(0.1, 0.32, 0.36, 0.06),
    wave(-0.34, -0.1, 0.66, 0.06),
    wave(0.5, 0.66, 0.56, 0.06),
    wave(-0.66, -0.5, 0.36, 0.06),
    line(0.82, 0.24, 1, 0.26),
    line(-1, 0.72, -0.82, 0.74),
  ],
  drop: 0.07,
};

const mudTerrain: Tread = {
  pitches: 21,
  blocks: [
    [
      [0.03, 0.04],
      [0.42, 0.16],
      [0.5, 0.44],
      [0.3, 0.56],
      [0.05, 0.46],
    ],
    [
      [-0.5, 0.54],
      [-0.03, 0.56],
      [-0.05, 0.98],
      [-0.3, 1.04],
      [-0.44, 0.9],
    ],
    [
      [0.12, 0.66],
      [0.4, 0.7],
      [0.36, 0.94],
      [0.12, 0.92],
    ],
    [
      [-0.38, 0.14],
      [-0.12, 0.1],
      [-0.1, 0.36],
      [-0.36, 0.4],
    ],
    [
      [0.6, 0.06],
      [1.24, 0.02],
      [1.24, 0.4],
      [0.66, 0.5],
    ],
    [
      [0.54, 0.62],
      [1.12, 0.54],
      [1.12, 0.86],
      [0.6, 0.96],
    ],
    [
      [-1.12, 0.02],
      [-0.6, 0.06],
      [-0.52, 0.36],
      [-1.12, 0.34],
    ],
    [
      [-1.24, 0.5],
      [-0.62, 0.52],
      [-0.58, 0.9],
      [-1.24, 0.88],
    ],
  ],
  sipes: [line(0.16, 0.32, 0.38, 0.36), line(-0.4, 0.76, -0.14, 0.78), line(0.74, 0.24, 1, 0.22), line(-1, 0.7, -0.74, 0.71)],
  drop: 0.075,
};

const iceRow = (u0: number, u1: number, slant: number, phase: number): Polygon[] => later([block(u0, u1, 0.02, 0.86, slant)], phase);
const iceSipes = (u0: number, u1: number, slant: number, phase: number): Polygon[] =>
  later([wave(u0, u1, 0.24, 0.07, slant), wave(u0, u1, 0.5, 0.07, slant)], phase);
const ICE_ROWS: readonly (readonly [number, number, number, number])[] = [
  [-0.19, 0.19, 0.12, 0],
  [0.27, 0.58, -0.16, 0.3],
  [-0.58, -0.27, -0.16, 0.6],
  [0.67, 1, 0, 0.1],
  [-1, -0.67, 0, 0.5],
];
const ice: Tread = {
  pitches: 34,
  blocks: ICE_ROWS.flatMap((row) => iceRow(...row)),
  sipes: ICE_ROWS.flatMap((row) => iceSipes(...row)),
  drop: 0.07,
};

const snow: Tread = {
  pitches: 30,
  blocks: both([
    [
      [0.03, 0],
      [0.3, 0.34],
      [0.3, 0.96],
      [0.12, 0.86],
      [0.03, 0.66],
    ],
    [
      [0.38, 0.44],
      [0.66, 0.72],
      [0.66, 1.36],
      [0.38, 1.08],
    ],
    [
      [0.74, 0.8],
      [1.05, 0.98],
      [1.05, 1.62],
      [0.74, 1.46],
    ],
  ]),
  sipes: both([wave(0.06, 0.3, 0.34, 0.07, 0.3), wave(0.38, 0.66, 0.76, 0.07, 0.28), wave(0.76, 1, 1.12, 0.07, 0.14)]),
  drop: 0.075,
};

const fourSeason: Tread = {
  pitches: 34,
  blocks: [
    rib(-0.07, 0.07),
    ...both([
      [
        [0.13, 0.1],
        [0.4, 0.5],
        [0.66, 0.74],
        [0.66, 1.02],
        [0.4, 1],
        [0.13, 0.84],
      ],
      block(0.74, 1, 0.78, 1.6, 0.1),
    ]),
  ],
  sipes: both([wave(0.18, 0.42, 0.46, 0.06, 0.26), wave(0.78, 1, 1.1, 0.06, 0.1), wave(0.78, 1, 1.36, 0.06, 0.1)]),
  drop: 0.07,
};

const vanRib: Tread = {
  pitches: 44,
  blocks: [
    zigzagRib(-0.2, 0.2, 0.035),
    zigzagRib(0.31, 0.58, 0.035),
    zigzagRib(-0.58, -0.31, 0.035),
    block(0.69, 1, 0, 1.03),
    block(-1, -0.69, 0, 1.03),
  ],
  sipes: [
    line(0.84, 0.3, 1, 0.3),
    line(0.84, 0.8, 1, 0.8),
    line(-1, 0.3, -0.84, 0.3),
    line(-1, 0.8, -0.84, 0.8),
    line(-0.08, 0.5, 0.16, 0.5),
  ],
  drop: 0.05,
};

const vanLug: Tread = {
  pitches: 26,
  blocks: [
    zigzagRib(-0.15, 0.15, 0.03),
    zigzagRib(0.24, 0.46, 0.03),
    zigzagRib(-0.46, -0.24, 0.03),
    [
      [0.57, 0.1],
      [1.1, 0],
      [1.1, 0.56],
      [0.57, 0.66],
    ],
    [
      [-1.1, 0.4],
      [-0.57, 0.3],
      [-0.57, 0.86],
      [-1.1, 0.96],
    ],
    block(0.6, 0.82, 0.74, 1, -0.02),
    block(-0.82, -0.6, -0.06, 0.2, -0.02),
  ],
  sipes: [line(-0.1, 0.5, 0.1, 0.5), line(0.3, 0.5, 0.46, 0.5), line(-0.46, 0.5, -0.3, 0.5)],
  drop: 0.055,
};

export const TREADS: Readonly<Record<TreadPattern, Tread>> = {
  comfort,
  rib: ribbed,
  sport,
  track,
  directional,
  silent,
  highway,
  allTerrain,
  mudTerrain,
  ice,
  snow,
  fourSeason,
  vanRib,
  vanLug,
};
