import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import { createLruCache, readThrough } from '@qianxing/cache';
import { type Clock, DAY_MS } from '@qianxing/time';
import { drawLayout, POSTER_HEIGHT, POSTER_WIDTH, type PosterContent } from './layout';

const FONT_FAMILY = 'QianxingPoster';
/** GB 2312 and ASCII of Noto Sans SC Medium (SIL Open Font License 1.1, see OFL.txt beside it). */
const SUBSET_PATH = fileURLToPath(new URL('./font/NotoSansSC-Medium-subset.ttf', import.meta.url));

const AT_ONCE = 2;
const MAX_WAITING = 40;
const KEPT = 200;

export interface Posters {
  /** PNG of a poster, or undefined when too many are waiting. `picturePath` is an SVG, PNG or JPEG file. */
  draw(content: PosterContent, picturePath: string | undefined): Promise<Buffer | undefined>;
}

/** Draws at most two posters at a time; what was drawn is kept by the hash of everything on it. */
export function createPosters(clock: Clock, fontPath: string = SUBSET_PATH): Posters {
  const read = readThrough(createLruCache({ maxEntries: KEPT, clock }));
  const turn = limiter(AT_ONCE, MAX_WAITING);
  const font = once(() => {
    if (GlobalFonts.registerFromPath(fontPath, FONT_FAMILY) === null) throw new Error(`no font at ${fontPath}`);
  });
  return {
    async draw(content, picturePath) {
      const picture = picturePath === undefined ? undefined : await readPicture(picturePath);
      const hash = createHash('sha256').update(JSON.stringify(content));
      if (picture !== undefined) hash.update(picture);
      return read(hash.digest('hex'), DAY_MS, () =>
        turn(() => {
          font();
          return render(content, picture);
        }),
      );
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

async function render(content: PosterContent, picture: Buffer | undefined): Promise<Buffer> {
  const image = picture === undefined ? undefined : await loadImage(picture);
  const canvas = createCanvas(POSTER_WIDTH, POSTER_HEIGHT);
  drawLayout(canvas.getContext('2d'), FONT_FAMILY, content, image);
  return canvas.encode('png');
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
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
