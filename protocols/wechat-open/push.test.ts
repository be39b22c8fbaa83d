import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessagePush, type MessagePushConfig, type Outcome, type PushMessage } from './index';
import { pushSignature } from './push';

const APP_ID = 'wx0000000000000001';
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const OTHER_KEY = 'ABCDEFGabcdefghijklmnopqrstuvwxyz0123456789';
const config: MessagePushConfig = { appId: APP_ID, token: 'tok', mode: 'secure', encodingAesKeys: [AES_KEY] };

/** Vectors computed outside this program. */
const VECTOR_ENCRYPT = 'Q3stYC6hdFzMh9T8HCvyDOA/iLrelcj9j5xTDYBqC6EbxEZnLnOUXOOaMBAJNboxuJyp00wl7WDdQWU2S+xjnQ==';
const VECTOR_SIGNATURE = '822892eaea45f8140bcf1d90e5e784309f39a2bc';

interface SealOptions {
  readonly appId?: string;
  readonly key?: string;
  readonly pad?: (size: number) => Buffer;
}

/** The sender's side, written for the test alone. */
function seal(message: string, { appId = APP_ID, key = AES_KEY, pad = (size) => Buffer.alloc(size, size) }: SealOptions = {}): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const open = Buffer.concat([Buffer.from('0123456789abcdef'), length, text, Buffer.from(appId)]);
  const padded = Buffer.concat([open, pad(32 - (open.length % 32))]);
  const aes = Buffer.from(`${key}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', aes, aes.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

function signed(sealed: string, format: 'json' | 'xml' = 'json', extra = {}) {
  const query = {
    timestamp: '1700000000',
    nonce: 'n1',
    encrypt_type: 'aes',
    msg_signature: pushSignature(['tok', '1700000000', 'n1', sealed]),
  };
  const body =
    format === 'json'
      ? JSON.stringify({ ToUserName: 'gh_1', ...extra, Encrypt: sealed })
      : `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`;
  return { query, body };
}

const listing = {
  ToUserName: 'gh_1',
  FromUserName: 'o1',
  CreateTime: 1_700_000_000,
  MsgType: 'event',
  Event: 'product_spu_listing',
  ProductSpuListing: { product_id: '123', status: 5 },
};

function messageOf(outcome: Outcome<PushMessage>): PushMessage {
  if (outcome.kind !== 'ok') throw new Error(`expected a message, got ${JSON.stringify(outcome)}`);
  return outcome.value;
}

describe('the URL check of message push', () => {
  it('given the published sample, when WeChat asks, then the echo is given back', () => {
    const push = createMessagePush({ ...config, token: 'AAAAA' });
    const query = { signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696', timestamp: '1714036504', nonce: '1514711492', echostr: '4375' };
    expect(push.confirmUrl(query)).toEqual({ kind: 'ok', value: '4375' });
  });

  it('given a parameter missing, doubled or changed, then the echo is withheld', () => {
    const push = createMessagePush({ ...config, token: 'AAAAA' });
    const good = { signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696', timestamp: '1714036504', nonce: '1514711492', echostr: '4375' };
    for (const name of Object.keys(good)) expect(push.confirmUrl({ ...good, [name]: undefined })).toMatchObject({ code: 'push.signature' });
    for (const name of ['signature', 'timestamp', 'nonce'] as const) {
      expect(push.confirmUrl({ ...good, [name]: [good[name], good[name]] })).toMatchObject({ code: 'push.signature' });
      expect(push.confirmUrl({ ...good, [name]: `${good[name].slice(0, -1)}9` })).toMatchObject({ code: 'push.signature' });
    }
  });
});

describe('secure mode', () => {
  it('given the fixed vector, then signature and seal of this test agree with it', () => {
    expect(seal('{"Event":"x"}')).toBe(VECTOR_ENCRYPT);
    expect(pushSignature(['tok', '1700000000', 'n1', VECTOR_ENCRYPT])).toBe(VECTOR_SIGNATURE);
  });

  it('given the fixed vector, when received, then it opens and only its lack of a sender is told', () => {
    const query = { timestamp: '1700000000', nonce: 'n1', msg_signature: VECTOR_SIGNATURE };
    const outcome = createMessagePush(config).receive({ query, body: JSON.stringify({ Encrypt: VECTOR_ENCRYPT }) });
    expect(outcome).toEqual({ kind: 'rejected', code: 'push.body', message: 'incomplete' });
  });

  it.each(['json', 'xml'] as const)('given a sealed event in %s, then it is typed', (format) => {
    const message = messageOf(createMessagePush(config).receive(signed(seal(JSON.stringify(listing)), format)));
    expect(message).toMatchObject({ event: 'product_spu_listing', fromUserName: 'o1', createdAt: 1_700_000_000_000, messageType: 'event' });
    expect(message.content.ProductSpuListing).toEqual({ product_id: '123', status: 5 });
  });

  it('given XML inside, then leaves are text and repeated elements a list', () => {
    const xml =
      '<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName>o1</FromUserName><CreateTime>1700000000</CreateTime>' +
      '<MsgType>event</MsgType><Event>e</Event><List><A>1 &amp; 2</A></List><List><A>&#65;</A></List></xml>';
    const message = messageOf(createMessagePush(config).receive(signed(seal(xml), 'xml')));
    expect(message.createdAt).toBe(1_700_000_000_000);
    expect(message.content.List).toEqual([{ A: '1 & 2' }, { A: 'A' }]);
  });

  it('given ids beyond 2^53, then every digit is kept', () => {
    const raw = '{"FromUserName":"o1","CreateTime":1700000000,"MsgType":"event","Event":"e","order_info":{"order_id":9223372036854775807}}';
    const message = messageOf(createMessagePush(config).receive(signed(seal(raw))));
    expect(message.content.order_info).toEqual({ order_id: '9223372036854775807' });
  });

  it('given another application, a broken pad or another key, then it is refused although signed', () => {
    const push = createMessagePush(config);
    const text = JSON.stringify(listing);
    expect(push.receive(signed(seal(text, { appId: 'wx0000000000000002' })))).toMatchObject({ code: 'push.appId' });
    const zeros = (size: number) => Buffer.alloc(size);
    expect(push.receive(signed(seal(text, { pad: zeros })))).toMatchObject({ code: 'push.padding' });
    const uneven = (size: number) => Buffer.concat([Buffer.alloc(size - 1, 1), Buffer.from([size])]);
    expect(push.receive(signed(seal(`${text} `, { pad: uneven })))).toMatchObject({ code: 'push.padding' });
    expect(push.receive(signed(seal(text, { key: OTHER_KEY }))).kind).toBe('rejected');
    expect(push.receive(signed('AAAA'))).toMatchObject({ code: 'push.padding' });
  });

  it('given two keys during rotation, then both open', () => {
    const push = createMessagePush({ ...config, encodingAesKeys: [OTHER_KEY, AES_KEY] });
    expect(push.receive(signed(seal(JSON.stringify(listing)))).kind).toBe('ok');
    expect(push.receive(signed(seal(JSON.stringify(listing), { key: OTHER_KEY }))).kind).toBe('ok');
  });

  it('given plain content signed as in plain mode, then it is refused: the mode cannot be lowered from outside', () => {
    const query = { timestamp: '1', nonce: '2', signature: pushSignature(['tok', '1', '2']) };
    const request = { query, body: JSON.stringify(listing) };
    expect(createMessagePush({ ...config, mode: 'plain', encodingAesKeys: [] }).receive(request).kind).toBe('ok');
    for (const mode of ['secure', 'compatible'] as const) {
      expect(createMessagePush({ ...config, mode }).receive(request)).toMatchObject({ code: 'push.signature' });
    }
  });

  it('given compatible mode, then the sealed content is believed and the plain one beside it is not', () => {
    const forged = { Event: 'forged' };
    const message = messageOf(
      createMessagePush({ ...config, mode: 'compatible' }).receive(signed(seal(JSON.stringify(listing)), 'json', forged)),
    );
    expect(message.event).toBe('product_spu_listing');
  });

  it('given any bit flipped in the sealed text or in the signed query, then it is refused', () => {
    const push = createMessagePush(config);
    const sealed = seal(JSON.stringify(listing));
    const { query } = signed(sealed);
    const fields = ['Encrypt', 'timestamp', 'nonce', 'msg_signature'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.nat(), fc.integer({ min: 0, max: 6 }), (field, position, bit) => {
        const parts: Record<(typeof fields)[number], string> = { ...query, Encrypt: sealed };
        const bytes = Buffer.from(parts[field], 'latin1');
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        parts[field] = bytes.toString('latin1');
        const { Encrypt, ...changed } = parts;
        expect(push.receive({ query: changed, body: JSON.stringify({ Encrypt }) }).kind).toBe('rejected');
      }),
    );
    expect(push.receive({ query, body: JSON.stringify({ Encrypt: sealed }) }).kind).toBe('ok');
  });

  it('given any bytes as body, then nothing is thrown and nothing is accepted', () => {
    const push = createMessagePush(config);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.dictionary(fc.string(), fc.string()), (body, query) => {
        expect(push.receive({ query, body }).kind).toBe('rejected');
      }),
    );
    expect(push.receive({ query: signed(seal('{}')).query, body: new Uint8Array([0xff, 0xfe]) })).toMatchObject({ code: 'push.body' });
    expect(push.receive({ query: {}, body: 'x'.repeat(2 * 1024 * 1024 + 1) })).toMatchObject({ code: 'push.body' });
  });

  it('given a wrong key in the configuration, then it is told at start', () => {
    expect(() => createMessagePush({ ...config, encodingAesKeys: ['short'] })).toThrow(TypeError);
    expect(() => createMessagePush({ ...config, encodingAesKeys: [] })).toThrow(TypeError);
  });
});

describe('the key against repetition', () => {
  const push = createMessagePush(config);
  const keyOf = (message: object) => messageOf(push.receive(signed(seal(JSON.stringify(message))))).dedupeKey;

  it('given one event three times, then one key; given two events of one sender in one second, then two', () => {
    expect(new Set([keyOf(listing), keyOf(listing), keyOf(listing)]).size).toBe(1);
    expect(keyOf({ ...listing, ProductSpuListing: { product_id: '124', status: 5 } })).not.toBe(keyOf(listing));
  });

  it('given a message with an id, then its id decides', () => {
    const text = { FromUserName: 'o1', CreateTime: 1, MsgType: 'text', MsgId: '900719925474099399' };
    expect(keyOf({ ...text, CreateTime: 2 })).toBe(keyOf(text));
    expect(keyOf(text)).toBe('message:900719925474099399');
  });
});
