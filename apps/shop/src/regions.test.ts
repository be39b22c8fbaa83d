import { describe, expect, it } from 'vitest';
import { findRegion } from './regions';

const provinces = [
  { code: '110000', name: '北京市', cities: [{ code: '110100', name: '北京市', counties: [{ code: '110105', name: '朝阳区' }] }] },
  { code: '440000', name: '广东省', cities: [{ code: '440100', name: '广州市', counties: [{ code: '440106', name: '天河区' }] }] },
];

describe('a region', () => {
  it('is found by its county and named from the province down', () => {
    expect(findRegion(provinces, '440106')).toEqual({
      provinceCode: '440000',
      cityCode: '440100',
      countyCode: '440106',
      label: '广东省 广州市 天河区',
    });
  });
  it('names a municipality once', () => {
    expect(findRegion(provinces, '110105')?.label).toBe('北京市 朝阳区');
  });
  it('is null when the county is unknown', () => {
    expect(findRegion(provinces, '999999')).toBeNull();
  });
});
