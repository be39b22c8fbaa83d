import type { Failure } from '@/api/failure';
import { either, t } from '@/i18n';

/** What happened, in the person's language. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'problem':
      return either(failure.messageZh, failure.messageEn);
    case 'offline':
      return t('common.failedOffline');
    case 'timeout':
      return t('common.failedTimeout');
    case 'unexpected':
      return t('common.failedUnexpected');
    default:
      return failure satisfies never;
  }
}

export function failureRequestId(failure: Failure): string | null {
  return failure.kind === 'problem' || failure.kind === 'unexpected' ? failure.requestId : null;
}

export function showFailure(failure: Failure): void {
  uni.showToast({ title: failureText(failure), icon: 'none', duration: 3000 });
}

export function showNotice(title: string): void {
  uni.showToast({ title, icon: 'none', duration: 2000 });
}

export function askFirst(title: string, content: string, confirmText: string = t('common.confirm')): Promise<boolean> {
  return new Promise((resolve) => {
    uni.showModal({
      title,
      content,
      confirmText,
      cancelText: t('common.cancel'),
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    });
  });
}
