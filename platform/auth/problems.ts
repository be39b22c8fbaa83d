import { defineProblems } from '@qianxing/errors';

/** Failures of credentials. They say too little to help somebody who guesses. */
export const authProblems = defineProblems('auth', {
  tokenExpired: { status: 401, zh: '登录已过期，请刷新登录状态', en: 'The access token has expired: refresh it' },
  tokenInvalid: { status: 401, zh: '登录凭证无效，请重新登录', en: 'The access token is not valid: sign in again' },
  linkInvalid: { status: 422, zh: '链接无效，请向分享者重新获取', en: 'The link is not valid: ask for a new one' },
  linkExpired: { status: 410, zh: '链接已过期，请重新获取', en: 'The link has expired: ask for a new one' },
});
