import type { Answer } from '../../api/client';
import { toneOf } from '../../format/status';
import type { TimeLineEntry } from '../../shared/TimeLine.vue';

type Standing = Answer<'/staff/v1/promoters/{promoterId}', 'get'>['standing'];
export type StatusChange = 'active' | 'paused' | 'removed';

/** What staff may do next to somebody of this status. Somebody removed comes back by being restored only. */
export function changesFor(status: string): readonly StatusChange[] {
  if (status === 'active') return ['paused', 'removed'];
  if (status === 'paused') return ['active', 'removed'];
  return status === 'removed' ? ['active'] : [];
}

type Translate = (key: string, values?: Record<string, string>) => string;

/** Changes of status and appeals as a time line: what happened, why, and who decided. */
export function standingEntries(standing: Standing, t: Translate): TimeLineEntry[] {
  return standing.map((entry) => {
    if (entry.kind === 'appeal') return { at: entry.at, title: t('promoter.appealed'), note: entry.text, tone: 'info' };
    // Without a member of staff: the enrolment itself.
    if (entry.staffName === null) return { at: entry.at, title: t('promoter.enrolledNow'), tone: 'good' };
    return {
      at: entry.at,
      title: t(`status.promoter.${entry.status}`),
      note: t('promoter.byStaff', { text: entry.text, name: entry.staffName }),
      tone: toneOf('promoter', entry.status),
    };
  });
}
