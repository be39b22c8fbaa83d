import { acceptedBody, ask, demand, isInProgress, isTryAgain, pause, until } from '../world/http';
import { launchServer, leave, type Running } from '../world/processes';
import type { Caller } from '../world/shop';
import type { World } from '../world/world';

/** A server that is started again whenever it dies, each life with the next armed failpoint of a list. */
export interface Supervised {
  /** Failpoints at which the server has died, in that order. */
  readonly deaths: readonly string[];
  /** Failpoints not yet reached. */
  readonly left: readonly string[];
  /** Retries with the same key until there is an answer; fails on refusals. */
  readonly call: Caller;
  /** Ends the server as a crash would and answers when it serves again. */
  kill(): Promise<void>;
  /** Stops the server for good. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;

/**
 * Starts the server with the first failpoint armed. When it dies by SIGKILL it is started again with the next one, and after the last
 * without any. The order of the list is the order in which the work reaches them. With `port` it is a further server of the same world.
 */
export async function supervise(world: World, failpoints: readonly string[], port?: number): Promise<Supervised> {
  const left = [...failpoints];
  const deaths: string[] = [];
  let stopped = false;
  let lives = 1;
  let running = await life();
  let watching = watch();

  function life(): Promise<Running> {
    const [armed] = left;
    return launchServer({
      ...world.settings,
      ...(port === undefined ? {} : { QIANXING_HTTP_PORT: String(port), QIANXING_HTTP_PUBLIC_URL: world.place.serverUrl }),
      ...(armed === undefined ? {} : { QIANXING_FAILPOINTS: withAction(armed) }),
    });
  }

  /** A server that cannot start, because its database is down too, is started again, as a service manager does. */
  async function nextLife(attempts = 100): Promise<Running> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await life();
      } catch (error) {
        if (attempt === attempts) throw error;
        await pause(200);
      }
  }

  async function watch(): Promise<void> {
    for (;;) {
      const signal = await running.ended;
      if (stopped) return;
      if (signal !== 'SIGKILL') throw new Error(`the server ended by itself:\n${running.output().slice(-4_000)}`);
      const armed = left.shift();
      if (armed !== undefined) deaths.push(armed);
      running = await nextLife();
      lives += 1;
    }
  }
  watching.catch(() => undefined);

  return {
    deaths,
    left,
    call: insistentCaller(world),
    async kill() {
      const before = lives;
      running.process.kill('SIGKILL');
      await until('the server to live again', async () => (lives > before ? true : undefined));
    },
    async stop() {
      stopped = true;
      await leave(running);
      await watching;
      watching = Promise.resolve();
    },
  };
}

const withAction = (failpoint: string): string => (failpoint.includes('=') ? failpoint : `${failpoint}=exit`);

/**
 * A client that does not give up: the same request with the same key until there is an answer that is not «try again». When the first
 * attempt left its key held, a minute passes: the lease of the dead server's request ends. `onCut` hears of every request without an answer;
 * with `others` every attempt goes to the next server.
 */
export function insistentCaller({ place }: Pick<World, 'place'>, options: { others?: readonly string[]; onCut?: () => void } = {}): Caller {
  const { serverUrl, sandboxUrl } = place;
  const { others = [], onCut = () => undefined } = options;
  const urls = [serverUrl, ...others];
  let turn = 0;
  return async <T>(
    person: { tokens: { accessToken: string } },
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ) => {
    const request = { method, path, key: crypto.randomUUID(), token: person.tokens.accessToken, ...(body === undefined ? {} : { body }) };
    const answer = await until(`an answer to ${method} ${path}`, async () => {
      turn += 1;
      const got = await ask(urls[turn % urls.length] ?? serverUrl, request).catch(onCut);
      if (got === undefined) return undefined;
      if (isInProgress(got)) await demand(sandboxUrl, { method: 'POST', path: '/clock/advance', body: { byMs: MINUTE_MS } });
      return isTryAgain(got) ? undefined : got;
    });
    return acceptedBody<T>(answer, request);
  };
}
