import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Formatter, Rsa } from 'wechatpay-axios-plugin';
import { NOW_MS, PUBLIC_KEY_ID, platform } from './keys';

/** A stand-in for WeChat Pay on loopback. It signs with another library than the client under test. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Loopback {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** The next answers, first in first out; the last one stays. */
  answerWith(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

export interface AnswerOptions {
  readonly status?: number;
  readonly key?: KeyObject;
  readonly serial?: string;
  readonly timestamp?: number;
  readonly signature?: string;
  readonly unsigned?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const toText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

export function signatureHeaders(body: string, options: AnswerOptions = {}): Record<string, string> {
  const timestamp = options.timestamp ?? Math.floor(NOW_MS / 1000);
  const nonce = Formatter.nonce();
  const canonical = Formatter.response(String(timestamp), nonce, body);
  return {
    'Wechatpay-Timestamp': String(timestamp),
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': options.serial ?? PUBLIC_KEY_ID,
    'Wechatpay-Signature': options.signature ?? Rsa.sign(canonical, options.key ?? platform.privateKey),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

export function signed(body: unknown, options: AnswerOptions = {}): Answer {
  const text = body === undefined ? '' : toText(body);
  return (_request, response) => {
    const headers = options.unsigned === true ? {} : signatureHeaders(text, options);
    response.writeHead(options.status ?? 200, {
      'Content-Type': 'application/json',
      'Request-ID': '08F78BA-0',
      ...headers,
      ...options.headers,
    });
    response.end(text);
  };
}

export const refusal = (status: number, code: string, options: AnswerOptions = {}): Answer =>
  signed({ code, message: 'told to people' }, { ...options, status });

/** Promises more bytes than it sends, then cuts the connection. */
export const cutInHalf = (body: unknown): Answer => {
  return (_request, response) => {
    const text = toText(body);
    response.writeHead(200, { ...signatureHeaders(text), 'Content-Length': String(Buffer.byteLength(text)) });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  };
};

/** Takes the request and never answers. */
export const silence: Answer = () => {};

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startLoopback(): Promise<Loopback> {
  const requests: SeenRequest[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      requests.push(seen);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(seen, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerWith: (...next) => {
      answers = [...next];
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
