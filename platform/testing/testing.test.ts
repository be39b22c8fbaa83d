import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { armFailpoint, type FaultProxy, failpoint, faultProxy, seededBuilder, virtualClock } from './index';

describe('seeded builder', () => {
  const story = (seed: number) => {
    const build = seededBuilder(seed);
    return [build.integer(1, 1_000_000), build.word(8), build.pick(['a', 'b', 'c']), build.chance(0.5), build.shuffle([1, 2, 3, 4, 5])];
  };

  it('builds the same from the same seed and something else from another', () => {
    expect(story(7)).toEqual(story(7));
    expect(story(7)).not.toEqual(story(8));
  });

  it('keeps its bounds and loses nothing while shuffling', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.array(fc.nat(5)), (seed, least, width, items) => {
        const build = seededBuilder(seed);
        const value = build.integer(least, least + width);
        expect(value >= least && value <= least + width).toBe(true);
        expect(build.shuffle(items).sort()).toEqual([...items].sort());
      }),
    );
  });

  it('forks without being influenced later', () => {
    const first = seededBuilder(1);
    const fork = first.fork();
    first.integer(0, 9);
    expect(fork.word(5)).toBe(seededBuilder(1).fork().word(5));
  });
});

describe('virtual clock and failpoints', () => {
  it('moves only when told', () => {
    const clock = virtualClock(1_000);
    clock.advance(5);
    expect(clock.now()).toBe(1_005);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });

  it('runs an armed action at its place and nothing once disarmed', async () => {
    let hits = 0;
    const disarm = armFailpoint('test.place', () => {
      hits += 1;
    });
    await failpoint('test.place');
    await failpoint('test.other');
    disarm();
    await failpoint('test.place');
    expect(hits).toBe(1);
  });
});

describe('fault proxy', () => {
  let proxy: FaultProxy;
  let client: Socket;
  let received: string[];
  const stops: Array<() => void> = [];

  beforeEach(async () => {
    received = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        received.push(bytes.toString());
        socket.write(`echo ${bytes.toString()}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    proxy = await faultProxy({ port: (server.address() as { port: number }).port });
    client = await dial();
  });

  afterEach(async () => {
    client.destroy();
    await proxy.close();
    for (const stop of stops.splice(0)) stop();
  });

  async function dial(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }
  const answer = () => new Promise<string>((resolve) => client.once('data', (bytes) => resolve(bytes.toString())));
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('passes bytes both ways, delayed or not', async () => {
    client.write('a');
    expect(await answer()).toBe('echo a');
    proxy.delay(5);
    client.write('b');
    expect(await answer()).toBe('echo b');
  });

  it('cuts open connections and serves new ones', async () => {
    client.write('a');
    await answer();
    const closed = new Promise((resolve) => client.once('close', resolve));
    proxy.cut();
    await closed;
    client = await dial();
    client.write('b');
    expect(await answer()).toBe('echo b');
  });

  it('lets requests through and loses the answers', async () => {
    let answered = false;
    client.on('data', () => {
      answered = true;
    });
    proxy.dropAnswers(true);
    client.write('lost');
    await until(() => proxy.lostBytes() > 0);
    proxy.dropAnswers(false);
    client.write('next');
    await until(() => answered);
    expect(received.join('')).toBe('lostnext');
  });

  it('swallows everything in a black hole', async () => {
    proxy.blackHole(true);
    client.write('swallowed');
    await until(() => proxy.lostBytes() === 'swallowed'.length);
    const other = await dial();
    proxy.blackHole(false);
    other.write('seen');
    await until(() => received.length > 0);
    other.destroy();
    expect(received).toEqual(['seen']);
  });

  it('refuses new connections on demand', async () => {
    proxy.refuse(true);
    const refused = connect(proxy.port, '127.0.0.1');
    refused.on('error', () => {});
    await new Promise((resolve) => refused.once('close', resolve));
    client.write('a');
    expect(await answer()).toBe('echo a');
  });
});
