import { createHash } from 'node:crypto';
import { AGREEMENT_KINDS } from '@qianxing/user/contract';
import { describe, expect, it } from 'vitest';
import { agreements } from './agreements';

/** What people accepted, by version. A changed text is a new line here with a new version; old lines stay. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'terms 2026-11': '4c6a9358a2015a45',
  'privacy 2026-11': '74aec497e88a0b21',
  'promoter_agreement 2026-11': '8698e50a2bf70a19',
};

describe('agreements', () => {
  it('are there once of each kind', () => {
    expect(agreements.map(({ kind }) => kind).sort()).toEqual([...AGREEMENT_KINDS].sort());
  });
  it.each(agreements)('$kind never changes under its version', ({ kind, version, titleZh, titleEn, textZh, textEn }) => {
    const content = createHash('sha256').update([titleZh, titleEn, textZh, textEn].join('\n')).digest('hex').slice(0, 16);
    expect({ kind, version, content }).toEqual({ kind, version, content: ACCEPTED[`${kind} ${version}`] });
  });
});
