import { closedPath, mix, openPath, type Point, short } from './svg';
import type { Tread, TreadPoint } from './tread';

/**
 * A tyre in space, seen from afar (parallel projection). The tyre turns about its own z axis; the camera sees it turned
 * by `yaw` about the vertical and from `pitch` above, both in radians. Lengths are pixels.
 */
export interface TyreView {
  readonly centreX: number;
  readonly centreY: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly radius: number;
  readonly halfWidth: number;
}

interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Towards the right, up, and towards the viewer. */
function toCamera(view: TyreView, { x, y, z }: Vector): Vector {
  const depth = -x * Math.sin(view.yaw) + z * Math.cos(view.yaw);
  return {
    x: x * Math.cos(view.yaw) + z * Math.sin(view.yaw),
    y: y * Math.cos(view.pitch) - depth * Math.sin(view.pitch),
    z: y * Math.sin(view.pitch) + depth * Math.cos(view.pitch),
  };
}

const LIGHT: Vector = { x: -0.5, y: 0.66, z: 0.56 };

function brightnessOf(normal: Vector): number {
  return Math.max(0, normal.x * LIGHT.x + normal.y * LIGHT.y + normal.z * LIGHT.z);
}

/** SVG transform that lays flat drawings (origin in the middle, y down) into the plane at `z`. */
export function planeAt(view: TyreView, z: number): string {
  const { yaw, pitch } = view;
  const values = [
    Math.cos(yaw),
    -Math.sin(yaw) * Math.sin(pitch),
    0,
    Math.cos(pitch),
    view.centreX + z * Math.sin(yaw),
    view.centreY + z * Math.cos(yaw) * Math.sin(pitch),
  ];
  return `matrix(${values.map((value) => String(Math.round(value * 1000) / 1000)).join(' ')})`;
}

const SHOULDER_POWER = 3;

function surface(view: TyreView, tread: Tread, u: number, angle: number): { point: Point; normal: Vector } {
  const side = Math.abs(u);
  const inside = Math.min(side, 1);
  const radius = view.radius * (1 - tread.drop * inside ** SHOULDER_POWER) - Math.max(0, side - 1) * view.radius * 0.3;
  const z = Math.sign(u) * (inside * view.halfWidth + Math.max(0, side - 1) * view.halfWidth * 0.3);
  const slope = side > 1 ? 1.2 : Math.atan((view.radius * tread.drop * SHOULDER_POWER * inside ** (SHOULDER_POWER - 1)) / view.halfWidth);
  const position = toCamera(view, { x: radius * Math.cos(angle), y: radius * Math.sin(angle), z });
  const normal = toCamera(view, {
    x: Math.cos(angle) * Math.cos(slope),
    y: Math.sin(angle) * Math.cos(slope),
    z: Math.sign(u) * Math.sin(slope),
  });
  return { point: [view.centreX + position.x, view.centreY - position.y], normal };
}

const LEVELS = 9;
const RUBBER_DARK = '#17191d';
const RUBBER_LIGHT = '#70757e';

/** The visible blocks and sipes of a tread, as a few paths of one shade each. */
export function drawTread(view: TyreView, tread: Tread): string {
  const shades: string[] = Array.from({ length: LEVELS }, () => '');
  let cuts = '';
  const turn = (2 * Math.PI) / tread.pitches;
  const at = (index: number, [u, v]: TreadPoint) => surface(view, tread, u, (index + v) * turn);
  const centreOf = (shape: readonly TreadPoint[]): TreadPoint => [
    shape.reduce((sum, [u]) => sum + u, 0) / shape.length,
    shape.reduce((sum, [, v]) => sum + v, 0) / shape.length,
  ];
  for (let index = 0; index < tread.pitches; index += 1) {
    for (const shape of tread.blocks) {
      const { normal } = at(index, centreOf(shape));
      if (normal.z < 0.03) continue;
      const level = Math.min(LEVELS - 1, Math.floor(brightnessOf(normal) * LEVELS));
      const points = shape.map((point) => at(index, point).point);
      if (points.some(([, y]) => y > -6 && y < 806)) shades[level] += closedPath(points);
    }
    for (const shape of tread.sipes)
      if (at(index, centreOf(shape)).normal.z > 0.16) cuts += openPath(shape.map((point) => at(index, point).point));
  }
  const faces = shades
    .map((d, level) => (d === '' ? '' : `<path fill="${mix(RUBBER_DARK, RUBBER_LIGHT, (level / (LEVELS - 1)) ** 1.25)}" d="${d}"/>`))
    .join('');
  return `<g stroke="#fff" stroke-opacity=".07" stroke-width="1">${faces}</g><path d="${cuts}" fill="none" stroke="#0b0c0e" stroke-opacity=".8" stroke-width="1.5"/>`;
}

/** The carcass under the blocks: discs from the far shoulder to the near one. */
export function drawBody(view: TyreView, tread: Tread, fill: string): string {
  let discs = '';
  for (let step = -8; step <= 8; step += 1) {
    const u = step / 8;
    const radius = view.radius * (1 - tread.drop * Math.abs(u) ** SHOULDER_POWER) - 3;
    discs += `<circle r="${short(radius)}" transform="${planeAt(view, u * view.halfWidth)}"/>`;
  }
  return `<g fill="${fill}">${discs}</g>`;
}
