import { useI18n } from 'vue-i18n';
import type { Problem } from '../api/problem';
import { formatBp, formatFen } from './money';
import { formatInstant } from './time';

/** What pages show values with, in the language of the console. */
export function useFormat() {
  const { locale } = useI18n();
  const isEnglish = () => locale.value === 'en';
  return {
    fen: formatFen,
    bp: formatBp,
    /** An instant in the zone of the shop, a dash where there is none. */
    at: (instant: string | null | undefined) => (instant ? formatInstant(instant) : '—'),
    count: (value: number) => value.toLocaleString('en-US'),
    /** The half of a bilingual text that is wanted. */
    either: (zh: string, en: string) => (isEnglish() ? en : zh),
    /** Names one after the other, as the language separates them. */
    list: (names: readonly string[]) => names.join(isEnglish() ? ', ' : '、'),
    problem: (problem: Problem) => (isEnglish() ? problem.messageEn : problem.messageZh),
  };
}
