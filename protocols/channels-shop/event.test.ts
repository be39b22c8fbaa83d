import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, parseShopEvent } from './index';

const parse = (event: string, content: JsonObject) => parseShopEvent({ event, content });

describe('events of the shop', () => {
  it.each([
    [3, 'passed'],
    [2, 'rejected'],
    [9, 'other'],
  ] as const)('given an audit with status %i, then %s', (status, result) => {
    expect(parse('product_spu_audit', { ProductSpuAudit: { product_id: '12345678', status, reason: 'abc' } })).toEqual({
      kind: 'ok',
      value: { kind: 'productAudited', productId: '12345678', result, resultCode: status, reason: 'abc' },
    });
  });

  it.each([
    [5, 'listed'],
    [11, 'delistedByMerchant'],
    [13, 'delistedForViolation'],
    [14, 'delistedForDeposit'],
    [15, 'delistedForBrand'],
    [20, 'banned'],
    [99, 'other'],
  ] as const)('given listing status %i, as number or as XML text, then %s', (statusCode, status) => {
    for (const number of [statusCode, String(statusCode)]) {
      expect(parse('product_spu_listing', { ProductSpuListing: { product_id: 12345678, status: number, reason: '' } })).toEqual({
        kind: 'ok',
        value: { kind: 'productListingChanged', productId: '12345678', status, statusCode },
      });
    }
  });

  it.each([
    [0, 'updated'],
    [1, 'created'],
    [2, 'recycled'],
    [3, 'deleted'],
    [4, 'other'],
  ] as const)('given an update with status %i, then %s', (actionCode, action) => {
    expect(parse('product_spu_update', { ProductSpuUpdate: { product_id: '1', status: actionCode } })).toEqual({
      kind: 'ok',
      value: { kind: 'productUpdated', productId: '1', action, actionCode },
    });
  });

  it('given low stock, nested or flat, then product, SKU and what is left', () => {
    const body = { product_id: '1', sku_id: '2', remaining_stock_amount: 3 };
    const expected = { kind: 'ok', value: { kind: 'stockLow', productId: '1', skuId: '2', remainingQuantity: 3 } };
    expect(parse('channels_ec_stock_no_enough', { channels_ec_stock_no_enough: body })).toEqual(expected);
    expect(parse('channels_ec_stock_no_enough', body)).toEqual(expected);
  });

  it.each([
    ['channels_ec_order_new', 'created'],
    ['channels_ec_order_pay', 'paid'],
    ['channels_ec_order_cancel', 'cancelled'],
    ['channels_ec_order_wait_shipping', 'toShip'],
    ['channels_ec_order_deliver', 'shipped'],
    ['channels_ec_order_confirm', 'confirmed'],
    ['channels_ec_order_settle', 'settled'],
    ['channels_ec_order_ext_info_update', 'infoUpdated'],
  ] as const)('given %s, then %s', (event, change) => {
    expect(parse(event, { order_info: { order_id: '3705115058471208928' } })).toEqual({
      kind: 'ok',
      value: { kind: 'orderChanged', orderId: '3705115058471208928', change },
    });
  });

  it('given an after-sale change, then its ids', () => {
    const body = { status: 'USER_WAIT_RETURN', after_sale_order_id: '12115', order_id: '37051' };
    expect(parse('channels_ec_aftersale_update', { finder_shop_aftersale_status_update: body })).toEqual({
      kind: 'ok',
      value: { kind: 'afterSaleChanged', afterSaleOrderId: '12115', orderId: '37051', status: 'USER_WAIT_RETURN' },
    });
  });

  it('given an event not known here, also one named like a member of every object, then other', () => {
    for (const event of ['channels_ec_vip_join', 'constructor', '__proto__', '']) {
      expect(parse(event, {})).toEqual({ kind: 'ok', value: { kind: 'other', event } });
    }
    expect(parseShopEvent({ content: {} })).toEqual({ kind: 'ok', value: { kind: 'other', event: '' } });
  });

  it('given a known event and any content without its members, then rejected and never thrown', () => {
    const known = [
      'product_spu_audit',
      'product_spu_listing',
      'product_spu_update',
      'channels_ec_stock_no_enough',
      'channels_ec_order_pay',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.dictionary(fc.string(), fc.jsonValue()), (event, content) => {
        expect(parse(event, content as JsonObject)).toMatchObject({ kind: 'rejected', code: 'event.shape' });
      }),
    );
  });
});
