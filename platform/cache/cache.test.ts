import { virtualClock } from '@qianxing/testing';
import { describe, expect, it } from 'vitest';
import { type Cache, createLruCache, readThrough, singleFlight } from './index';

describe('LRU cache', () => {
  it('gives back what was set until it expires or is deleted', async () => {
    const clock = virtualClock();
    const cache = createLruCache({ maxEntries: 10, clock });
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', { price: 100 }, 1_000);
    await cache.set('b', 2, 5_000);
    clock.advance(999);
    expect(await cache.get('a')).toEqual({ price: 100 });
    clock.advance(1);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toBe(2);
    await cache.delete('b');
    expect(await cache.get('b')).toBeUndefined();
  });

  it('drops the entry that was not used for longest', async () => {
    const cache = createLruCache({ maxEntries: 2, clock: virtualClock() });
    await cache.set('a', 1, 1_000);
    await cache.set('b', 2, 1_000);
    await cache.get('a');
    await cache.set('c', 3, 1_000);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([1, undefined, 3]);
  });
});

describe('single flight', () => {
  it('loads once for all who ask meanwhile, per key, and again afterwards', async () => {
    const flights = singleFlight();
    let loads = 0;
    const load = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      loads += 1;
      return loads;
    };
    expect(await Promise.all([flights.run('a', load), flights.run('a', load), flights.run('a', load)])).toEqual([1, 1, 1]);
    await flights.run('b', load);
    expect(await flights.run('a', load)).toBe(3);
  });

  it('tells all of a failure and tries again next time', async () => {
    const flights = singleFlight();
    const broken = () => Promise.reject(new Error('broken'));
    const answers = await Promise.allSettled([flights.run('a', broken), flights.run('a', broken)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', async () => 'fine')).toBe('fine');
  });

  it('takes a load that throws at once for a failure', async () => {
    const flights = singleFlight();
    await expect(
      flights.run('a', () => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
  });
});

describe('read-through', () => {
  it('loads once and then answers from the cache', async () => {
    const read = readThrough(createLruCache({ maxEntries: 10, clock: virtualClock() }));
    let loads = 0;
    const load = async () => {
      loads += 1;
      return 'value';
    };
    expect(await Promise.all([read('a', 1_000, load), read('a', 1_000, load)])).toEqual(['value', 'value']);
    expect(await read('a', 1_000, load)).toBe('value');
    expect(loads).toBe(1);
  });

  it('answers although the cache is broken', async () => {
    const down = () => Promise.reject(new Error('cache is down'));
    const cache: Cache = { get: down, set: down, delete: down };
    expect(await readThrough(cache)('a', 1_000, async () => 'value')).toBe('value');
  });
});
