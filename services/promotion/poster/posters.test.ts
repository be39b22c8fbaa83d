import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { virtualClock } from '@qianxing/testing';
import jsqr from 'jsqr';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { drawPoster } from './drawing/draw.mjs';
import { POSTER_HEIGHT, POSTER_WIDTH } from './drawing/layout.mjs';
import { createPosters, type PosterContent } from './posters';
import { createDrawingThreads, type DrawingTask } from './threads';

const content: PosterContent = {
  url: 'https://m.qianxing.example/r/abcd2345?p=01jd0000000000000000000000',
  title: '静音舒适 经济型轿车轮胎 205/55R16 91V 包邮送安装，四条一起换更划算，全国门店都可以安装',
  priceText: '¥1,329.00',
  sellerName: '千星轮胎旗舰店',
  promoterName: '小*周',
};

/** What a phone's camera would read from the picture, drawn at this scale. */
async function readCode(png: Buffer, scale = 1): Promise<string | undefined> {
  const canvas = createCanvas(POSTER_WIDTH * scale, POSTER_HEIGHT * scale);
  const context = canvas.getContext('2d');
  context.drawImage(await loadImage(png), 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  // jsqr is CommonJS: under ES modules its function is one level deeper.
  const decode = typeof jsqr === 'function' ? jsqr : (jsqr as unknown as { default: typeof import('jsqr').default }).default;
  return decode(new Uint8ClampedArray(data), canvas.width, canvas.height)?.data;
}

describe('posters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-poster-'));
  const picture = join(folder, 'tyre.svg');
  beforeAll(() => {
    writeFileSync(
      picture,
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><rect width="800" height="800" fill="#00ff00"/></svg>',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('given a product, then the poster has its size, its picture and a code that leads to the short link, also at half size', async () => {
    const png = await createPosters(virtualClock()).draw(content, picture);
    if (png === undefined) throw new Error('no poster');
    const image = await loadImage(png);
    expect([image.width, image.height]).toEqual([POSTER_WIDTH, POSTER_HEIGHT]);
    const canvas = createCanvas(POSTER_WIDTH, POSTER_HEIGHT);
    canvas.getContext('2d').drawImage(image, 0, 0);
    expect([...canvas.getContext('2d').getImageData(375, 375, 1, 1).data]).toEqual([0, 255, 0, 255]);
    expect(await readCode(png)).toBe(content.url);
    expect(await readCode(png, 0.5)).toBe(content.url);
  });

  it('given no product, then there is a poster all the same', async () => {
    const png = await createPosters(virtualClock()).draw({ ...content, priceText: null, title: '精选好物，放心下单' }, undefined);
    expect(png === undefined ? '' : await readCode(png)).toBe(content.url);
  });

  it('says «广告», the seller and the promoter: a poster without these words looks different', async () => {
    const posters = createPosters(virtualClock());
    const full = await posters.draw(content, undefined);
    for (const change of [{ sellerName: '' }, { promoterName: '' }, { title: '' }])
      expect(await posters.draw({ ...content, ...change }, undefined)).not.toEqual(full);
  });

  it('given the same content again, then the same bytes come from the cache; given another picture, then new ones', async () => {
    const posters = createPosters(virtualClock());
    const first = await posters.draw(content, picture);
    expect(await posters.draw(content, picture)).toBe(first);
    const other = join(folder, 'other.svg');
    writeFileSync(
      other,
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="#ff0000"/></svg>',
    );
    expect(await posters.draw(content, other)).not.toEqual(first);
  });

  it('given more requests than may wait, then the last ones are told so at once and the others served', async () => {
    const posters = createPosters(virtualClock(), { atOnce: 2 });
    const asked = Array.from({ length: 60 }, (_, index) => posters.draw({ ...content, promoterName: String(index) }, undefined));
    const drawn = await Promise.all(asked);
    expect(drawn.filter((png) => png === undefined)).toHaveLength(60 - 42);
    expect(await posters.draw({ ...content, promoterName: 'later' }, undefined)).toBeDefined();
  });

  it('given a picture that cannot be read, then that poster fails and the next one does not', async () => {
    const posters = createPosters(virtualClock(), { atOnce: 1 });
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, 'no picture');
    await expect(posters.draw(content, broken)).rejects.toThrow('could not be drawn');
    expect(await posters.draw(content, picture)).toBeDefined();
  });
});

describe('characters', () => {
  const named = (promoterName: string) => drawPoster({ ...content, promoterName }, undefined);

  it.each(['喆', '堃', '犇', '昇', '國', '體', '①', '㎡'])('%s, outside GB 2312, is drawn as itself', async (character) => {
    expect(await named(character)).not.toEqual(await named('〓'));
    expect(await named(character)).not.toEqual(await named('\u{10FFFE}'));
  });

  it('given a character that nothing can draw, then a sign stands in its place', async () => {
    expect(await named('小\u{10FFFE}周')).toEqual(await named('小〓周'));
    expect(await named('小〓周')).not.toEqual(await named('小周'));
  });
});

describe('the thread that answers requests', () => {
  const tasks = Array.from(
    { length: 12 },
    (_, index): DrawingTask => ({
      content: { ...content, promoterName: `推广员${index}` },
      picture: undefined,
    }),
  );
  /** Share of the time in which this thread was busy while the posters were drawn. */
  async function busyShare(draw: (task: DrawingTask) => Promise<Buffer>): Promise<number> {
    await draw({ content, picture: undefined });
    const before = performance.eventLoopUtilization();
    for (const task of tasks) await draw(task);
    return performance.eventLoopUtilization(before).utilization;
  }

  it('is mostly idle while a burst of posters is drawn, and would not be if it drew them itself', async () => {
    expect(await busyShare(createDrawingThreads())).toBeLessThan(0.5);
    expect(await busyShare(({ content: shown, picture }) => drawPoster(shown, picture))).toBeGreaterThan(0.5);
  });
});

describe('drawing threads', () => {
  afterEach(() => void vi.useRealTimers());
  /** Draws nothing: answers, dies or hangs as the title says. */
  const scripted = () =>
    createDrawingThreads(
      new URL(
        `data:text/javascript,${encodeURIComponent(`
          import { parentPort, threadId } from 'node:worker_threads';
          parentPort.on('message', ({ content: { title } }) => {
            if (title === 'die') process.exit(3);
            if (title === 'throw') throw new Error('thrown');
            if (title !== 'hang') parentPort.postMessage({ png: Buffer.from(String(threadId)) });
          });
        `)}`,
      ),
    );
  const titled = (title: string): DrawingTask => ({ content: { ...content, title }, picture: undefined });

  it('are used again, one at a time', async () => {
    const draw = scripted();
    const first = String(await draw(titled('a')));
    expect(String(await draw(titled('b')))).toBe(first);
    const both = await Promise.all([draw(titled('c')), draw(titled('d'))]);
    expect(new Set(both.map(String)).size).toBe(2);
  });

  it('are replaced when they die', async () => {
    const draw = scripted();
    const first = String(await draw(titled('a')));
    await expect(draw(titled('die'))).rejects.toThrow('ended with code 3');
    await expect(draw(titled('throw'))).rejects.toThrow('thrown');
    expect(String(await draw(titled('b')))).not.toBe(first);
  });

  it('are ended when they take too long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const draw = scripted();
    const hanging = draw(titled('hang'));
    const refused = expect(hanging).rejects.toThrow('took too long');
    vi.advanceTimersByTime(10_000);
    await refused;
    expect(await draw(titled('b'))).toBeInstanceOf(Buffer);
  });
});
