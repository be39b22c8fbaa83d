import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPush, PUSH_ACCEPTED, type TrackingPush } from './index';
import { signature } from './sign';
import { trackingState } from './state';

const SALT = 'salt-of-this-parcel';

const lastResult = {
  message: 'ok',
  state: '301',
  status: '200',
  ischeck: '1',
  com: 'yuantong',
  nu: 'YT1234567890123',
  data: [
    {
      time: '2026-11-20 08:00:00',
      ftime: '2026-11-20 08:00:00',
      context: '已揽收',
      statusCode: '103',
      areaName: '广东,深圳市',
      areaCode: 'CN440300000000',
    },
    { time: '2026-11-21 09:30:00', ftime: '2026-11-21 09:30:00', context: '本人签收', statusCode: '301', location: '杭州' },
  ],
};

function push(content: object, salt = SALT) {
  const param = JSON.stringify(content);
  return { param, sign: signature(param, salt), salt: SALT };
}

function opened(content: object): TrackingPush {
  const outcome = openPush(push(content));
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

describe('signatures', () => {
  it('given the fixed vectors, then they agree', () => {
    expect(signature('{"com":"yuantong","num":"YT1234567890123"}', 'KEYKEY12', 'CUSTOMER0001')).toBe('832E06DEEC721454CD5DAFD6383219FC');
    expect(signature('{"status":"polling"}', 'salt123')).toBe('D3E37349DAA1504C5808621A3D636F88');
    const vector = { param: '{"status":"polling"}', sign: 'D3E37349DAA1504C5808621A3D636F88', salt: 'salt123' };
    expect(openPush(vector)).toEqual({ kind: 'ok', value: { status: 'polling', message: '' } });
  });

  it('given the salt of another parcel, a missing field or a signature in small letters, then refused', () => {
    const good = push({ status: 'polling' });
    for (const bad of [
      push({ status: 'polling' }, 'other-salt'),
      { ...good, sign: undefined },
      { ...good, param: undefined },
      { ...good, sign: '' },
      { ...good, sign: good.sign.toLowerCase() },
    ]) {
      expect(openPush(bad)).toMatchObject({ kind: 'rejected', code: 'push.signature' });
    }
    expect(openPush(good).kind).toBe('ok');
  });

  it('given any bit flipped in what is signed or in the signature, then refused', () => {
    const good = push({ status: 'shutdown', lastResult });
    fc.assert(
      fc.property(fc.constantFrom('param', 'sign'), fc.nat(), fc.integer({ min: 0, max: 7 }), (field, position, bit) => {
        const bytes = Buffer.from(good[field as 'param' | 'sign']);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(openPush({ ...good, [field]: bytes.toString('utf8') })).toMatchObject({ code: 'push.signature' });
      }),
    );
    expect(openPush(good).kind).toBe('ok');
  });

  it('given an empty salt, then that is a mistake of ours and told as such', () => {
    expect(() => openPush({ param: '{}', sign: signature('{}', ''), salt: '' })).toThrow(RangeError);
  });
});

describe('pushes', () => {
  it('given a signed parcel, then the whole journey, newest first, in China time', () => {
    expect(opened({ status: 'shutdown', message: '已签收', lastResult })).toEqual({
      status: 'finished',
      message: '已签收',
      tracking: {
        carrierCode: 'yuantong',
        trackingNumber: 'YT1234567890123',
        state: 'signed',
        stateCode: '301',
        isSigned: true,
        events: [
          {
            occurredAt: Date.parse('2026-11-21T01:30:00Z'),
            description: '本人签收',
            state: 'signed',
            stateCode: '301',
            location: '杭州',
            nodeHash: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
          {
            occurredAt: Date.parse('2026-11-20T00:00:00Z'),
            description: '已揽收',
            state: 'collected',
            stateCode: '103',
            areaName: '广东,深圳市',
            areaCode: 'CN440300000000',
            nodeHash: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
        ],
      },
    });
  });

  it('given the same journey twice, grown by a node, then old nodes keep their hashes', () => {
    const hashes = (nodes: object[]) =>
      opened({ status: 'polling', lastResult: { ...lastResult, data: nodes } }).tracking?.events.map((event) => event.nodeHash);
    const before = hashes(lastResult.data);
    const after = hashes([{ time: '2026-11-22 10:00:00', context: '更正' }, ...lastResult.data]);
    expect(after).toHaveLength(3);
    expect(after?.slice(1)).toEqual(before);
    expect(new Set(after).size).toBe(3);
  });

  it('given an abort without and with another carrier, then it says so', () => {
    expect(opened({ status: 'abort', message: '3天查询无记录', lastResult: { com: 'yuantong', nu: '' }, comOld: '', comNew: '' })).toEqual({
      status: 'aborted',
      message: '3天查询无记录',
    });
    expect(opened({ status: 'abort', message: '3天查询无记录', autoCheck: '1', comOld: 'yuantong', comNew: 'ems' })).toEqual({
      status: 'aborted',
      message: '3天查询无记录',
      correctedCarrierCode: 'ems',
    });
    expect(opened({ status: 'polling', comOld: 'ems', comNew: 'ems' })).toEqual({ status: 'polling', message: '' });
    expect(opened({ status: 'updateall' }).status).toBe('updated');
  });

  it('given signed content that is no push, then rejected, never thrown', () => {
    for (const content of [[], {}, { status: 'constructor' }, { status: 7 }])
      expect(openPush(push(content))).toMatchObject({ code: 'push.body' });
    const text = 'not json';
    expect(openPush({ param: text, sign: signature(text, SALT), salt: SALT })).toMatchObject({ code: 'push.body' });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['ok', 'rejected']).toContain(openPush(push({ status: 'polling', lastResult: value, comNew: value })).kind);
      }),
    );
  });

  it('given the answer they want, then it is theirs to the byte', () => {
    expect(JSON.parse(PUSH_ACCEPTED)).toEqual({ result: true, returnCode: '200', message: '成功' });
  });
});

describe('states', () => {
  it.each([
    ['0', 'inTransit'],
    ['1', 'collected'],
    ['2', 'problem'],
    ['3', 'signed'],
    ['4', 'returnSigned'],
    ['5', 'delivering'],
    ['6', 'returning'],
    ['7', 'forwarded'],
    ['8', 'customs'],
    ['10', 'customsPending'],
    ['11', 'customsClearing'],
    ['12', 'customsCleared'],
    ['13', 'customsProblem'],
    ['14', 'refused'],
    ['101', 'announced'],
    ['102', 'announced'],
    ['103', 'collected'],
    ['1001', 'inTransit'],
    ['201', 'problem'],
    ['304', 'signed'],
    ['501', 'delivering'],
    ['9', 'other'],
    ['99', 'other'],
    ['2001', 'other'],
    ['', 'other'],
    ['x', 'other'],
  ] as const)('given %s, then %s', (code, state) => expect(trackingState(code)).toBe(state));
});
