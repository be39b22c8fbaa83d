import { type Database, insertIfAbsent, migrate, type Transaction } from '@qianxing/database';
import { armFailpoint, type TestDatabase, testDatabases, type VirtualClock, virtualClock } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventBus, defineTopic, type EventBusOptions, eventMigrations, type Reaction, reaction, type Transport } from './index';

type Tables = { seen: { eventId: string; reaction: string; n: number }; tally: { reaction: string; count: number } };

const placed = defineTopic<{ n: number }>()('order.placed');
const paid = defineTopic<{ n: number }>()('order.paid');
const silent = { warn: () => {}, error: () => {} };

for (const kind of testDatabases()) {
  describe(`event bus on ${kind.name}`, () => {
    let database: TestDatabase;
    let clock: VirtualClock;
    /** What handlers did in committed transactions, in order. */
    let handled: string[];
    let failing: Set<string>;
    const disarmers: Array<() => void> = [];

    beforeEach(async () => {
      clock = virtualClock();
      handled = [];
      failing = new Set();
      database = await kind.open();
      await migrate(database, [
        ...eventMigrations,
        {
          id: 'test/0001-seen',
          up: ({ execute }) =>
            execute(
              'CREATE TABLE seen (eventId VARCHAR(40) NOT NULL, reaction VARCHAR(60) NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (eventId, reaction))',
            ),
        },
      ]);
    });

    afterEach(async () => {
      for (const disarm of disarmers.splice(0)) disarm();
      await database.close();
    });

    /** A handler that is idempotent by its natural key, notes its effect after commit and fails on demand. */
    const noting = (name: string, topic: typeof placed | typeof paid = placed, on: Database = database): Reaction =>
      reaction(name, topic as typeof placed, async (transaction, event) => {
        const label = `${name} ${event.aggregateId} ${event.payload.n}`;
        if (failing.has(label)) throw new Error(`${label} is broken`);
        if (await insertIfAbsent(transaction, 'seen', { eventId: event.eventId, reaction: name, n: event.payload.n })) {
          on.afterCommit(transaction, () => handled.push(label));
        }
      });

    const bus = (reactions: Reaction[], overrides: Partial<EventBusOptions> = {}) =>
      createEventBus({ database, clock, log: silent, reactions, maxAttempts: 3, ...overrides });

    type Bus = ReturnType<typeof bus>;
    const emit = (on: Bus, ...facts: [aggregateId: string, n: number][]) =>
      database.transaction(async (transaction) => {
        for (const [aggregateId, n] of facts) await on.emit(transaction, placed, { aggregateId, occurredAt: clock.now(), payload: { n } });
      });
    const seenCount = async () => (await database.query.withTables<Tables>().selectFrom('seen').selectAll().execute()).length;

    it('delivers an event to every reaction of its topic and to no other', async () => {
      const events = bus([noting('stock.reserve'), noting('promotion.count'), noting('stock.sell', paid)]);
      await emit(events, ['order-1', 1]);
      expect(await events.drain()).toBe(2);
      expect(handled.sort()).toEqual(['promotion.count order-1 1', 'stock.reserve order-1 1']);
      expect(await events.drain()).toBe(0);
    });

    it('hands over the event as it was emitted', async () => {
      const got: unknown[] = [];
      const events = bus([reaction('a.b', placed, async (_, event) => void got.push(event))]);
      await emit(events, ['order-轮胎', 42]);
      await events.drain();
      expect(got).toEqual([
        {
          eventId: expect.stringMatching(/^[0-9a-z]{26}$/),
          topic: 'order.placed',
          aggregateId: 'order-轮胎',
          occurredAt: clock.now(),
          payload: { n: 42 },
        },
      ]);
    });

    it('emits nothing from a transaction that rolls back', async () => {
      const events = bus([noting('a.b')]);
      const broken = database.transaction(async (transaction) => {
        await events.emit(transaction, placed, { aggregateId: 'x', occurredAt: 1, payload: { n: 1 } });
        throw new Error('broken');
      });
      await expect(broken).rejects.toThrow('broken');
      await database.transaction(async (transaction) => {
        await events.emit(transaction, placed, { aggregateId: 'x', occurredAt: 1, payload: { n: 2 } });
        return { ok: false, problem: { code: 'test.refused' } };
      });
      expect(await events.drain()).toBe(0);
      expect((await events.lag()).unrelayed).toBe(0);
    });

    it('keeps the order of one aggregate for each reaction, over many batches', async () => {
      const events = bus([noting('a.b')]);
      for (let start = 0; start < 300; start += 50) {
        await emit(events, ...Array.from({ length: 50 }, (_, index): [string, number] => [`order-${(start + index) % 3}`, start + index]));
      }
      expect(await events.drain()).toBe(300);
      for (const aggregate of ['order-0', 'order-1', 'order-2']) {
        const numbers = handled.filter((label) => label.includes(aggregate)).map((label) => Number(label.split(' ')[2]));
        expect(numbers).toHaveLength(100);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    });

    it('holds back successors of a failing event, lets other aggregates and reactions go on, and resumes in order', async () => {
      const events = bus([noting('a.b'), noting('c.d')]);
      failing.add('a.b order-1 1');
      await emit(events, ['order-1', 1], ['order-1', 2], ['order-2', 3]);
      await events.drain();
      expect(handled.sort()).toEqual(['a.b order-2 3', 'c.d order-1 1', 'c.d order-1 2', 'c.d order-2 3']);
      // A further event of the blocked aggregate waits too, also once the failed one is due again in the same batch.
      handled = [];
      await emit(events, ['order-1', 4]);
      await events.drain();
      expect(handled).toEqual(['c.d order-1 4']);
      failing.clear();
      handled = [];
      clock.advance(1_000);
      await events.drain();
      expect(handled).toEqual(['a.b order-1 1', 'a.b order-1 2', 'a.b order-1 4']);
    });

    it('waits longer after each try, then makes a dead letter and releases the successors', async () => {
      const events = bus([noting('a.b')], { maxAttempts: 3 });
      failing.add('a.b order-1 1');
      await emit(events, ['order-1', 1], ['order-1', 2]);
      expect(await events.drain()).toBe(1);
      expect(await events.drain()).toBe(0);
      clock.advance(1_000);
      expect(await events.drain()).toBe(1);
      clock.advance(1_999);
      expect(await events.drain()).toBe(0);
      expect(handled).toEqual([]);
      clock.advance(1);
      await events.drain();
      expect(handled).toEqual(['a.b order-1 2']);
      expect(await events.lag()).toEqual({ unrelayed: 0, oldestUnrelayedMs: 0, pending: 0, deadLetters: 1 });
      const { items, nextCursor } = await events.listDeadLetters({ limit: 10 });
      expect(nextCursor).toBeNull();
      expect(items).toEqual([
        {
          deliveryId: expect.any(Number),
          reaction: 'a.b',
          attempts: 3,
          lastError: 'Error: a.b order-1 1 is broken',
          failedAt: clock.now(),
          event: expect.objectContaining({ aggregateId: 'order-1', payload: { n: 1 } }),
        },
      ]);
    });

    it('replays a dead letter once', async () => {
      const events = bus([noting('a.b')], { maxAttempts: 1 });
      failing.add('a.b order-1 1');
      await emit(events, ['order-1', 1]);
      await events.drain();
      const [letter] = (await events.listDeadLetters({ limit: 1 })).items;
      failing.clear();
      expect(await events.replayDeadLetter(letter!.deliveryId)).toBe(true);
      expect(await events.replayDeadLetter(letter!.deliveryId)).toBe(false);
      await events.drain();
      expect(handled).toEqual(['a.b order-1 1']);
      expect((await events.listDeadLetters({ limit: 1 })).items).toEqual([]);
    });

    it('pages through dead letters, newest first', async () => {
      const events = bus([noting('a.b')], { maxAttempts: 1 });
      for (let n = 1; n <= 5; n += 1) failing.add(`a.b order-${n} ${n}`);
      await emit(events, ...[1, 2, 3, 4, 5].map((n): [string, number] => [`order-${n}`, n]));
      await events.drain();
      const numbers: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await events.listDeadLetters({ limit: 2, cursor });
        numbers.push(...page.items.map(({ event }) => (event.payload as { n: number }).n));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(numbers).toEqual([5, 4, 3, 2, 1]);
    });

    it('calls every handler twice in one transaction when told, and idempotent ones take effect once', async () => {
      let calls = 0;
      const counting = reaction('c.d', placed, async () => {
        calls += 1;
      });
      const events = bus([noting('a.b'), counting], { deliverTwice: true });
      await emit(events, ['order-1', 1]);
      await events.drain();
      expect(calls).toBe(2);
      expect(handled).toEqual(['a.b order-1 1']);
      expect(await seenCount()).toBe(1);
    });

    it('does not deliver again what the transport repeats', async () => {
      let again: () => Promise<void> = async () => {};
      let accept: Parameters<Transport['subscribe']>[0] = async () => {};
      const repeating: Transport = {
        async publish(published) {
          again = () => accept(published);
          await accept(published);
          await accept(published);
        },
        async subscribe(subscriber) {
          accept = subscriber;
          return async () => {};
        },
      };
      const events = bus([noting('a.b')], { transport: repeating });
      await emit(events, ['order-1', 1]);
      expect(await events.drain()).toBe(1);
      await again();
      expect(await events.drain()).toBe(0);
      expect(handled).toEqual(['a.b order-1 1']);
    });

    it('stores events that come from another process', async () => {
      let accept: Parameters<Transport['subscribe']>[0] = async () => {};
      const remote: Transport = {
        publish: async () => {},
        subscribe: async (subscriber) => {
          accept = subscriber;
          return async () => {};
        },
      };
      const events = bus([noting('a.b')], { transport: remote });
      await events.drain();
      await accept([{ eventId: 'foreign-1', topic: 'order.placed', aggregateId: 'order-9', occurredAt: 5, payload: { n: 9 } }]);
      expect(await events.drain()).toBe(1);
      expect(handled).toEqual(['a.b order-9 9']);
      expect((await events.lag()).unrelayed).toBe(0);
    });

    it('publishes again after the transport failed, and delivers once', async () => {
      let broken = true;
      let accept: Parameters<Transport['subscribe']>[0] = async () => {};
      const flaky: Transport = {
        async publish(published) {
          await accept(published);
          if (broken) throw new Error('no acknowledgement');
        },
        async subscribe(subscriber) {
          accept = subscriber;
          return async () => {};
        },
      };
      const events = bus([noting('a.b')], { transport: flaky });
      await emit(events, ['order-1', 1]);
      await expect(events.drain()).rejects.toThrow('no acknowledgement');
      expect((await events.lag()).unrelayed).toBe(1);
      broken = false;
      expect(await events.drain()).toBe(1);
      expect(handled).toEqual(['a.b order-1 1']);
    });

    it.each(['events.afterPublish', 'events.beforeDeliveryCommit', 'events.afterDelivery'])(
      'loses and doubles nothing when interrupted at %s',
      async (place) => {
        const events = bus([noting('a.b'), noting('c.d')]);
        await emit(events, ['order-1', 1], ['order-2', 2]);
        let hits = 0;
        const disarm = armFailpoint(place, () => {
          hits += 1;
          throw new Error('interrupted');
        });
        await events.drain().catch(() => {});
        disarm();
        expect(hits).toBeGreaterThan(0);
        clock.advance(60_000);
        await events.drain();
        expect(handled.sort()).toEqual(['a.b order-1 1', 'a.b order-2 2', 'c.d order-1 1', 'c.d order-2 2']);
        expect(await seenCount()).toBe(4);
      },
    );

    it('shares the work of two processes without doubling or reordering it', async () => {
      // Given handlers that are not idempotent, so that a double shows
      const calls: string[] = [];
      const naive = (on: Database) =>
        reaction('a.b', placed, async (transaction: Transaction, event) => {
          on.afterCommit(transaction, () => calls.push(`${event.aggregateId} ${event.payload.n}`));
        });
      const other = await database.openAgain();
      const first = bus([naive(database)]);
      const second = createEventBus({ database: other, clock, log: silent, reactions: [naive(other)] });
      await emit(first, ...Array.from({ length: 250 }, (_, n): [string, number] => [`order-${n % 5}`, n]));
      // When both drain at once, without leases
      await Promise.all([first.drain(), second.drain()]);
      await first.drain();
      await other.close();
      // Then every event was handled once
      expect(calls).toHaveLength(250);
      expect(new Set(calls).size).toBe(250);
      for (let aggregate = 0; aggregate < 5; aggregate += 1) {
        const numbers = calls.filter((label) => label.startsWith(`order-${aggregate} `)).map((label) => Number(label.split(' ')[1]));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    });

    it('works in the background once started: nudged by commits, finishing before it stops', async () => {
      let arrived: () => void = () => {};
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const events = bus([reaction('a.b', placed, async (transaction) => database.afterCommit(transaction, () => arrived()))], {
        pollMs: 3_600_000,
      });
      await events.start();
      await emit(events, ['order-1', 1]);
      await arrival;
      await events.stop();
      expect(await events.lag()).toEqual({ unrelayed: 0, oldestUnrelayedMs: 0, pending: 0, deadLetters: 0 });
    });

    it('reacts to an event of a reaction', async () => {
      const events = bus([], {
        reactions: () => [
          reaction('a.b', placed, async (transaction, event) => {
            await events.emit(transaction, paid, { aggregateId: event.aggregateId, occurredAt: clock.now(), payload: event.payload });
          }),
          noting('c.d', paid),
        ],
      });
      await emit(events, ['order-1', 1]);
      expect(await events.drain()).toBe(2);
      expect(handled).toEqual(['c.d order-1 1']);
    });

    it('tells how far it lags', async () => {
      const events = bus([noting('a.b')]);
      await emit(events, ['order-1', 1]);
      clock.advance(700);
      expect(await events.lag()).toEqual({ unrelayed: 1, oldestUnrelayedMs: 700, pending: 0, deadLetters: 0 });
    });

    it('sweeps what was settled long ago and nothing else', async () => {
      const events = bus([noting('a.b')], { keepMs: 10_000, maxAttempts: 1 });
      failing.add('a.b order-2 2');
      await emit(events, ['order-1', 1], ['order-2', 2]);
      await events.drain();
      clock.advance(5_000);
      await emit(events, ['order-3', 3]);
      await events.drain();
      clock.advance(5_001);
      let swept = 0;
      for (let moved = await events.sweep(); moved > 0; moved = await events.sweep()) swept += moved;
      // One delivery and its event; the dead letter stays with its event, the young one too.
      expect(swept).toBe(2);
      expect((await events.listDeadLetters({ limit: 5 })).items).toHaveLength(1);
      const left = await database.query
        .withTables<{ platform_events: { aggregateId: string } }>()
        .selectFrom('platform_events')
        .select('aggregateId')
        .execute();
      expect(left.map(({ aggregateId }) => aggregateId).sort()).toEqual(['order-2', 'order-3']);
    });

    it.each([
      [{ aggregateId: '', occurredAt: 1, payload: { n: 1 } }],
      [{ aggregateId: 'x'.repeat(121), occurredAt: 1, payload: { n: 1 } }],
      [{ aggregateId: 'x', occurredAt: 1.5, payload: { n: 1 } }],
      [{ aggregateId: 'x', occurredAt: 1, payload: { n: 1, text: '轮'.repeat(100_000) } }],
    ])('refuses to emit a malformed event', async (event) => {
      const events = bus([]);
      await expect(database.transaction((transaction) => events.emit(transaction, placed, event))).rejects.toThrow(RangeError);
      expect((await events.lag()).unrelayed).toBe(0);
    });
  });
}

describe('reaction names', () => {
  it.each([[['nodot']], [['a.b', 'a.b']]])('refuses %j', async (names) => {
    const [kind] = testDatabases();
    const database = await kind!.open();
    await migrate(database, eventMigrations);
    const reactions = names.map((name) => reaction(name, placed, async () => {}));
    const events = createEventBus({ database, clock: virtualClock(), log: silent, reactions });
    await expect(events.drain()).rejects.toThrow(/reaction/);
    await database.close();
  });
});
