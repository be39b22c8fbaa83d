import { X509Certificate } from 'node:crypto';
import { decryptAesGcm } from './cipher';
import type { Context } from './configuration';
import { child, children, decode, instant, text } from './decode';
import { outcomeOfError } from './error-codes';
import { requestRaw } from './exchange';
import { type JsonObject, parseJsonObject } from './json';
import { createKeyRing } from './keys';
import { type Outcome, okOutcome, unknownOutcome } from './outcome';
import { verifyMessage } from './signature';

export interface PlatformCertificate {
  readonly serial: string;
  readonly certificatePem: string;
  /** UTC milliseconds. */
  readonly effectiveAt: number;
  readonly expiresAt: number;
}

export interface CertificateOperations {
  /**
   * The platform certificates valid now, newest first, for merchants that do not use the public-key mode yet. Poll
   * hourly and hand them to `keyRing.renewCertificates`. The list proves itself: each certificate is sealed with the
   * APIv3 key, and the answer must be signed by a key of the ring or by one of the certificates in it.
   *
   * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012551764
   */
  download(): Promise<Outcome<readonly PlatformCertificate[]>>;
}

const PATH = '/v3/certificates';
const ANSWER_MAX_BYTES = 256 * 1024;

function unseal(context: Context, sealed: JsonObject): string | undefined {
  const [nonce, associatedData, ciphertext] = [text(sealed, 'nonce'), text(sealed, 'associated_data'), text(sealed, 'ciphertext')];
  for (const key of context.apiV3Keys) {
    const opened = decryptAesGcm(key, nonce, associatedData, ciphertext);
    if (opened !== undefined) return opened.toString('utf8');
  }
  return undefined;
}

function readCertificate(context: Context, source: JsonObject): PlatformCertificate | undefined {
  const certificatePem = unseal(context, child(source, 'encrypt_certificate'));
  if (certificatePem === undefined) return undefined;
  const serial = text(source, 'serial_no');
  try {
    if (new X509Certificate(certificatePem).serialNumber.toUpperCase() !== serial.toUpperCase()) return undefined;
  } catch {
    return undefined;
  }
  return { serial, certificatePem, effectiveAt: instant(source, 'effective_time'), expiresAt: instant(source, 'expire_time') };
}

function readList(context: Context, body: Buffer): readonly PlatformCertificate[] | undefined {
  const source = parseJsonObject(body);
  const read = source && decode(source, (list) => children(list, 'data').map((item) => readCertificate(context, item)));
  const found = read?.filter((certificate) => certificate !== undefined) ?? [];
  if (read === undefined || found.length === 0 || found.length !== read.length) return undefined;
  const nowMs = context.now();
  return found
    .filter(({ effectiveAt, expiresAt }) => effectiveAt <= nowMs && nowMs < expiresAt)
    .sort((a, b) => b.effectiveAt - a.effectiveAt);
}

export function certificateOperations(context: Context): CertificateOperations {
  return {
    async download() {
      const { timeoutMs } = context;
      const answer = await requestRaw(context, { method: 'GET', pathAndQuery: PATH, body: '', maxBytes: ANSWER_MAX_BYTES, timeoutMs });
      if ('kind' in answer) return answer;
      const { httpStatus } = answer;
      if (httpStatus !== 200) {
        const code = parseJsonObject(answer.body)?.code;
        return outcomeOfError(httpStatus, typeof code === 'string' ? code : undefined, `certificate list answered ${httpStatus}`);
      }
      const certificates = readList(context, answer.body);
      if (certificates === undefined || certificates.length === 0) {
        return unknownOutcome('unreadableAnswer', 'no usable certificate in the list: is the APIv3 key right?', { httpStatus });
      }
      const listed = createKeyRing(certificates.map(({ certificatePem }) => ({ certificatePem })));
      const either = { current: context.keyRing.current, find: (serial: string) => context.keyRing.find(serial) ?? listed.find(serial) };
      const fault = verifyMessage(answer.headers, answer.body, either, context.now());
      return fault === undefined ? okOutcome(certificates) : unknownOutcome('unverifiedAnswer', fault, { httpStatus });
    },
  };
}
