import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpServer } from './index';
import { startServer } from './server-for-tests';
import { loadStatic, scriptHashes } from './static-files';

const folder = mkdtempSync(join(tmpdir(), 'qianxing-static-'));
const PAGE = '<!doctype html><script>window.a = 1</script><script type="module" src="/assets/app-a1b2c3d4.js"></script>';
const SCRIPT = 'export const answer = 42;'.repeat(50);
let server: HttpServer;

beforeAll(async () => {
  writeFileSync(join(folder, '..', `${folder.split('/').at(-1)}-secret.txt`), 'secret');
  for (const app of ['shop', 'admin']) {
    mkdirSync(join(folder, app, 'assets'), { recursive: true });
    writeFileSync(join(folder, app, 'index.html'), PAGE.replace('window.a', `window.${app}`));
    writeFileSync(join(folder, app, 'assets', 'app-a1b2c3d4.js'), SCRIPT);
    writeFileSync(join(folder, app, 'assets', 'app-a1b2c3d4.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, app, 'logo.svg'), '<svg/>');
    writeFileSync(join(folder, app, '.env'), 'SECRET=1');
  }
  writeFileSync(join(folder, 'shop', '轮胎.txt'), 'tyre');
  server = startServer({ routes: [] });
  await server.mountStatic({ prefix: '/', folder: join(folder, 'shop'), spaFallback: true });
  await server.mountStatic({ prefix: '/admin/', folder: join(folder, 'admin'), spaFallback: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(`${folder}-secret.txt`);
});
const get = (url: string, headers: Record<string, string> = { accept: 'text/html' }) => server.inject({ url, headers });

describe('a static application', () => {
  it('has its page at the prefix and at every page address inside', async () => {
    for (const url of ['/', '/index.html', '/orders/7', '/orders/7?tab=1']) expect((await get(url)).body).toContain('window.shop');
    for (const url of ['/admin/', '/admin/orders/7']) expect((await get(url)).body).toContain('window.admin');
    const redirect = await get('/admin');
    expect([redirect.statusCode, redirect.headers.location]).toEqual([308, '/admin/']);
    expect((await get('/%E8%BD%AE%E8%83%8E.txt')).body).toBe('tyre');
  });

  it('never stands in for a missing file or an API address', async () => {
    for (const url of ['/assets/none.js', '/none.png', '/api/v1/none', '/api', '/staff/v1/none', '/hooks/none', '/log/none']) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'request.notFound']);
    }
    expect((await get('/orders/7', { accept: 'application/json' })).statusCode).toBe(404);
    expect((await server.inject({ method: 'POST', url: '/orders/7', headers: { accept: 'text/html' } })).statusCode).toBe(404);
  });

  it('is cached for ever where the name holds a hash and asked for again elsewhere', async () => {
    expect((await get('/assets/app-a1b2c3d4.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of ['/', '/logo.svg']) expect((await get(url)).headers['cache-control']).toBe('no-cache');
    const tag = String((await get('/logo.svg')).headers.etag);
    const again = await get('/logo.svg', { 'if-none-match': tag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('is sent compressed to whoever takes it', async () => {
    const packed = await get('/assets/app-a1b2c3d4.js', { 'accept-encoding': 'gzip, br' });
    expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['br', 'Accept-Encoding']);
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe(SCRIPT);
    const plain = await get('/assets/app-a1b2c3d4.js', { 'accept-encoding': 'br;q=0' });
    expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, SCRIPT]);
    expect(plain.headers.etag).not.toBe(packed.headers.etag);
    expect((await get('/assets/app-a1b2c3d4.js.br', {})).statusCode).toBe(404);
  });

  it('runs its own inline scripts and no others', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);
    const [hash = ''] = scriptHashes(PAGE.replace('window.a', 'window.shop'));
    expect(policy).toContain(`script-src 'self' '${hash}';`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain('unsafe');
  });

  it('answers HEAD with the length and no body', async () => {
    const head = await server.inject({ method: 'HEAD', url: '/logo.svg' });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '6', '']);
  });

  it('gives nothing from outside its folder and no hidden file, however it is asked', async () => {
    const secret = `${folder.split('/').at(-1)}-secret.txt`;
    const tricks = ['../', '..%2f', '%2e%2e/', '..%5c', '....//', '/%00', './../'].flatMap((up) => [
      `/${up}${secret}`,
      `/${up}${up}${secret}`,
      `/admin/${up}${up}${secret}`,
    ]);
    for (const url of [...tricks, '/.env', '/admin/.env', '/%2eenv', '/admin/../.env']) {
      const answer = await get(url);
      expect([url, answer.body.includes('secret') || answer.body.includes('SECRET')]).toEqual([url, false]);
    }
    await fc.assert(
      fc.asyncProperty(fc.webPath(), async (path) => {
        const answer = await get(`/${path}`);
        expect(answer.statusCode).toBeLessThan(500);
        expect(answer.body).not.toContain('SECRET');
      }),
      { numRuns: 100 },
    );
  });

  it('is refused at the start when it is not built or the prefix is not one', async () => {
    await expect(loadStatic({ prefix: '/', folder: join(folder, 'none') }, false)).rejects.toThrow();
    await expect(loadStatic({ prefix: '/', folder: join(folder, 'shop', 'assets'), spaFallback: true }, false)).rejects.toThrow(
      'index.html',
    );
    await expect(loadStatic({ prefix: '/x', folder: join(folder, 'shop') }, false)).rejects.toThrow(RangeError);
  });
});
