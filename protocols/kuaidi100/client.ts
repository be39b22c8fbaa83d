import { type Answer, checkedBaseUrl, DEFAULT_TIMEOUT_MS, exchange } from './http';
import { type Outcome, rejected, succeeded, unknown } from './outcome';
import { signature } from './sign';
import { asText, type Members, parseMembers, readTracking } from './tracking';
import type { Kuaidi100, Kuaidi100Config, SubscribeInput, TrackInput } from './types';

const ALREADY_SUBSCRIBED = '501';
/** Nothing known yet, server fault, busy. */
const TRACK_RETRYABLE = new Set(['500', '501', '502']);
const SUBSCRIBE_RETRYABLE = new Set(['500']);
const SALT_MIN_LENGTH = 8;

/** Asks for districts and a state per node. */
const DETAILED = '4';

/**
 * https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc (real-time query)
 * https://api.kuaidi100.com/document/5f0ffa8f2977d50a94e1023c (subscription and push)
 *
 * @throws TypeError when the base URL is no address: a mistake of configuration, told at start
 */
export function createKuaidi100(config: Kuaidi100Config): Kuaidi100 {
  const base = checkedBaseUrl(config.pollBaseUrl);
  const timeoutMs = config.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  async function postForm(path: string, fields: Readonly<Record<string, string>>): Promise<Outcome<Members>> {
    const body = new URLSearchParams(fields).toString();
    const answer = await exchange({
      method: 'POST',
      url: `${base}${path}`,
      body,
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
      timeoutMs,
    });
    return answer.kind === 'ok' ? readAnswer(answer.value) : answer;
  }

  return {
    track: async (input) => {
      const param = JSON.stringify(trackParam(input));
      const sign = signature(param, config.key, config.customer);
      const answer = await postForm('/poll/query.do', { customer: config.customer, sign, param });
      return answer.kind === 'ok' ? tracked(answer.value) : answer;
    },

    subscribe: async (input) => {
      if (input.salt.length < SALT_MIN_LENGTH) return rejected('input.salt', `at least ${SALT_MIN_LENGTH} characters`);
      const param = JSON.stringify(subscribeParam(input, config.key));
      const answer = await postForm('/poll', { schema: 'json', param });
      return answer.kind === 'ok' ? subscribed(answer.value) : answer;
    },
  };
}

function readAnswer({ bytes }: Answer): Outcome<Members> {
  const content = parseMembers(Buffer.from(bytes).toString('utf8'));
  return content === undefined ? unknown('answer not JSON') : succeeded(content);
}

/** Success has `status` «200» and no `returnCode`; failure has `returnCode`. */
function tracked(content: Members) {
  const code = asText(content.returnCode) ?? asText(content.status);
  if (code === undefined) return unknown('answer without code');
  if (code !== '200') return rejected(code, asText(content.message) ?? '', TRACK_RETRYABLE.has(code));
  const tracking = readTracking(content);
  return tracking === undefined ? unknown('answer incomplete') : succeeded(tracking);
}

function subscribed(content: Members) {
  const code = asText(content.returnCode);
  if (code === undefined) return unknown('answer without code');
  if (code === '200' || code === ALREADY_SUBSCRIBED) return succeeded({ alreadySubscribed: code === ALREADY_SUBSCRIBED });
  return rejected(code, asText(content.message) ?? '', SUBSCRIBE_RETRYABLE.has(code));
}

/** Members left undefined are left out by JSON.stringify. */
function trackParam({ carrierCode, trackingNumber, phone, from, to }: TrackInput) {
  return { com: carrierCode, num: trackingNumber, phone, from, to, resultv2: DETAILED, show: '0', order: 'desc' };
}

function subscribeParam({ carrierCode, trackingNumber, phone, from, to, callbackUrl, salt }: SubscribeInput, key: string) {
  const parameters = { callbackurl: callbackUrl, salt, resultv2: DETAILED, phone };
  return { company: carrierCode, number: trackingNumber, from, to, key, parameters };
}
