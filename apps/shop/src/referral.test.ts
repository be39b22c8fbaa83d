import { describe, expect, it } from 'vitest';
import { memoryStorage } from './platform/storage';
import {
  dropWaitingArrival,
  keepReferral,
  keepWaitingArrival,
  keptReferral,
  readArrival,
  readQuery,
  REFERRAL_KEPT_MS,
  useUpReferral,
  waitingArrival,
} from './referral';

const product = '01hzy8k3m4n5p6q7r8s9t0v1w2';

describe('reading how somebody came', () => {
  it('takes code, product and channel from a link', () => {
    expect(readArrival(readQuery(`?ref=a1b2c3d4&p=${product}&c=poster`))).toEqual({
      code: 'a1b2c3d4',
      channel: 'poster',
      productId: product,
    });
  });
  it('takes a code in capitals, as people type it', () => {
    expect(readArrival({ ref: 'A1B2C3D4' }).code).toBe('a1b2c3d4');
  });
  it.each(['', 'short', 'a1b2c3d4e', 'a1b2c3di', '<script>', '../../x'])('takes no code from %j', (ref) => {
    expect(readArrival({ ref }).code).toBeNull();
  });
  it('takes a bare code and a written-out query from the scene of a mini-program code', () => {
    expect(readArrival({ scene: 'a1b2c3d4' })).toMatchObject({ code: 'a1b2c3d4', channel: 'poster' });
    expect(readArrival({ scene: encodeURIComponent(`ref=a1b2c3d4&p=${product}`) })).toMatchObject({
      code: 'a1b2c3d4',
      productId: product,
      channel: 'poster',
    });
  });
  it('takes no product that is none, and no channel that does not exist', () => {
    expect(readArrival({ ref: 'a1b2c3d4', p: 'javascript:alert(1)', c: 'spam' })).toEqual({
      code: 'a1b2c3d4',
      channel: 'link',
      productId: null,
    });
  });
});

describe('keeping a visit', () => {
  const visit = { code: 'a1b2c3d4', referralToken: 'token', referrerNickname: '老周', savedAt: 1_000 };
  it('lasts 30 days on this device and not a moment longer', () => {
    const storage = memoryStorage();
    keepReferral(storage, visit);
    expect(keptReferral(storage, 1_000 + REFERRAL_KEPT_MS - 1)?.referralToken).toBe('token');
    expect(keptReferral(storage, 1_000 + REFERRAL_KEPT_MS)).toBeNull();
    expect(keptReferral(storage, 1_001)).toBeNull();
  });
  it('is replaced by a newer visit and gone when used', () => {
    const storage = memoryStorage();
    keepReferral(storage, visit);
    keepReferral(storage, { ...visit, referralToken: 'newer' });
    expect(keptReferral(storage, 2_000)?.referralToken).toBe('newer');
    useUpReferral(storage);
    expect(keptReferral(storage, 2_000)).toBeNull();
  });
  it('keeps a code that could not be recorded until there is network again', () => {
    const storage = memoryStorage();
    const arrival = readArrival({ ref: 'a1b2c3d4' });
    keepWaitingArrival(storage, arrival, 0);
    expect(waitingArrival(storage, 5)).toEqual(arrival);
    expect(waitingArrival(storage, REFERRAL_KEPT_MS)).toBeNull();
    dropWaitingArrival(storage);
    expect(waitingArrival(storage, 5)).toBeNull();
  });
});
