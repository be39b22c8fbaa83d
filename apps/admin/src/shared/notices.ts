import { ElNotification } from 'element-plus';
import { useI18n } from 'vue-i18n';
import type { Problem } from '../api/problem';
import { useFormat } from '../format/use-format';

/** Short messages in the corner. */
export function useNotices() {
  const { t } = useI18n();
  const format = useFormat();
  return {
    problem(problem: Problem): void {
      ElNotification.error({
        title: t('common.failed'),
        message: [format.problem(problem), problem.requestId ? `${t('common.requestId')} ${problem.requestId}` : '']
          .filter((line) => line !== '')
          .join('\n'),
        customClass: 'problem-notice',
        duration: 8000,
      });
    },
  };
}
