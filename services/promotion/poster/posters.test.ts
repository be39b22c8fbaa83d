import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { virtualClock } from '@qianxing/testing';
import jsqr from 'jsqr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POSTER_HEIGHT, POSTER_WIDTH, type PosterContent } from './layout';
import { createPosters } from './posters';

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
    const posters = createPosters(virtualClock());
    const asked = Array.from({ length: 60 }, (_, index) => posters.draw({ ...content, promoterName: String(index) }, undefined));
    const drawn = await Promise.all(asked);
    expect(drawn.filter((png) => png === undefined)).toHaveLength(60 - 42);
    expect(await posters.draw({ ...content, promoterName: 'later' }, undefined)).toBeDefined();
  });
});
