import type { Transport } from '@/api/client';

const TIMEOUT_MS = 15_000;

const lowerCase = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

const parsed = (data: unknown): unknown => {
  if (typeof data !== 'string') return data;
  if (data === '') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
};

/** `uni.request` of every platform as a transport. */
export const uniTransport: Transport = (request) =>
  new Promise((resolve) => {
    uni.request({
      url: request.url,
      // The type of the framework lacks PATCH; browsers, WeChat and the App take it.
      method: request.method as UniApp.RequestOptions['method'],
      header: request.headers,
      data: request.body === undefined ? undefined : JSON.stringify(request.body),
      dataType: 'text',
      timeout: TIMEOUT_MS,
      success: (answer) =>
        resolve({ status: answer.statusCode, headers: lowerCase(answer.header as Record<string, unknown>), body: parsed(answer.data) }),
      fail: (error: { errMsg?: string }) => resolve(/timeout/i.test(error.errMsg ?? '') ? 'timeout' : 'offline'),
    });
  });
