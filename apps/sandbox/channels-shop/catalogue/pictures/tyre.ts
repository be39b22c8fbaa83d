import { BRAND_ZH } from '../places';
import type { TreadPattern, TyreSeries } from '../tyres/series';
import { backdrop, backdropDefs, floorShadow, type Mood, type Motif } from './backdrop';
import { drawBody, drawTread, planeAt, type TyreView } from './projection';
import { drawSidewall, SIDEWALL_DEFS, type SidewallWords } from './sidewall';
import { linear, picture } from './svg';
import { TREADS } from './tread';
import { drawWheel, type WheelStyle, wheelDefs } from './wheel';

interface TyreLook {
  readonly mood: Mood;
  readonly motif: Motif;
  readonly wheel: WheelStyle;
}

const LOOKS: Readonly<Record<TreadPattern, TyreLook>> = {
  comfort: { mood: 'rose', motif: 'none', wheel: 'tenSpoke' },
  rib: { mood: 'leaf', motif: 'none', wheel: 'turbine' },
  sport: { mood: 'dusk', motif: 'speed', wheel: 'fiveTwin' },
  track: { mood: 'stone', motif: 'speed', wheel: 'mesh' },
  directional: { mood: 'sky', motif: 'rain', wheel: 'ySpoke' },
  silent: { mood: 'mint', motif: 'volt', wheel: 'turbine' },
  highway: { mood: 'cream', motif: 'road', wheel: 'blade' },
  allTerrain: { mood: 'sand', motif: 'hills', wheel: 'sixOffroad' },
  mudTerrain: { mood: 'stone', motif: 'hills', wheel: 'sixOffroad' },
  ice: { mood: 'ice', motif: 'snow', wheel: 'tenSpoke' },
  snow: { mood: 'sky', motif: 'snow', wheel: 'blade' },
  fourSeason: { mood: 'leaf', motif: 'none', wheel: 'ySpoke' },
  vanRib: { mood: 'cream', motif: 'none', wheel: 'steel' },
  vanLug: { mood: 'sand', motif: 'hills', wheel: 'steel' },
};

export const lookOf = (tread: TreadPattern): TyreLook => LOOKS[tread];

export interface TyreModel {
  readonly series: TyreSeries;
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimInch: number;
  /** For example `205/55R16 91V`. */
  readonly label: string;
}

function tyreWords(model: TyreModel): SidewallWords {
  const marks = model.series.season === 'winter' ? 'M+S 3PMSF' : model.series.season === 'all_season' ? 'M+S' : 'OUTSIDE';
  return { brandZh: BRAND_ZH, brandEn: 'QIANLIXING', series: model.series.nameEn.toUpperCase(), size: model.label, marks };
}

export function tyreDefs(wheel: WheelStyle): string {
  return (
    wheelDefs(wheel) +
    SIDEWALL_DEFS +
    linear(
      't',
      [0, 0, 1, 0],
      [
        [0, '#050607'],
        [1, '#1a1c20'],
      ],
    )
  );
}

/** A whole tyre on its wheel, seen as `view` says; the proportions are those of the real size. */
export function drawTyre(model: TyreModel, view: TyreView): string {
  const tread = TREADS[model.series.tread];
  const { wheel } = LOOKS[model.series.tread];
  const shoulder = view.radius * (1 - tread.drop);
  const rim = view.radius * rimShare(model);
  return [
    drawBody(view, tread, 'url(#t)'),
    drawTread(view, tread),
    drawSidewall(view, shoulder, rim, tyreWords(model)),
    `<g transform="${planeAt(view, view.halfWidth * 0.94)}">${drawWheel(wheel, rim, -view.halfWidth * 0.22)}</g>`,
  ].join('');
}

function outerMm(model: TyreModel): number {
  return model.rimInch * 25.4 + (2 * model.widthMm * model.aspectPercent) / 100;
}

/** Visible rim edge as a share of the outer radius: the flange stands about 9 mm over the bead seat. */
function rimShare(model: TyreModel): number {
  return (model.rimInch * 25.4 + 18) / outerMm(model);
}

/** Half of the tread's width as a share of the outer radius; the tread is a little narrower than the section. */
export function halfWidthShare(model: TyreModel): number {
  return (model.widthMm * 0.88) / outerMm(model);
}

export function heroPicture(model: TyreModel): string {
  const look = LOOKS[model.series.tread];
  const radius = 298;
  const view: TyreView = { centreX: 436, centreY: 396, yaw: 0.66, pitch: 0.13, radius, halfWidth: radius * halfWidthShare(model) };
  const body = [
    backdrop(look.mood, look.motif, model.series.code),
    floorShadow(392, 696, 340, 48),
    floorShadow(380, 690, 200, 22),
    floorShadow(384, 686, 150, 14),
    drawTyre(model, view),
  ].join('');
  return picture(800, 800, `${BRAND_ZH} ${model.series.nameZh} ${model.label}`, backdropDefs(look.mood) + tyreDefs(look.wheel), body);
}
