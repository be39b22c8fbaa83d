import { describe, expect, it } from 'vitest';
import type { Sku } from './api/types';
import { choiceGroups, chosenSku, firstChoice, pick } from './sku-picker';

const sku = (skuId: string, size: string, pack: string, available = 5, status: Sku['status'] = 'listed'): Sku => ({
  skuId,
  skuCode: skuId,
  specifications: [
    { nameZh: '规格', nameEn: 'Size', value: size },
    { nameZh: '套装', nameEn: 'Pack', value: pack },
  ],
  label: `${size} ${pack}`,
  priceFen: 100,
  marketPriceFen: null,
  available,
  pictureUrl: null,
  tyre: null,
  status,
});
const skus = [
  sku('a1', '16', '单条'),
  sku('a4', '16', '四条'),
  sku('b1', '17', '单条', 0),
  sku('b4', '17', '四条'),
  sku('c1', '18', '单条', 5, 'delisted'),
];
const possible = (choice: Record<string, string>, name: string) =>
  choiceGroups(skus, choice)
    .find(({ nameZh }) => nameZh === name)
    ?.values.filter((one) => one.possible)
    .map(({ value }) => value);

describe('choosing an SKU', () => {
  it('lists the values in the order of the SKUs', () => {
    expect(choiceGroups(skus, {}).map(({ nameEn, values }) => [nameEn, values.map(({ value }) => value)])).toEqual([
      ['Size', ['16', '17', '18']],
      ['Pack', ['单条', '四条']],
    ]);
  });
  it('marks values impossible that are sold out, delisted, or do not fit the rest of the choice', () => {
    expect(possible({}, '规格')).toEqual(['16', '17']);
    expect(possible({ 规格: '17' }, '套装')).toEqual(['四条']);
    expect(possible({ 套装: '单条' }, '规格')).toEqual(['16']);
  });
  it('finds the SKU only when everything is chosen', () => {
    expect(chosenSku(skus, { 规格: '16' })).toBeNull();
    expect(chosenSku(skus, { 规格: '16', 套装: '四条' })?.skuId).toBe('a4');
  });
  it('takes a value back when it is picked again', () => {
    expect(pick(skus, { 规格: '16', 套装: '四条' }, '规格', '16')).toEqual({ 套装: '四条' });
  });
  it('drops what no longer fits the new value', () => {
    const one = [sku('x', '16', '单条'), sku('y', '17', '四条')];
    expect(pick(one, { 规格: '16', 套装: '单条' }, '规格', '17')).toEqual({ 规格: '17' });
  });
  it('begins with the wanted SKU, the only SKU, or nothing', () => {
    expect(firstChoice(skus, 'b4')).toEqual({ 规格: '17', 套装: '四条' });
    expect(firstChoice(skus.slice(0, 1))).toEqual({ 规格: '16', 套装: '单条' });
    expect(firstChoice(skus)).toEqual({});
  });
  it('reaches every SKU by picking its values in any order', () => {
    for (const wanted of skus)
      for (const order of [wanted.specifications, [...wanted.specifications].reverse()]) {
        const choice = order.reduce(
          (chosen, { nameZh, value }) => (chosen[nameZh] === value ? chosen : pick(skus, chosen, nameZh, value)),
          {} as Record<string, string>,
        );
        expect(chosenSku(skus, choice)?.skuId).toBe(wanted.skuId);
      }
  });
  it('knows a product whose only SKU has no specifications', () => {
    const plain = [{ ...sku('p', '16', '单条'), specifications: [] }];
    expect(chosenSku(plain, firstChoice(plain))?.skuId).toBe('p');
  });
});
