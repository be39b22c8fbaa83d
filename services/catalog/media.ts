import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogContext } from './context';

const MAX_BYTES = 5_000_000;
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
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (bytes.length > MAX_BYTES || (ending === 'svg' && !isHarmlessSvg(bytes.toString('utf8')))) return undefined;
  return storePicture(context, bytes, ending);
}

async function storePicture(context: CatalogContext, bytes: Buffer, ending: string): Promise<string> {
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${ending}`;
  const { mediaDirectory } = context.options;
  await mkdir(mediaDirectory, { recursive: true });
  const part = join(mediaDirectory, `.${name}.${process.pid}`);
  await writeFile(part, bytes);
  await rename(part, join(mediaDirectory, name));
  return name;
}

/** No scripts, no event handlers, no references to anything outside the file. */
function isHarmlessSvg(text: string): boolean {
  if (/<\s*(?:script|foreignObject|iframe|embed|object|!ENTITY|!DOCTYPE)/i.test(text) || /\son[a-z]+\s*=/i.test(text)) return false;
  const references = [...text.matchAll(/(?:href|src)\s*=\s*["']([^"']*)["']|url\(\s*["']?([^"')]*)/gi)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return references.every((reference) => reference.startsWith('#') || reference.startsWith('data:image/'));
}

/** A stored picture, or undefined. The name has been checked against `MEDIA_NAME`. */
export async function readPicture(context: CatalogContext, name: string): Promise<{ bytes: Buffer; contentType: string } | undefined> {
  const contentType = TYPES[name.split('.')[1] ?? ''];
  const bytes = await readFile(join(context.options.mediaDirectory, name)).catch(() => undefined);
  return bytes && contentType !== undefined ? { bytes, contentType } : undefined;
}
