import { language } from '@/i18n';
import { serverOrigin } from '@/platform/origin';
import { storage } from '@/platform/storage';
import { uniTransport } from '@/platform/transport';
import { useNetwork } from '@/stores/network';
import { tokensInStorage } from '@/stores/session';
import { createActionKeys, randomKey } from './action-keys';
import { createClient } from './client';

/** Browsers let one window at a time refresh the session; elsewhere there is only one. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // #ifdef H5
  if (typeof navigator !== 'undefined' && navigator.locks !== undefined)
    return navigator.locks.request('qianxing-session', work) as Promise<T>;
  // #endif
  return work();
}

export const api = createClient({
  baseUrl: serverOrigin(),
  transport: uniTransport,
  session: tokensInStorage,
  language: () => language.value,
  pause: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  exclusively,
  reached: (reachable) => {
    useNetwork().online = reachable;
  },
});

export const actionKeys = createActionKeys(
  storage,
  () => randomKey(),
  () => Date.now(),
);
