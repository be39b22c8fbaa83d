import { type Outcome, rejected, succeeded } from './outcome';
import { isSignature } from './sign';
import { asMembers, asText, type Members, parseMembers, readTracking } from './tracking';
import type { PushForm, TrackingPush } from './types';

const BODY_LIMIT_CHARACTERS = 1024 * 1024;

const STATUS: Readonly<Record<string, TrackingPush['status']>> = {
  polling: 'polling',
  shutdown: 'finished',
  abort: 'aborted',
  updateall: 'updated',
};

/**
 * Checks `sign = MD5(param + salt)` and reads the push. Rejected `push.signature` for any byte changed, `push.body` when what is signed
 * cannot be read. https://api.kuaidi100.com/document/5f0ffa8f2977d50a94e1023c
 *
 * @throws RangeError when the salt is empty: everybody could sign with it
 */
export function openPush({ param, sign, salt }: PushForm): Outcome<TrackingPush> {
  if (salt === '') throw new RangeError('the salt is empty');
  if (param === undefined || param.length > BODY_LIMIT_CHARACTERS || !isSignature(sign, param, salt)) {
    return rejected('push.signature', 'the signature does not fit');
  }
  const push = parseMembers(param);
  const name = asText(push?.status) ?? '';
  const status = Object.hasOwn(STATUS, name) ? STATUS[name] : undefined;
  if (push === undefined || status === undefined) return rejected('push.body', `status ${name}`);
  return succeeded({ status, message: asText(push.message) ?? '', ...trackingOf(push), ...correctionOf(push) });
}

function trackingOf(push: Members): Pick<TrackingPush, 'tracking'> {
  const result = asMembers(push.lastResult);
  const tracking = result === undefined ? undefined : readTracking(result);
  return tracking === undefined ? {} : { tracking };
}

function correctionOf(push: Members): Pick<TrackingPush, 'correctedCarrierCode'> {
  const corrected = asText(push.comNew);
  return corrected === undefined || corrected === '' || corrected === asText(push.comOld) ? {} : { correctedCarrierCode: corrected };
}
