import { afterEach, beforeEach, describe, it } from 'vitest';
import { copiedWorld, type World } from '../world/world';
import { expectNothingLost } from './load';
import { type Supervised, supervise } from './supervisor';

describe('killed under load, SQLite', () => {
  let world: World;
  let server: Supervised;

  beforeEach(async () => {
    world = await copiedWorld();
    server = await supervise(world, []);
  });
  afterEach(async () => {
    await server.stop();
    await world.close();
  });

  it('keeps every acknowledged order, each once', async () => {
    await expectNothingLost(world, server, { 50: () => server.kill(), 110: () => server.kill() });
  });
});
