import { describe, expect, it } from 'vitest';
import { sparkPoints } from '../charts/spark';
import { secretOf } from '../session/totp-secret';
import { activeStep, isRunning } from './catalog/import-steps';
import { periodBefore, periodFromQuery, periodOf, presetOf } from './dashboard/period';
import { asCommaSeparated, shippingTemplate, withHeading } from './fulfilment/shipping-csv';
import { type OrderDetail, unshippedQuantity, upcomingOf } from './orders/order-timeline';
import { reviewOf } from './promotion/review';
import { flatten } from './system/flatten';
import { newPassword } from './system/new-password';

describe('period of the dashboard', () => {
  it('ends today and compares with as many days before', () => {
    const period = periodOf('7', '2026-11-22');
    expect(period).toEqual({ from: '2026-11-16', to: '2026-11-22' });
    expect(periodBefore(period)).toEqual({ from: '2026-11-09', to: '2026-11-15' });
    expect(periodBefore(periodOf('today', '2026-03-01'))).toEqual({ from: '2026-02-28', to: '2026-02-28' });
  });

  it('knows which button it is', () => {
    expect(presetOf({ from: '2026-10-24', to: '2026-11-22' }, '2026-11-22')).toBe('30');
    expect(presetOf({ from: '2026-10-24', to: '2026-11-21' }, '2026-11-22')).toBeNull();
  });

  it('takes no nonsense from the address', () => {
    expect(periodFromQuery({ from: '2026-11-02', to: '2026-11-01' })).toBeNull();
    expect(periodFromQuery({ from: 'x', to: '2026-11-01' })).toBeNull();
    expect(periodFromQuery({})).toBeNull();
    expect(periodFromQuery({ from: '2026-11-01', to: '2026-11-01' })).toEqual({ from: '2026-11-01', to: '2026-11-01' });
  });
});

describe('small line', () => {
  it('spans the box from lowest to highest value', () => {
    expect(sparkPoints([1, 3, 2], 72, 24)).toBe('0.0,22.0 36.0,2.0 72.0,12.0');
    expect(sparkPoints([5, 5], 72, 24)).toBe('0.0,12.0 72.0,12.0');
    expect(sparkPoints([5], 72, 24)).toBe('');
  });
});

describe('shipping table', () => {
  it('is prepared for chosen orders', () => {
    expect(shippingTemplate(['1', '2'], 'SF')).toBe('orderNo,carrierCode,waybillNo\n1,SF,\n2,SF,');
  });

  it('takes cells pasted from a spreadsheet', () => {
    expect(asCommaSeparated('orderNo\tcarrierCode\twaybillNo\n1\tSF\tSF123,4')).toBe('orderNo,carrierCode,waybillNo\n1,SF,"SF123,4"');
    expect(asCommaSeparated('1,SF,SF1\t')).toBe('1,SF,SF1\t');
  });

  it('gets a heading where there is none, and keeps its own', () => {
    expect(withHeading('\uFEFF1,SF,SF123456\n')).toBe('orderNo,carrierCode,waybillNo\n1,SF,SF123456');
    expect(withHeading('1,SF,SF123456,205/55R16,2')).toBe('orderNo,carrierCode,waybillNo,skuLabel,quantity\n1,SF,SF123456,205/55R16,2');
    expect(withHeading('orderNo,carrierCode,waybillNo\n1,SF,SF123456')).toBe('orderNo,carrierCode,waybillNo\n1,SF,SF123456');
    expect(withHeading('  \n ')).toBe('');
  });
});

describe('order', () => {
  const order = (fields: Partial<OrderDetail>) =>
    ({ expiresAt: null, autoReceiveAt: null, returnWindowEndsAt: null, ...fields }) as OrderDetail;

  it('tells what comes next', () => {
    expect(upcomingOf(order({ status: 'awaiting_payment', expiresAt: 'T' }))).toEqual([{ key: 'expires', at: 'T' }]);
    expect(upcomingOf(order({ status: 'shipped', autoReceiveAt: 'T' }))).toEqual([{ key: 'autoReceive', at: 'T' }]);
    expect(upcomingOf(order({ status: 'received', returnWindowEndsAt: 'T' }))).toEqual([{ key: 'windowEnds', at: 'T' }]);
    expect(upcomingOf(order({ status: 'shipped' }))).toEqual([]);
    expect(upcomingOf(order({ status: 'cancelled', expiresAt: 'T' }))).toEqual([]);
  });

  it('counts what still can be shipped, never below nothing', () => {
    const line = (quantity: number, shippedQuantity: number, refundedQuantity: number) =>
      ({ quantity, shippedQuantity, refundedQuantity }) as OrderDetail['lines'][number];
    expect(unshippedQuantity(line(4, 1, 1))).toBe(2);
    expect(unshippedQuantity(line(1, 1, 1))).toBe(0);
  });
});

describe('review of a withdrawal', () => {
  const me = ['周敏', 'finance', 'staff-1'];
  it('lets a second person decide, not the first one again', () => {
    expect(reviewOf({ status: 'reviewing', approvedBy: [] }, true, me)).toBe('may_decide');
    expect(reviewOf({ status: 'reviewing', approvedBy: ['林晓岚'] }, true, me)).toBe('may_decide');
    expect(reviewOf({ status: 'reviewing', approvedBy: ['周敏'] }, true, me)).toBe('already_approved_by_you');
    expect(reviewOf({ status: 'reviewing', approvedBy: ['finance'] }, true, me)).toBe('already_approved_by_you');
  });

  it('offers nothing without permission or after the decision', () => {
    expect(reviewOf({ status: 'reviewing', approvedBy: [] }, false, me)).toBe('no_permission');
    expect(reviewOf({ status: 'paid', approvedBy: [] }, true, me)).toBe('not_reviewing');
  });
});

describe('import', () => {
  it('asks again only while the server works', () => {
    expect((['fetching', 'applying', 'previewed', 'completed', 'failed', 'cancelled'] as const).map(isRunning)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect((['fetching', 'previewed', 'applying', 'completed', 'failed'] as const).map(activeStep)).toEqual([0, 1, 2, 4, 3]);
  });
});

describe('small helpers of the system pages', () => {
  it('flattens configuration', () => {
    expect(flatten({ a: { b: 1, c: [1, 2] }, d: null })).toEqual([
      { name: 'a.b', text: '1' },
      { name: 'a.c', text: '1, 2' },
      { name: 'd', text: 'null' },
    ]);
  });

  it('makes passwords of 16 signs and throws away bytes that would favour some', () => {
    expect(newPassword()).toMatch(/^[A-Za-z2-9]{16}$/);
    expect(newPassword()).not.toBe(newPassword());
    let round = 0;
    const biased = newPassword((length) => new Uint8Array(length).fill(round++ === 0 ? 255 : 0));
    expect(biased).toBe('a'.repeat(16));
  });

  it('shows the secret of an authenticator address in groups', () => {
    expect(secretOf('otpauth://totp/Q:a?secret=JBSWY3DPEHPK3PXP&issuer=Q')).toBe('JBSW Y3DP EHPK 3PXP');
    expect(secretOf('nothing')).toBe('');
  });
});
