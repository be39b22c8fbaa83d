import { createCall } from './call';
import { checkedBaseUrl } from './http';
import { createLogin } from './login';
import { createMessages } from './message';
import { createPages } from './page';
import { createShipping } from './shipping';
import { createAccessTokens, createJsapiTickets } from './token';
import type { GetAccessToken, WechatOpen, WechatOpenConfig } from './types';

/**
 * Client of one WeChat application.
 *
 * @throws TypeError when a base URL is not an address: a mistake of configuration, told at start
 */
export function createWechatOpen(config: WechatOpenConfig): WechatOpen {
  const authorizeBase = checkedBaseUrl(config.authorizeBaseUrl);
  // The call needs tokens and tokens are fetched by a call, hence the indirection.
  const getAccessToken: GetAccessToken = (options) => accessTokens(options);
  const call = createCall(config, getAccessToken);
  const accessTokens = createAccessTokens(config, call);
  return {
    getAccessToken,
    ...createLogin(config, authorizeBase, call),
    ...createPages(config, call, createJsapiTickets(config, call)),
    ...createShipping(config.appId, call),
    ...createMessages(call),
  };
}
