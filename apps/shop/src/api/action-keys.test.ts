import { describe, expect, it } from 'vitest';
import { memoryStorage } from '@/platform/storage';
import { createActionKeys, randomKey } from './action-keys';

function harness() {
  const storage = memoryStorage();
  let next = 0;
  const clock = { now: 1_000 };
  const create = () =>
    createActionKeys(
      storage,
      () => `key-${next++}`,
      () => clock.now,
    );
  return { keys: create(), create, clock };
}

describe('keys of actions', () => {
  it('stay the same for the same action until it is settled, also over a reload', () => {
    const { keys, create } = harness();
    const key = keys.keyFor('place:[1]');
    expect(keys.keyFor('place:[1]')).toBe(key);
    expect(create().keyFor('place:[1]')).toBe(key);
    keys.settle('place:[1]');
    expect(keys.keyFor('place:[1]')).not.toBe(key);
  });
  it('differ between different contents', () => {
    const { keys } = harness();
    expect(keys.keyFor('place:[1]')).not.toBe(keys.keyFor('place:[2]'));
  });
  it('are forgotten after a day', () => {
    const { keys, clock } = harness();
    const key = keys.keyFor('place:[1]');
    clock.now += 24 * 60 * 60 * 1000;
    expect(keys.keyFor('place:[1]')).not.toBe(key);
  });
  it('have the form the server takes', () => {
    expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(randomKey(() => 0.999)).toBe('f'.repeat(32));
  });
});
