import { describe, expect, it } from 'vitest';
import type { Failure } from './api/failure';
import type { Agreement } from './api/types';
import { isOutdatedConsent, loginConsent } from './consents';

const text = (kind: Agreement['kind'], version: string): Agreement => ({ kind, version, titleZh: '', titleEn: '', textZh: '', textEn: '' });
const problem = (code: string): Failure => ({
  ...{ kind: 'problem', status: 422, code, messageZh: '', messageEn: '', requestId: null, path: null, details: {}, retryAfterMs: null },
});

describe('consent on the login page', () => {
  it('names the versions that were shown', () => {
    const shown = [text('promoter_agreement', '9'), text('privacy', '2'), text('terms', '1')];
    expect(loginConsent(shown)).toEqual({ termsVersion: '1', privacyVersion: '2' });
  });
  it('is none while a text has not been shown', () => {
    expect(loginConsent([])).toBeNull();
    expect(loginConsent([text('terms', '1')])).toBeNull();
  });
  it('is asked for again when another text is in force by now, and only then', () => {
    expect(
      ['user.consentOutdated', 'promotion.agreementOutdated', 'user.codeWrong'].map((code) => isOutdatedConsent(problem(code))),
    ).toEqual([true, true, false]);
    expect([isOutdatedConsent(null), isOutdatedConsent({ kind: 'offline' })]).toEqual([false, false]);
  });
});
