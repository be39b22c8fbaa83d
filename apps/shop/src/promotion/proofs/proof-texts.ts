import type { AccountRecord } from '@qianxing/transparency-log/verify';
import { formatMoney, formatRate } from '@/format/money';
import { formatInstant } from '@/format/time';
import { t } from '@/i18n';
import { type TextKey, texts } from '@/texts';
import type { ProofReport } from './check';

/** What was proven, in words. */
export function provenLines(report: ProofReport): string[] {
  const { entries, balances, balancesCompared, logSize, deviceAgrees, verifiedBefore, witnesses } = report;
  const count = entries.length;
  const { pendingFen, availableFen, reservedFen } = balances;
  const amounts = { pending: formatMoney(pendingFen), available: formatMoney(availableFen), reserved: formatMoney(reservedFen) };
  return [
    ...(count === 0 ? [] : [t('proof.provenRecords', { count }), t('proof.provenChain', { count }), t('proof.provenSums')]),
    ...(balancesCompared ? [t('proof.provenBalances', amounts)] : []),
    ...(verifiedBefore === null ? [] : [t('proof.provenLog', { size: logSize, at: instantOf(verifiedBefore) })]),
    ...(deviceAgrees ? [t('proof.provenDevice')] : []),
    ...(witnesses.length === 0 ? [] : [t('proof.provenWitnesses', { names: witnesses.map(({ name }) => name).join(', ') })]),
  ];
}

/** What was not, and why. */
export function openLines({ waiting, complete, balancesCompared, logSize, verifiedBefore, witnesses }: ProofReport): string[] {
  return [
    ...(verifiedBefore === null ? [t('proof.openFirst', { size: logSize })] : []),
    ...(waiting > 0 ? [t('proof.openWaiting', { count: waiting })] : []),
    ...(complete ? [] : [t('proof.openBacklog')]),
    ...(complete && !balancesCompared ? [t('proof.openBalances')] : []),
    ...(witnesses.length === 0 ? [t('proof.openWitnesses')] : []),
    t('proof.openAttribution'),
    t('proof.openProgram'),
  ];
}

export const instantOf = (instantMs: number): string => formatInstant(new Date(instantMs).toISOString());

/** What a record tells, in words; a kind that this client does not know keeps its name. */
export function kindText({ kind }: AccountRecord): string {
  const name = `kind_${kind}`;
  return name in texts.proof ? t(`proof.${name}` as TextKey) : kind;
}

/** What moved: the change of the account that gained or lost, for a release or a hold what went over. */
export function movedFen(record: AccountRecord): number {
  const available = record.availableFen;
  return record.amount !== 0 || typeof available !== 'number' ? record.amount : available;
}

/** Base and rate of a commission; null for everything else. */
export function computedText({ baseFen, rateBp }: AccountRecord): string | null {
  if (typeof baseFen !== 'number' || typeof rateBp !== 'number') return null;
  return t('proof.computed', { base: formatMoney(baseFen), rate: formatRate(rateBp) });
}
