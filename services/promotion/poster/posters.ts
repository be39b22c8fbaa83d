import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createLruCache, readThrough } from '@qianxing/cache';
import { type Clock, DAY_MS } from '@qianxing/time';
import { createDrawingThreads, type DrawingTask } from './threads';

/** Everything a poster shows. */
export interface PosterContent {
  /** Short referral link, at most about 60 characters so that the code stays coarse. */
  readonly url: string;
  readonly title: string;
  /** Null on a poster without product. */
  readonly priceText: string | null;
  readonly sellerName: string;
  readonly promoterName: string;
}

const MAX_WAITING = 40;
const KEPT = 200;

export interface Posters {
  /** PNG of a poster, or undefined when too many are waiting. `picturePath` is an SVG, PNG or JPEG file. */
  draw(content: PosterContent, picturePath: string | undefined): Promise<Buffer | undefined>;
}

export interface PostersOptions {
  /** Posters drawn at the same time; at least one processor is left to the requests unless told. */
  readonly atOnce?: number;
  readonly draw?: (task: DrawingTask) => Promise<Buffer>;
}

/** Draws a few posters at a time, on threads of their own; what was drawn is kept by the hash of everything on it. */
export function createPosters(clock: Clock, options: PostersOptions = {}): Posters {
  const { atOnce = Math.min(2, Math.max(1, availableParallelism() - 1)), draw = createDrawingThreads() } = options;
  const read = readThrough(createLruCache({ maxEntries: KEPT, clock }));
  const turn = limiter(atOnce, MAX_WAITING);
  return {
    async draw(content, picturePath) {
      const picture = picturePath === undefined ? undefined : await readPicture(picturePath);
      const hash = createHash('sha256').update(JSON.stringify(content));
      if (picture !== undefined) hash.update(picture);
      return read(hash.digest('hex'), DAY_MS, () => turn(() => draw({ content, picture })));
    },
  };
}

/** A picture that is gone is left out: the link matters more. */
async function readPicture(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs at most `atOnce` works at a time, the others in the order asked; undefined at once for those beyond `maxWaiting`. */
function limiter(atOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T | undefined> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) return undefined;
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so nobody new can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
