/** Versions of the texts that the agreement page shows. */
export const CONSENT_VERSIONS = { termsVersion: '2026-01', privacyVersion: '2026-01' } as const;
export const PROMOTER_AGREEMENT_VERSION = '2026-01';
