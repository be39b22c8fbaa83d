import { createHash, randomBytes } from 'node:crypto';
import { read, readAnswer, type WechatCall } from './call';
import type { Answer } from './http';
import { asText } from './json';
import { type Outcome, rejected, succeeded, unknown } from './outcome';
import type { GetAccessToken, JsonObject, LinkInput, MiniProgramCodeInput, Picture, WechatOpen, WechatOpenConfig } from './types';

type Pages = Pick<WechatOpen, 'jsSdkConfig' | 'miniProgramCode' | 'urlLink' | 'urlScheme'>;

const SCENE = /^[\dA-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}$/;

/**
 * Ways into the mini program and into WeChat's page interface.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/getUnlimitedQRCode.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/url-link/generateUrlLink.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/url-scheme/generateScheme.html
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
 */
export function createPages(config: WechatOpenConfig, call: WechatCall, getTicket: GetAccessToken): Pages {
  return {
    jsSdkConfig: async (url) => {
      const ticket = await getTicket();
      if (ticket.kind !== 'ok') return ticket;
      const timestamp = Math.floor(config.clock.now() / 1_000);
      const nonceStr = randomBytes(8).toString('hex');
      const signature = signJsSdk({ ticket: ticket.value, nonceStr, timestamp, url });
      return succeeded({ appId: config.appId, timestamp, nonceStr, signature });
    },

    miniProgramCode: async (input) => {
      if (!SCENE.test(input.scene)) return rejected('scene.invalid', '1-32 of digits, letters and certain signs');
      return call.postFor('/wxa/getwxacodeunlimit', codeBody(input), readPicture);
    },

    urlLink: async (input) => {
      const body = { path: input.path ?? '', query: input.query ?? '', env_version: input.version ?? 'release', ...expiry(input) };
      return read(await call.post('/wxa/generate_urllink', body), (content) => asText(content.url_link));
    },

    urlScheme: async (input) => {
      const target = { path: input.path ?? '', query: input.query ?? '', env_version: input.version ?? 'release' };
      return read(await call.post('/wxa/generatescheme', { jump_wxa: target, is_expire: true, ...expiry(input) }), (content) =>
        asText(content.openlink),
      );
    },
  };
}

const expiry = ({ expiresAt }: LinkInput) => ({ expire_type: 0, expire_time: Math.floor(expiresAt / 1_000) });

/** SHA-1 over the four fields in alphabetical order; the fragment is not part of the page's address. */
export function signJsSdk(input: {
  readonly ticket: string;
  readonly nonceStr: string;
  readonly timestamp: number;
  readonly url: string;
}): string {
  const page = input.url.split('#', 1)[0] ?? '';
  const text = `jsapi_ticket=${input.ticket}&noncestr=${input.nonceStr}&timestamp=${input.timestamp}&url=${page}`;
  return createHash('sha1').update(text).digest('hex');
}

function codeBody(input: MiniProgramCodeInput): JsonObject {
  return {
    scene: input.scene,
    ...(input.page === undefined ? {} : { page: input.page }),
    check_path: input.checkPath ?? true,
    env_version: input.version ?? 'release',
    width: input.widthPixels ?? 430,
    is_hyaline: input.transparent ?? false,
  };
}

/** The status is 200 in both cases, so the first bytes decide: a picture, or the JSON of an error. */
function readPicture({ bytes }: Answer): Outcome<Picture> {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return succeeded({ contentType: 'image/jpeg', bytes });
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return succeeded({ contentType: 'image/png', bytes });
  const answer = readAnswer({ bytes });
  return answer.kind === 'rejected' ? answer : unknown('answer neither picture nor error');
}

const startsWith = (bytes: Uint8Array, head: readonly number[]): boolean => head.every((byte, index) => bytes[index] === byte);
