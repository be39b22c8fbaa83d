import type { Query } from '@qianxing/database';
import type { Failed } from '@qianxing/errors';
import type { UserContext } from '../context';
import type { AgreementKind } from '../contract';
import { fail } from '../problems';
import type { ConsentKind, ConsentRow } from '../tables';
import { consentsOf } from './store';

/** The text that a consent refers to; marketing and personalisation are explained in the privacy policy. */
function agreementFor(kind: ConsentKind): AgreementKind {
  switch (kind) {
    case 'terms':
    case 'privacy':
    case 'promoter_agreement':
      return kind;
    case 'marketing':
    case 'personalisation':
      return 'privacy';
    default:
      return kind satisfies never;
  }
}

const agreementOf = ({ options }: UserContext, kind: ConsentKind) => {
  const wanted = agreementFor(kind);
  const agreement = options.agreements.find((candidate) => candidate.kind === wanted);
  if (agreement === undefined) throw new Error(`there is no text of the agreement ${wanted}`);
  return agreement;
};

export const currentVersion = (context: UserContext, kind: ConsentKind): string => agreementOf(context, kind).version;

/** Consent counts for the text that is in force; to another version, older or unknown, it is refused with what to read. */
export function refuseOutdated(context: UserContext, kind: ConsentKind, version: string, path: string): Failed | undefined {
  const agreement = agreementOf(context, kind);
  if (agreement.version === version) return undefined;
  return fail('consentOutdated', {
    path,
    params: { titleZh: agreement.titleZh, titleEn: agreement.titleEn, version: agreement.version },
    details: { kind: agreement.kind, currentVersion: agreement.version },
  });
}

/** Whether the newest record of a kind grants the version in force. */
export const isGranted = (context: UserContext, consents: readonly ConsentRow[], kind: ConsentKind): boolean => {
  const newest = consents.filter((row) => row.kind === kind).at(-1);
  return newest?.granted === 1 && newest.version === currentVersion(context, kind);
};

/**
 * Agreements whose version in force the member has to be asked about: terms and privacy policy always, the promoter agreement of who
 * has accepted an earlier one.
 */
export async function consentsNeeded(context: UserContext, query: Query, memberId: string): Promise<AgreementKind[]> {
  const consents = await consentsOf(query, memberId);
  const promotes = consents.filter(({ kind }) => kind === 'promoter_agreement').at(-1)?.granted === 1;
  const kinds: readonly AgreementKind[] = promotes ? ['terms', 'privacy', 'promoter_agreement'] : ['terms', 'privacy'];
  return kinds.filter((kind) => !isGranted(context, consents, kind));
}
