import type { Regions } from './api/types';

export interface PickedRegion {
  readonly provinceCode: string;
  readonly cityCode: string;
  readonly countyCode: string;
  /** For example 广东省 广州市 天河区; equal neighbours (北京市 北京市) are named once. */
  readonly label: string;
}

/** The region of a county code; null if it is unknown. */
export function findRegion(provinces: Regions['provinces'], countyCode: string): PickedRegion | null {
  for (const province of provinces)
    for (const city of province.cities) {
      const county = city.counties.find(({ code }) => code === countyCode);
      if (county !== undefined)
        return {
          provinceCode: province.code,
          cityCode: city.code,
          countyCode,
          label: [province.name, city.name, county.name].filter((name, index, names) => name !== names[index - 1]).join(' '),
        };
    }
  return null;
}
