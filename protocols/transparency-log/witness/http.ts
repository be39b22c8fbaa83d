import type { IncomingMessage, RequestListener } from 'node:http';
import type { WitnessAnswer } from './client';
import type { Witness } from './witness';

/** A request is a checkpoint, 63 hashes and a few signatures. */
const MAX_BODY_BYTES = 65_536;
const MAX_IGNORED_BYTES = 1_000_000;

/** Serves a witness below `/`; for `http.createServer`. */
export function witnessListener(witness: Witness): RequestListener {
  return (request, response) => {
    answerTo(witness, request)
      .catch((): WitnessAnswer => ({ status: 500, contentType: 'text/plain; charset=utf-8', body: 'the witness could not answer\n' }))
      .then(({ status, contentType, body }) => {
        response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
        response.end(body);
      });
  };
}

async function answerTo(witness: Witness, request: IncomingMessage): Promise<WitnessAnswer> {
  const plain = (status: number, body: string): WitnessAnswer => ({ status, contentType: 'text/plain; charset=utf-8', body });
  const [path = ''] = (request.url ?? '').split('?');
  const originHash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  if (originHash !== undefined) return request.method === 'GET' ? witness.latestCheckpoint(originHash) : plain(405, 'GET only\n');
  if (path !== '/add-checkpoint') return plain(404, 'there is nothing here\n');
  if (request.method !== 'POST') return plain(405, 'POST only\n');
  const body = await readBody(request);
  return body === undefined ? plain(413, 'the request is too long\n') : witness.addCheckpoint(body);
}

/** Undefined when it is too long. What is too long is read on for a while, or the sender would not hear the answer. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) throw new TypeError('a body is made of buffers');
    length += part.length;
    if (length > MAX_IGNORED_BYTES) break;
    if (length <= MAX_BODY_BYTES) parts.push(part);
  }
  return length > MAX_BODY_BYTES ? undefined : new Uint8Array(Buffer.concat(parts));
}
