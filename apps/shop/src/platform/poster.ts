import { type Answer, failureOf } from '@/api/failure';
import { urlOf } from '@/api/client';
import { tokensInStorage } from '@/stores/session';
import { api } from '@/api';
import { download } from './files';
import { serverOrigin } from './origin';

/**
 * The poster as a source for a picture element: the server gives it to its promoter only, so it is fetched with the session and kept
 * as a data address in browsers, as a local file elsewhere.
 */
export async function fetchPoster(productId: string | null): Promise<Answer<string>> {
  // Any call refreshes an expired session first; the poster is not JSON and goes its own way.
  const alive = await api.get('/api/v1/me');
  if (!alive.ok) return alive;
  const token = tokensInStorage.current()?.accessToken ?? '';
  const url = serverOrigin() + urlOf('/api/v1/promoter/poster', {}, { productId });
  // #ifdef H5
  return fetchInBrowser(url, token);
  // #endif
  // #ifndef H5
  return new Promise((resolve) => {
    uni.downloadFile({
      url,
      header: { authorization: `Bearer ${token}` },
      success: ({ statusCode, tempFilePath }) =>
        resolve(statusCode === 200 ? { ok: true, value: tempFilePath } : { ok: false, failure: failureOf(statusCode, {}, undefined) }),
      fail: () => resolve({ ok: false, failure: { kind: 'offline' } }),
    });
  });
  // #endif
}

async function fetchInBrowser(url: string, token: string): Promise<Answer<string>> {
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok)
      return {
        ok: false,
        failure: failureOf(answer.status, Object.fromEntries(answer.headers.entries()), await answer.json().catch(() => undefined)),
      };
    return { ok: true, value: await dataAddress(await answer.blob()) };
  } catch {
    return { ok: false, failure: { kind: 'offline' } };
  }
}

function dataAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** Saves the poster to the album or the downloads; answers whether that worked. */
export function savePoster(source: string): Promise<boolean> {
  // #ifdef H5
  download('poster.png', source);
  return Promise.resolve(true);
  // #endif
  // #ifndef H5
  return new Promise((resolve) => {
    uni.saveImageToPhotosAlbum({ filePath: source, success: () => resolve(true), fail: () => resolve(false) });
  });
  // #endif
}
