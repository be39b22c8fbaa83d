import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { toBase64, utf8 } from '../core/bytes';
import { formatCheckpoint, openCheckpoint } from '../core/checkpoint';
import { EMPTY_ROOT, leafHash } from '../core/hash';
import { signerKey, verifierKey } from '../core/key';
import { createSigner, formatNote } from '../core/note';
import { consistencyPath } from '../core/path';
import type { LeafRange } from '../core/proof';
import { appendLeaves, EMPTY_RANGE, rangeRoot } from '../core/tree';
import { openSqliteForTests, type TestLogDatabase } from '../testing/databases';
import { describeEachDatabase } from '../testing/each';
import { LOG_KEY, ORIGIN, roguePen, START, texts } from '../testing/fixture';
import { fetchFromWitness, submitCheckpoint } from './client';
import { witnessListener } from './http';
import { type WitnessStore, witnessStore } from './store';
import { createWitness, type Witness } from './witness';

const leaves = texts(0, 40).map((text) => leafHash(utf8(text)));
const rootOf = ({ start, end }: LeafRange) => rangeRoot(appendLeaves(EMPTY_RANGE, leaves.slice(Number(start), Number(end))));
const root = (size: number) => rootOf({ start: 0n, end: BigInt(size) });
const proof = (from: number, to: number) => consistencyPath(BigInt(from), BigInt(to)).map(rootOf);
const signed = (size: number, hash = root(size), origin = ORIGIN, signer = roguePen()) => {
  const text = formatCheckpoint({ origin, size: BigInt(size), root: hash });
  return formatNote({ text, signatures: [signer.sign(text)] });
};
const request = (old: number | string, hashes: readonly Uint8Array[], note: string) =>
  utf8(`old ${old}\n${hashes.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`);
const grow = (from: number, to: number) => request(from, proof(from, to), signed(to));

const witnessKey = signerKey('w.example', 'cosignature', new Uint8Array(32).fill(9));
const verifying = verifierKey('w.example', 'cosignature', witnessKey.publicKey);
const witnessWith = (store: WitnessStore): Witness =>
  createWitness({ signer: createSigner(witnessKey, () => START / 1_000), logs: [{ origin: ORIGIN, key: LOG_KEY }], store });

const opened: TestLogDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

describeEachDatabase('a witness', (open) => {
  const start = async () => {
    const database = await open();
    opened.push(database);
    return { database, witness: witnessWith(witnessStore(database.connect())) };
  };

  it('cosigns what continues the tree it saw, and shows it', async () => {
    const { witness } = await start();
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 17],
      [17, 40],
    ] as const) {
      const answer = await witness.addCheckpoint(grow(from, to));
      expect(answer).toMatchObject({ status: 200, contentType: 'text/plain; charset=utf-8' });
      const policy = { logs: [], witnesses: [{ name: 'w', key: verifying }], groups: [], quorum: 'w' };
      const cosigned = openCheckpoint(signed(to) + answer.body, { origin: ORIGIN, logKey: LOG_KEY, policy });
      expect(cosigned).toMatchObject({ ok: true, value: { witnesses: [{ name: 'w', timeSeconds: BigInt(START / 1_000) }] } });
      const hash = createHash('sha256').update(ORIGIN).digest('hex');
      expect(await witness.latestCheckpoint(hash)).toMatchObject({ status: 200, body: signed(to) + answer.body });
    }
    expect(await witness.latestCheckpoint('0'.repeat(64))).toMatchObject({ status: 404 });
  });

  it('cosigns the empty tree and then anything', async () => {
    const { witness } = await start();
    expect(await witness.addCheckpoint(request(0, [], signed(0, EMPTY_ROOT)))).toMatchObject({ status: 200 });
    expect(await witness.addCheckpoint(request(0, [], signed(0, root(3))))).toMatchObject({ status: 422 });
    expect(await witness.addCheckpoint(grow(0, 9))).toMatchObject({ status: 200 });
  });

  it('keeps nothing that others have added to the note', async () => {
    const { witness } = await start();
    const junk = '— stranger.example AAAAAAAAAAAA\n';
    const answer = await witness.addCheckpoint(request(0, [], `${signed(5)}${junk}`));
    const shown = await witness.latestCheckpoint(createHash('sha256').update(ORIGIN).digest('hex'));
    expect(shown.body).toBe(signed(5) + answer.body);
  });

  it('answers exactly as the protocol says, and remembers nothing of what it refused', async () => {
    const { witness } = await start();
    await witness.addCheckpoint(grow(0, 8));
    const otherLog = createSigner(signerKey('other.example', 'ed25519', new Uint8Array(32).fill(3)));
    const impostor = createSigner(signerKey(ORIGIN, 'ed25519', new Uint8Array(32).fill(4)));
    const forged = signed(9).replace(/(?<=\n— \S+ .{20})[A-Za-y]/u, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
    const cases: [string, Uint8Array, number, string?][] = [
      ['an unknown log', request(8, [], signed(9, root(9), 'other.example', otherLog)), 404],
      ['a key that is not the log’s', request(8, proof(8, 9), signed(9, root(9), ORIGIN, impostor)), 403],
      ['a signature that is wrong', request(8, proof(8, 9), forged), 403],
      ['an older size than it has', grow(5, 9), 409, '8\n'],
      ['a newer size than it has', grow(9, 12), 409, '8\n'],
      ['no memory at all', grow(0, 9), 409, '8\n'],
      ['a size larger than the checkpoint', request(8, [], signed(7)), 400],
      ['a proof that is wrong', request(8, proof(8, 20).reverse(), signed(20)), 422],
      ['a proof that is cut', request(8, proof(8, 20).slice(1), signed(20)), 422],
      ['another root of the same size', request(8, [], signed(8, root(9))), 422],
      ['a proof where none is needed', request(8, [root(1)], signed(8)), 422],
      ['a root that another history leads to', request(8, proof(8, 20), signed(20, root(21))), 422],
      ['no old size', utf8(`\n${signed(9)}`), 400],
      ['a size with a sign', request('+8', proof(8, 9), signed(9)), 400],
      ['a size with a zero before it', request('08', proof(8, 9), signed(9)), 400],
      [
        '64 hashes',
        request(
          8,
          Array.from({ length: 64 }, () => root(1)),
          signed(9),
        ),
        400,
      ],
      ['a short hash', request(8, [new Uint8Array(31)], signed(9)), 400],
      ['no checkpoint', utf8('old 8\n'), 400],
      ['bytes that are no text', Uint8Array.of(0xff, 0xfe), 400],
      ['an extension line', request(8, [], signed(8).replace('\n\n', '\nextension\n\n')), 400],
    ];
    for (const [what, body, status, text] of cases) {
      const answer = await witness.addCheckpoint(body);
      expect([what, answer.status]).toEqual([what, status]);
      if (status === 409) expect(answer).toMatchObject({ contentType: 'text/x.tlog.size', body: text });
      expect(answer.body).not.toContain('—');
    }
    expect(await witness.addCheckpoint(grow(8, 9))).toMatchObject({ status: 200 });
  });

  it('asked by two at once cosigns one history: the slower one is told the new size', async () => {
    const { database } = await start();
    const answers = await overtaken((race) => racing(witnessStore(database.connect()), race));
    expect(answers).toEqual({ slow: 409, quick: 200, size: '12' });
  });

  it('keeps what it saw when it dies and starts again', async () => {
    const { database, witness } = await start();
    await witness.addCheckpoint(grow(0, 8));
    expect(await witnessWith(witnessStore(database.connect())).addCheckpoint(grow(0, 9))).toMatchObject({ status: 409, body: '8\n' });
  });
});

/** Lets somebody in between reading the state and replacing it. */
function racing(store: WitnessStore, race: () => Promise<unknown>): WitnessStore {
  return {
    latest: (origin) => store.latest(origin),
    async advance(origin, from, to) {
      await race();
      return store.advance(origin, from, to);
    },
  };
}

/** A request for 9 leaves is held back until one for 12 has been answered. */
async function overtaken(storeWith: (race: () => Promise<unknown>) => WitnessStore) {
  let isArmed = false;
  const quick: number[] = [];
  const store: WitnessStore = storeWith(async () => {
    if (!isArmed) return;
    isArmed = false;
    quick.push((await witnessWith(store).addCheckpoint(grow(8, 12))).status);
  });
  await witnessWith(store).addCheckpoint(grow(0, 8));
  isArmed = true;
  const slow = await witnessWith(store).addCheckpoint(grow(8, 9));
  return { slow: slow.status, quick: quick[0], size: (await store.latest(ORIGIN))?.size.toString() };
}

describe('the comparison in the store', () => {
  it('is what holds: without it the witness forgets the larger tree', async () => {
    const states = new Map<string, Awaited<ReturnType<WitnessStore['latest']>>>();
    const careless: WitnessStore = {
      latest: async (origin) => states.get(origin),
      advance: async (origin, _from, to) => {
        states.set(origin, to);
        return true;
      },
    };
    expect(await overtaken((race) => racing(careless, race))).toEqual({ slow: 200, quick: 200, size: '9' });
  });
});

describe('a witness over HTTP', () => {
  it('is asked by the client, which begins again with the size it is told', async () => {
    const database = await openSqliteForTests();
    opened.push(database);
    const server = createServer(witnessListener(witnessWith(witnessStore(database.connect()))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const submit = (size: number, lastSize: number, checkpoint = signed(size)) =>
        submitCheckpoint({
          url,
          key: verifying,
          checkpoint,
          size: BigInt(size),
          lastSize: BigInt(lastSize),
          prove: async (old) => proof(Number(old), size),
          send: fetchFromWitness,
          timeoutMs: 5_000,
          onSize: () => {},
        });
      expect(await submit(8, 0)).toMatchObject({ status: 'cosigned' });
      expect(await submit(12, 3)).toMatchObject({ status: 'cosigned' });
      expect(await submit(9, 8)).toEqual({ status: 'ahead', size: 12n });
      expect(await submit(12, 12, signed(12, root(13)))).toEqual({ status: 'inconsistent' });
      expect(await submit(12, 12, 'no note')).toMatchObject({ status: 'unreachable' });

      const monitor = await fetch(`${url}/${createHash('sha256').update(ORIGIN).digest('hex')}/checkpoint`);
      expect(monitor.status).toBe(200);
      expect((await monitor.text()).startsWith(signed(12))).toBe(true);
      expect((await fetch(`${url}/other`)).status).toBe(404);
      expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
      expect((await fetch(`${url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
      expect((await fetch(`${url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(900_000) })).status).toBe(413);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('of the first version of the protocol answers 409 to another root', async () => {
    const submit = (answer: { status: number; contentType: string; body: string }) =>
      submitCheckpoint({
        url: 'http://w',
        key: verifying,
        checkpoint: signed(8),
        size: 8n,
        lastSize: 8n,
        prove: async () => [],
        send: async () => answer,
        timeoutMs: 1_000,
        onSize: () => {},
      });
    expect(await submit({ status: 409, contentType: 'text/plain', body: 'other root' })).toEqual({ status: 'inconsistent' });
    expect(await submit({ status: 409, contentType: 'text/x.tlog.size', body: '8\n' })).toEqual({ status: 'inconsistent' });
    expect(await submit({ status: 409, contentType: 'text/x.tlog.size', body: '9\n' })).toEqual({ status: 'ahead', size: 9n });
    expect(await submit({ status: 409, contentType: 'text/x.tlog.size', body: '7\n' })).toMatchObject({ status: 'unreachable' });
  });

  it('is not believed when it answers nonsense', async () => {
    const answers = [
      { status: 200, contentType: '', body: 'thanks\n' },
      { status: 200, contentType: '', body: '— w.example AAAAAAAAAAAA\n' },
      { status: 200, contentType: '', body: `${'x'.repeat(70_000)}\n` },
      { status: 409, contentType: 'text/x.tlog.size', body: '+8\n' },
      { status: 409, contentType: 'text/plain', body: '8\n' },
      { status: 500, contentType: '', body: '' },
    ];
    for (const answer of answers) {
      const outcome = await submitCheckpoint({
        url: 'http://w',
        key: verifying,
        checkpoint: signed(8),
        size: 8n,
        lastSize: 0n,
        prove: async () => [],
        send: async () => answer,
        timeoutMs: 1_000,
        onSize: () => {},
      });
      expect(outcome.status).toBe('unreachable');
    }
  });
});
