import { describe, expect, it } from 'vitest';
import { type Failure, failureOf, isUnknownOutcome } from './failure';

describe('an answer that is no success', () => {
  it('is unexpected when it is not a problem document, and keeps the request id of the header', () => {
    expect(failureOf(502, { 'x-request-id': 'abc' }, '<html>')).toEqual({ kind: 'unexpected', status: 502, requestId: 'abc' });
  });
  it('falls back to the detail where a language is missing', () => {
    expect(failureOf(422, {}, { code: 'x.y', detail: 'text' })).toMatchObject({
      messageZh: 'text',
      messageEn: 'text',
      requestId: null,
      path: null,
    });
  });
});

describe('whether something may have happened', () => {
  const problem = (status: number, code = 'a.b'): Failure => failureOf(status, {}, { code });
  it.each<[string, Failure, boolean]>([
    ['offline', { kind: 'offline' }, true],
    ['a timeout', { kind: 'timeout' }, true],
    ['a gateway page', { kind: 'unexpected', status: 502, requestId: null }, true],
    ['a busy server', problem(503), true],
    ['the same key still being worked on', problem(409, 'request.idempotencyInProgress'), true],
    ['a refusal', problem(409), false],
    ['bad input', problem(422), false],
    ['too many requests', problem(429), false],
  ])('is answered for %s', (_, failure, unknown) => {
    expect(isUnknownOutcome(failure)).toBe(unknown);
  });
});
