import { testDatabases } from '@qianxing/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CatalogRoom, codeOf, openCatalog, pictureServer, successOf } from './catalog-for-tests';
import { catalogContract } from './contract';
import { isHarmlessSvg } from './media';

const svg = (inner: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${inner}</svg>`;

describe('SVG', () => {
  it.each([
    svg('<rect width="1" height="1" fill="url(#g)"/>'),
    svg('<use href="#a"/><text>on sale = today</text>'),
    `<?xml version="1.0" encoding="UTF-8"?>${svg('<image href="data:image/png;base64,AA"/>')}`,
  ])('lets a harmless picture through: %s', (text) => {
    expect(isHarmlessSvg(Buffer.from(text))).toBe(true);
  });

  it.each([
    svg('<script>alert(1)</script>'),
    svg('<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>'),
    svg('<SCRIPT href="#a"/>'),
    svg('<rect onload="alert(1)"/>'),
    svg('<rect\nonclick = "alert(1)"/>'),
    '<svg/onload="alert(1)"/>',
    svg('<foreignObject><iframe/></foreignObject>'),
    svg('<a href="javascript:alert(1)"><rect/></a>'),
    svg('<a href="https://evil.example"><rect/></a>'),
    svg('<a><animate attributeName="href" values="javascript:alert(1)"/></a>'),
    svg('<set attributeName="onmouseover" to="alert(1)"/>'),
    svg('<image href="http://evil.example/p.png"/>'),
    svg('<image xlink:href="//evil.example/p.png"/>'),
    svg('<image href="data:image/svg+xml;base64,AA"/>'),
    svg('<rect fill="url(https://evil.example/p)"/>'),
    svg('<style>@import "https://evil.example/s.css";</style>'),
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('&x;')}`,
    `<?xml-stylesheet href="#a"?>${svg('')}`,
    `<?xml version="1.0" encoding="UTF-7"?>${svg('')}`,
  ])('refuses a harmful one: %s', (text) => {
    expect(isHarmlessSvg(Buffer.from(text))).toBe(false);
  });

  it('refuses what is not UTF-8: it might be read differently elsewhere', () => {
    const harmless = svg('<rect/>');
    expect(isHarmlessSvg(Buffer.from(harmless, 'utf16le'))).toBe(false);
    expect(isHarmlessSvg(Buffer.concat([Buffer.from(harmless), Buffer.from([0xff, 0xfe])]))).toBe(false);
  });
});

describe('pictures', () => {
  let pictures: Awaited<ReturnType<typeof pictureServer>>;
  let foreign: Awaited<ReturnType<typeof pictureServer>>;
  let room: CatalogRoom;
  beforeAll(async () => {
    [pictures, foreign] = [await pictureServer(), await pictureServer()];
    const [kind] = testDatabases();
    room = await openCatalog(kind!, pictures);
  });
  afterAll(async () => {
    await room.close();
    await pictures.close();
    await foreign.close();
  });

  const imported = async (id: string, urls: string[]) => {
    room.shop.products.clear();
    room.shop.put(id, { pictures: urls });
    await room.importAll();
    const row = await room.tables.selectFrom('catalog_products').select('pictures').where('externalProductId', '=', id).executeTakeFirst();
    return row ? (JSON.parse(row.pictures) as string[]) : [];
  };

  it('copies pictures under the hash of their content and serves them fenced in', async () => {
    pictures.pictures.set('/a.svg', { type: 'image/svg+xml; charset=utf-8', body: Buffer.from(svg('<rect/>')) });
    pictures.pictures.set('/same.svg', { type: 'image/svg+xml', body: Buffer.from(svg('<rect/>')) });
    const names = await imported('1', ['/ok/1', '/a.svg', '/same.svg']);
    expect(names).toHaveLength(3);
    expect(names[1]).toBe(names[2]);
    expect(names[1]).toMatch(/^[0-9a-f]{32}\.svg$/);
    const served = successOf(await room.call(catalogContract.media, { params: { name: names[1] } })) as {
      contentType: string;
      headers: Record<string, string>;
    };
    expect(served.contentType).toBe('image/svg+xml');
    expect(served.headers['content-security-policy']).toContain('sandbox');
    for (const name of ['../../etc/passwd', `${'0'.repeat(32)}.exe`, `${'0'.repeat(32)}.png`])
      expect(codeOf(await room.call(catalogContract.media, { params: { name } }))).toBe('catalog.pictureNotFound');
  });

  it('asks no foreign host, and keeps nothing that is harmful, too large or no picture', async () => {
    pictures.pictures.set('/bad.svg', { type: 'image/svg+xml', body: Buffer.from(svg('<script/>')) });
    pictures.pictures.set('/page', { type: 'text/html', body: Buffer.from('<p>') });
    pictures.pictures.set('/huge.png', { type: 'image/png', body: Buffer.alloc(5_000_001) });
    const urls = [`${foreign.origin}/ok/1`, 'http:broken', '/bad.svg', '/page', '/huge.png', '/missing', '/ok/2'];
    expect(await imported('2', urls)).toHaveLength(1);
    expect(foreign.asked).toEqual([]);
    expect(await imported('3', ['/bad.svg'])).toEqual([]);
  });

  it('copies at most nine, and keeps what it has when new ones cannot be had', async () => {
    expect(
      await imported(
        '4',
        Array.from({ length: 12 }, (_, index) => `/ok/${index}`),
      ),
    ).toHaveLength(9);
    const before = await imported('5', ['/ok/5']);
    expect(await imported('5', ['/missing'])).toEqual(before);
  });
});
