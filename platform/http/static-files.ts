import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasVersion } from './answers';
import { pageHeaders } from './security-headers';

/** A built application (HTML, scripts, styles, pictures) under a path prefix that ends with `/`. */
export interface StaticMount {
  readonly prefix: string;
  readonly folder: string;
  /** Answer `index.html` for every page address inside the prefix (applications that route in the browser). */
  readonly spaFallback?: boolean;
}

interface StaticFile {
  readonly content: Buffer;
  readonly contentType: string;
  readonly tag: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Encodings built beside the file: `name.br`, `name.gz`. */
  readonly encodings: ReadonlyMap<'br' | 'gzip', Buffer>;
}

export interface StaticApplication {
  readonly prefix: string;
  /** Sends the file for a path, or answers undefined if there is none. Only files listed at mount time can be sent. */
  send(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.mp4': 'video/mp4',
};
const YEAR = 'public, max-age=31536000, immutable';
/** Build tools put a content hash of at least eight characters before the ending: such a file never changes. */
const HASHED_NAME = /[.-][\w-]{8,}\.[a-z0-9]+$/i;

/**
 * Reads the folder once and keeps it in memory: built applications are a few megabytes, a rebuild under a running server cannot mix
 * two builds, and no request path ever reaches the file system. @throws Error if the folder or, with `spaFallback`, its `index.html` is missing
 */
export async function loadStatic(mount: StaticMount, production: boolean): Promise<StaticApplication> {
  if (!mount.prefix.startsWith('/') || !mount.prefix.endsWith('/'))
    throw new RangeError(`prefix must start and end with /: ${mount.prefix}`);
  const files = new Map<string, StaticFile>();
  const paths = await listFiles(mount.folder);
  const known = new Set(paths);
  for (const path of paths) {
    if (/\.(?:br|gz)$/.test(path) && known.has(path.replace(/\.(?:br|gz)$/, ''))) continue;
    files.set(relative(mount.folder, path).split(sep).join('/'), await describeFile(path, known, production));
  }
  const index = files.get('index.html');
  if (mount.spaFallback === true && index === undefined) throw new Error(`no index.html in ${mount.folder}`);
  const find = (path: string): StaticFile | undefined => {
    if (path === '' || path.endsWith('/')) return files.get(`${path}index.html`);
    return files.get(path);
  };
  return {
    prefix: mount.prefix,
    send(request, reply, path) {
      const inside = decode(path.slice(mount.prefix.length));
      if (inside === undefined) return undefined;
      const isPage = mount.spaFallback === true && extname(inside) === '' && acceptsPages(request);
      const file = find(inside) ?? (isPage ? index : undefined);
      return file === undefined ? undefined : sendFile(request, reply, file);
    },
  };
}

const acceptsPages = (request: FastifyRequest) => /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*');

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.'))
      .map((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : [])),
  );
  return lists.flat().sort();
}

async function describeFile(path: string, known: ReadonlySet<string>, production: boolean): Promise<StaticFile> {
  const content = await readFile(path);
  const encodings = new Map<'br' | 'gzip', Buffer>();
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const)
    if (known.has(path + ending)) encodings.set(encoding, await readFile(path + ending));
  const isPage = path.endsWith('.html');
  const immutable = !isPage && HASHED_NAME.test(path) && /\d/.test(HASHED_NAME.exec(path)?.[0] ?? '');
  return {
    content,
    contentType: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    tag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`,
    encodings,
    headers: {
      ...pageHeaders(production, isPage ? scriptHashes(content.toString('utf8')) : []),
      'cache-control': immutable ? YEAR : 'no-cache',
      ...(encodings.size > 0 ? { vary: 'Accept-Encoding' } : {}),
    },
  };
}

/** Hashes of the inline scripts of a page, for its content security policy. @see CSP Level 3 §2.3.1 */
export function scriptHashes(html: string): string[] {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc\s*=)[^>]*>([\s\S]*?)<\/script>/gi)];
  return inline
    .map(([, code = '']) => code)
    .filter((code) => code.trim() !== '')
    .map((code) => `sha256-${createHash('sha256').update(code).digest('base64')}`);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const accepted = request.headers['accept-encoding'];
  const encoding =
    file.encodings.has('br') && accepts(accepted, 'br')
      ? 'br'
      : file.encodings.has('gzip') && accepts(accepted, 'gzip')
        ? 'gzip'
        : undefined;
  const content = (encoding === undefined ? undefined : file.encodings.get(encoding)) ?? file.content;
  // A strong tag names one sequence of bytes, so each encoding has its own.
  const tag = encoding === undefined ? file.tag : `${file.tag.slice(0, -1)}-${encoding}"`;
  reply.headers(file.headers).header('etag', tag);
  if (hasVersion(request.headers['if-none-match'], tag)) return reply.code(304).send();
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  reply.code(200).header('content-type', file.contentType).header('content-length', content.length);
  return request.method === 'HEAD' ? reply.send() : reply.send(content);
}

function accepts(header: string | string[] | undefined, encoding: string): boolean {
  if (typeof header !== 'string') return false;
  return header.split(',').some((part) => {
    const [name, weight] = part.trim().toLowerCase().split(';');
    return name?.trim() === encoding && !/q=0(?:\.0*)?$/.test(weight?.trim() ?? '');
  });
}
