import type { Season } from '../model';
import type { PlaceCode } from '../places';

export type TreadPattern =
  | 'comfort'
  | 'rib'
  | 'sport'
  | 'track'
  | 'directional'
  | 'silent'
  | 'highway'
  | 'allTerrain'
  | 'mudTerrain'
  | 'ice'
  | 'snow'
  | 'fourSeason'
  | 'vanRib'
  | 'vanLug';

/** One family of tyres. `sizes` holds a line per rim diameter: `size speed`, or `size XL speed` for extra load. */
export interface TyreSeries {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly lineZh: string;
  readonly lineEn: string;
  readonly categoryCode: string;
  readonly place: PlaceCode;
  readonly season: Season;
  readonly vehicleTypes: readonly string[];
  readonly tread: TreadPattern;
  readonly commercial?: true;
  readonly priceBp: number;
  readonly weightBp: number;
  readonly tags: readonly string[];
  readonly subtitleZh: string;
  readonly descriptionZh: string;
  readonly sizes: readonly string[];
}
