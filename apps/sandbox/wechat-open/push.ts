import { SECOND_MS } from '../clock';
import type { FaultName } from '../fault-catalogue';
import { takeFaults } from '../faults';
import { type Notice, type NoticeSender, type Parcel, postNotice } from '../notices';
import { nextHex, type World } from '../world';
import { withBareNumbers } from './bare-numbers';
import { encryptPush, pushSignature } from './push-cipher';

/** Receivers of message push: each has its own address, token and key. */
export type PushReceiver = 'channelsShop' | 'miniProgram';

const partyOf = { channelsShop: 'channels-shop', miniProgram: 'wechat-open' } as const;
const receiverOf = (notice: Notice): PushReceiver => (notice.party === 'channels-shop' ? 'channelsShop' : 'miniProgram');
const secretsOf = (world: World, receiver: PushReceiver) =>
  receiver === 'channelsShop'
    ? { ...world.credentials.channelsShop }
    : { appid: world.credentials.miniProgram.appid, ...world.credentials.miniProgramPush };

/** Sends an event to the configured callback; without one nothing happens, as with WeChat. */
export function pushEvent(
  world: World,
  receiver: PushReceiver,
  event: string,
  objectKey: string,
  members: Readonly<Record<string, unknown>>,
): void {
  const url = world.state.callbacks[receiver];
  if (url === null) return;
  const faults = takeFaults(world, partyOf[receiver], 'event', 'notice', objectKey);
  // Members marked @@ are 64-bit numbers and stand bare in the message.
  const content = withBareNumbers({
    ToUserName: `gh_${secretsOf(world, receiver).appid.slice(2, 14)}`,
    FromUserName: 'oPlatform',
    CreateTime: Math.floor(world.clock.now() / 1_000),
    MsgType: 'event',
    Event: faults.some((fault) => fault.fault === 'noticeUnknownEvent') ? 'something_new' : event,
    ...members,
  });
  postNotice(world, { party: partyOf[receiver], operation: 'event', objectKey, title: event, url, content }, faults);
}

/** Three repeats after the first try (§12.6). */
export const pushSender: NoticeSender = {
  retryGapsMs: [5 * SECOND_MS, 5 * SECOND_MS, 5 * SECOND_MS],
  accepts: (httpStatus, body) => httpStatus === 200 && (body === '' || body === 'success'),
  pack: (world: World, notice: Notice, fault: FaultName | undefined): Parcel => {
    const { appid, token, encodingAesKey } = secretsOf(world, receiverOf(notice));
    const timestamp = String(Math.floor(world.clock.now() / 1_000) + (fault === 'noticeFuture' ? 360 : 0));
    const nonce = String(Number.parseInt(nextHex(world, 8), 16));
    const tail = fault === 'noticeWrongTail' ? 'wx0000000000000000' : appid;
    const key = fault === 'noticeWrongCipherKey' ? 'A'.repeat(43) : encodingAesKey;
    const encrypted = encryptPush(key, nextHex(world, 16), notice.content, tail);
    const signingToken = fault === 'noticeWrongKey' ? 'stranger' : token;
    const query = new URLSearchParams({
      signature: pushSignature(signingToken, timestamp, nonce),
      timestamp: fault === 'noticeTimestampChanged' ? String(Number(timestamp) + 1) : timestamp,
      nonce,
      openid: 'oPlatform',
      encrypt_type: 'aes',
      msg_signature: pushSignature(signingToken, timestamp, nonce, encrypted),
    });
    const sent = fault === 'noticeTampered' ? `${encrypted.startsWith('A') ? 'B' : 'A'}${encrypted.slice(1)}` : encrypted;
    return {
      url: `${notice.url}${notice.url.includes('?') ? '&' : '?'}${query}`,
      headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0' },
      body: Buffer.from(JSON.stringify({ ToUserName: `gh_${appid.slice(2, 14)}`, Encrypt: sent })),
    };
  },
};

/** The address check a back office makes before it saves a callback: the server must answer the echo text. */
export async function checkCallback(world: World, receiver: PushReceiver, url: string): Promise<boolean> {
  const { token } = secretsOf(world, receiver);
  const timestamp = String(Math.floor(world.clock.now() / 1_000));
  const nonce = nextHex(world, 10);
  const echo = nextHex(world, 16);
  const query = new URLSearchParams({ signature: pushSignature(token, timestamp, nonce), timestamp, nonce, echostr: echo });
  try {
    const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}${query}`, { signal: AbortSignal.timeout(5_000) });
    return response.status === 200 && (await response.text()) === echo;
  } catch {
    return false;
  }
}
