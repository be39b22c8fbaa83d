import type { Failure } from './api/failure';
import type { Agreement } from './api/types';

export interface LoginConsent {
  readonly termsVersion: string;
  readonly privacyVersion: string;
}

/** Consent to the texts as they were shown; null while they are not there. */
export function loginConsent(shown: readonly Agreement[]): LoginConsent | null {
  const version = (kind: Agreement['kind']) => shown.find((item) => item.kind === kind)?.version;
  const termsVersion = version('terms');
  const privacyVersion = version('privacy');
  return termsVersion === undefined || privacyVersion === undefined ? null : { termsVersion, privacyVersion };
}

/** Whether the server refused because another text is in force by now: it has to be read and accepted anew. */
export const isOutdatedConsent = (failure: Failure | null): boolean =>
  failure?.kind === 'problem' && (failure.code === 'user.consentOutdated' || failure.code === 'promotion.agreementOutdated');
