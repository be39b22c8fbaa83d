import { api } from '@/api';
import type { Failure } from '@/api/failure';
import { readQuery } from '@/referral';
import { storage } from './storage';

export interface MiniProgramCodes {
  readonly code: string;
  readonly phoneCode?: string;
}
const RETURN = 'wechatReturn';

/** Sends an H5 visitor to WeChat's authorisation page, which comes back to `page`; answers why not if that fails. */
export async function leaveForWechat(returnTo: string | null, page = '/account/login/index'): Promise<Failure | null> {
  const answer = await api.get('/api/v1/login/wechat-h5/authorize-url', {
    query: { returnTo: `${window.location.pathname}#${page}` },
  });
  if (!answer.ok) return answer.failure;
  storage.write(RETURN, { returnTo });
  window.location.href = answer.value.url;
  return null;
}

/** What WeChat has sent the visitor back with, once. */
export function takeWechatReturn(): { code: string; state: string; returnTo: string | null } | null {
  const { pathname, search, hash } = window.location;
  const { code, state } = { ...readQuery(search), ...readQuery(hash.split('?')[1] ?? '') } as { code?: string; state?: string };
  const left = storage.read<{ returnTo: string | null }>(RETURN);
  if (code === undefined || state === undefined || left === null) return null;
  storage.remove(RETURN);
  window.history.replaceState(window.history.state, '', `${pathname}${hash.split('?')[0] ?? ''}`);
  return { code, state, returnTo: left.returnTo };
}
