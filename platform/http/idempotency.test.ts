import { ok } from '@qianxing/errors';
import { describe, expect, it } from 'vitest';
import { defineContract, type HttpServer, type IdempotencyStore, implement } from './index';
import { Closed, Type } from './schemas';
import { fail, memoryIdempotency, startServer } from './server-for-tests';

const contracts = defineContract({
  pay: {
    method: 'POST',
    path: '/api/v1/pay/:orderId',
    access: 'visitor',
    summary: '-',
    params: Closed({ orderId: Type.String() }),
    body: Closed({ amountFen: Type.Integer() }),
    response: Closed({ run: Type.Integer(), amountFen: Type.Integer() }),
    status: 201,
    idempotent: true,
  },
  own: { method: 'POST', path: '/api/v1/own', access: 'public', summary: '-', response: Type.Unknown(), idempotent: 'handler' },
  touch: { method: 'POST', path: '/api/v1/touch', access: 'public', summary: '-', idempotent: true },
});

type Behaviour = 'succeed' | 'refuse' | 'throw' | 'answerNonsense';

function setUp(store: IdempotencyStore = memoryIdempotency()) {
  const state = { runs: 0, behaviour: 'succeed' as Behaviour, wait: Promise.resolve() };
  const server = startServer({
    idempotency: store,
    routes: [
      implement(contracts.pay, async ({ body }) => {
        state.runs += 1;
        await state.wait;
        if (state.behaviour === 'throw') throw new Error('lost');
        if (state.behaviour === 'refuse') return fail('outOfStock', { params: { sku: 'x' } });
        if (state.behaviour === 'answerNonsense') return ok({} as never);
        return ok({ run: state.runs, amountFen: body.amountFen });
      }),
      implement(contracts.own, async ({ idempotencyKey, requestHash }) => ok({ idempotencyKey, requestHash })),
      implement(contracts.touch, async () => {
        state.runs += 1;
        return ok(undefined);
      }),
    ],
  });
  return { state, server };
}

function gate(): { readonly promise: Promise<void>; release(): void } {
  let open: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, release: () => open?.() };
}

interface Sent {
  readonly key?: string;
  readonly amountFen?: number;
  readonly orderId?: string;
  readonly member?: string;
}
const pay = (server: HttpServer, { key = 'key-00001', amountFen = 5, orderId = 'o1', member = 'm1' }: Sent = {}) =>
  server.inject({
    method: 'POST',
    url: `/api/v1/pay/${orderId}`,
    payload: { amountFen },
    headers: { authorization: `Bearer member.${member}`, ...(key === '' ? {} : { 'idempotency-key': key }) },
  });

describe('an idempotent route', () => {
  it('runs once per key and sends the same answer again', async () => {
    const { server, state } = setUp();
    const [first, second] = [await pay(server), await pay(server)];
    expect([first.statusCode, first.json()]).toEqual([201, { run: 1, amountFen: 5 }]);
    expect([second.statusCode, second.body, second.headers['content-type']]).toEqual([201, first.body, first.headers['content-type']]);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed'], state.runs]).toEqual([undefined, 'true', 1]);
  });

  it('also when there is no answer body', async () => {
    const { server, state } = setUp();
    const touch = () => server.inject({ method: 'POST', url: '/api/v1/touch', headers: { 'idempotency-key': 'key-00001' } });
    for (const answer of [await touch(), await touch()]) expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(state.runs).toBe(1);
  });

  it('refuses a key that was used for something else: another body, another address', async () => {
    const { server, state } = setUp();
    await pay(server);
    for (const other of [await pay(server, { amountFen: 6 }), await pay(server, { orderId: 'o2' })])
      expect([other.statusCode, other.json().code]).toEqual([409, 'request.idempotencyKeyReused']);
    expect(state.runs).toBe(1);
  });

  it('keeps the keys of different members apart', async () => {
    const { server } = setUp();
    await pay(server);
    expect((await pay(server, { member: 'm2', amountFen: 7 })).json()).toEqual({ run: 2, amountFen: 7 });
  });

  it('runs once when the same request comes twice at the same time', async () => {
    const { server, state } = setUp();
    const { promise, release } = gate();
    state.wait = promise;
    const first = pay(server);
    while (state.runs === 0) await new Promise(setImmediate);
    const second = await pay(server);
    release();
    expect([second.statusCode, second.json().code, second.headers['retry-after']]).toEqual([409, 'request.idempotencyInProgress', '1']);
    expect([(await first).statusCode, state.runs]).toEqual([201, 1]);
  });

  it('would run twice without the store: the guard is what prevents it', async () => {
    const blind: IdempotencyStore = {
      begin: async () => ({ kind: 'fresh' }),
      finish: async () => undefined,
      abandon: async () => undefined,
    };
    const { server, state } = setUp(blind);
    await Promise.all([pay(server), pay(server)]);
    expect(state.runs).toBe(2);
  });

  it('may be tried again with the same key after a refusal or a crash, since nothing was changed', async () => {
    const { server, state } = setUp();
    for (const [behaviour, status] of [
      ['refuse', 409],
      ['throw', 500],
      ['succeed', 201],
    ] as const) {
      state.behaviour = behaviour;
      expect((await pay(server)).statusCode).toBe(status);
    }
    expect([(await pay(server)).json().run, state.runs]).toEqual([3, 3]);
  });

  it('does not run again when the operation was done but its answer could not be written', async () => {
    const { server, state } = setUp();
    state.behaviour = 'answerNonsense';
    for (const answer of [await pay(server), await pay(server)])
      expect([answer.statusCode, answer.json().code]).toEqual([500, 'request.internal']);
    expect(state.runs).toBe(1);
  });

  it('answers a success even if the answer cannot be kept', async () => {
    const store = memoryIdempotency();
    let attempts = 0;
    const { server } = setUp({
      ...store,
      finish: async () => {
        attempts += 1;
        throw new Error('no database');
      },
    });
    expect([(await pay(server)).statusCode, attempts]).toEqual([201, 3]);
  });

  it.each([
    ['', 'request.idempotencyKeyMissing'],
    ['short', 'request.idempotencyKeyInvalid'],
    ['has spaces in it', 'request.idempotencyKeyInvalid'],
    ['x'.repeat(129), 'request.idempotencyKeyInvalid'],
  ])('needs a proper key: %j', async (key, code) => {
    const { server, state } = setUp();
    const answer = await pay(server, { key });
    expect([answer.statusCode, answer.json().code, state.runs]).toEqual([400, code, 0]);
  });

  it('stores nothing for a request that does not fit its contract', async () => {
    const store = memoryIdempotency();
    const { server, state } = setUp(store);
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/pay/o1',
      payload: { amountFen: 'x' },
      headers: { 'idempotency-key': 'key-00001' },
    });
    expect([answer.statusCode, state.runs, store.entries.size]).toEqual([422, 0, 0]);
  });
});

describe('a handler that keeps its answers itself', () => {
  it('gets the key and a hash of what was sent, and the store is left alone', async () => {
    const store = memoryIdempotency();
    const { server } = setUp(store);
    const send = async (url: string, payload: string) =>
      (
        await server.inject({
          method: 'POST',
          url,
          payload,
          headers: { 'content-type': 'application/json', 'idempotency-key': 'key-00001' },
        })
      ).json();
    const [one, same] = [await send('/api/v1/own', '{}'), await send('/api/v1/own', '{}')];
    expect(one).toEqual({ idempotencyKey: 'key-00001', requestHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(same).toEqual(one);
    expect((await send('/api/v1/own', '{ }')).requestHash).not.toBe(one.requestHash);
    expect(store.entries.size).toBe(0);
  });
});
