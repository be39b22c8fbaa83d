/** Origin of the server. Browsers are served by it; other platforms are told when they are built. */
export function serverOrigin(): string {
  // #ifdef H5
  return '';
  // #endif
  // #ifndef H5
  return import.meta.env.VITE_QIANXING_ORIGIN ?? 'http://127.0.0.1:7300';
  // #endif
}

/** Address of a picture as the platform's picture element takes it. */
export const pictureUrl = (url: string | null | undefined): string => (url?.startsWith('/') ? serverOrigin() + url : (url ?? ''));
