import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newCode } from '@qianxing/ids';
import type { CatalogContext } from './context';

const MAX_BYTES = 5_000_000;
/** Pictures of one product that are copied. */
export const PICTURES_AT_MOST = 9;
const FETCH_TIMEOUT_MS = 10_000;
const ENDINGS: Readonly<Record<string, string>> = { 'image/svg+xml': 'svg', 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };
const TYPES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' };

/** Name of a stored picture: content hash and ending. */
export const MEDIA_NAME = '^[0-9a-f]{32}\\.(?:svg|png|jpg|webp)$';

/**
 * Copies a picture of the Channels shop into our own folder under the hash of its content: the shop shows no picture from another host.
 * Only configured origins are asked. Answers undefined when there is no usable picture.
 */
export async function copyPicture(context: CatalogContext, url: string): Promise<string | undefined> {
  if (!URL.canParse(url) || !context.options.pictureOrigins.includes(new URL(url).origin)) return undefined;
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' }).catch(() => undefined);
  const ending = ENDINGS[answer?.headers.get('content-type')?.split(';')[0]?.trim() ?? ''];
  if (!answer?.ok || ending === undefined) return undefined;
  const bytes = await bytesOf(answer);
  if (!bytes || (ending === 'svg' && !isHarmlessSvg(bytes))) return undefined;
  return storePicture(context, bytes, ending);
}

async function storePicture(context: CatalogContext, bytes: Buffer, ending: string): Promise<string> {
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${ending}`;
  const { mediaDirectory } = context.options;
  await mkdir(mediaDirectory, { recursive: true });
  const part = join(mediaDirectory, `.${name}.${newCode(12)}`);
  await writeFile(part, bytes);
  await rename(part, join(mediaDirectory, name));
  return name;
}

/** The body, or undefined when it is too large or breaks off; no more is read than is allowed. */
async function bytesOf(answer: Response): Promise<Buffer | undefined> {
  if (!answer.body) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > MAX_BYTES) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}

const HARMFUL = [
  /<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|embed|object|handler|listener)\b/i,
  /<!\s*(?:ENTITY|DOCTYPE)/i,
  /<\?(?!xml\s)/i,
  /[\s"'/]on[a-z]+\s*=/i,
  /@import/i,
  /attributeName\s*=\s*["']?\s*(?:[\w.-]+:)?(?:href|on)/i,
  /javascript\s*:/i,
];

/** No scripts, no event handlers, no animated links, no references to anything outside the file, and UTF-8, so that this is what is seen. */
export function isHarmlessSvg(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.includes('\u0000') || text.includes('\uFFFD')) return false;
  const encoding = /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)/i.exec(text)?.[1];
  if (encoding !== undefined && !/^utf-8$/i.test(encoding)) return false;
  if (HARMFUL.some((pattern) => pattern.test(text))) return false;
  const references = [...text.matchAll(/(?:href|src)\s*=\s*["']([^"']*)["']|url\(\s*["']?([^"')]*)/gi)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return references.every((reference) => reference.startsWith('#') || /^data:image\/(?:png|jpeg|webp|gif)/.test(reference));
}

/** A stored picture, or undefined. The name has been checked against `MEDIA_NAME`. */
export async function readPicture(context: CatalogContext, name: string): Promise<{ bytes: Buffer; contentType: string } | undefined> {
  const contentType = TYPES[name.split('.')[1] ?? ''];
  const bytes = await readFile(join(context.options.mediaDirectory, name)).catch(() => undefined);
  return bytes && contentType !== undefined ? { bytes, contentType } : undefined;
}
