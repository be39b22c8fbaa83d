import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '../../i18n';
import SignOffDialog, { type SignOffRequest } from './SignOffDialog.vue';

const request: SignOffRequest = {
  scope: 'plan:three-level-demo@1',
  candidates: ['PYR-02', 'PYR-13'],
  chosen: ['PYR-13'],
  channels: ['app', 'h5'],
};
const HASH = 'b'.repeat(64);
interface Sent {
  readonly key: string | null;
  readonly body: Record<string, unknown>;
}
const sent: Sent[] = [];
const read: unknown[] = [];
let respond: () => Response | Promise<Response>;

enableAutoUnmount(afterEach);

beforeEach(() => {
  sent.length = 0;
  read.length = 0;
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00+08:00') });
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    if (path === '/staff/v1/guard/risk-text') {
      read.push(body.ruleIds);
      return new Response(JSON.stringify({ riskTextHash: HASH, packId: 'cn-2026.11', items: [] }));
    }
    sent.push({ key: new Headers(init.headers).get('idempotency-key'), body });
    return respond();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  document.body.innerHTML = '';
});

async function open(fields: Partial<SignOffRequest> = {}) {
  const wrapper = mount(SignOffDialog, {
    props: { request: { ...request, ...fields } },
    global: { plugins: [i18n] },
    attachTo: document.body,
  });
  await flushPromises();
  const type = async (testId: string, value: string) => {
    const field = document.querySelector<HTMLInputElement>(`input[data-testid="${testId}"]`)!;
    field.value = value;
    field.dispatchEvent(new Event('input'));
    await flushPromises();
  };
  const endOn = async (day: string) => {
    wrapper.findComponent({ name: 'ElDatePicker' }).vm.$emit('update:modelValue', day);
    await flushPromises();
  };
  const confirmReading = async () => {
    document.querySelector<HTMLInputElement>('[data-testid="sign-off-read"] input')!.click();
    await flushPromises();
  };
  const fill = async () => {
    await type('sign-off-opinion', 'OP-2026-118');
    await type('sign-off-counsel', '周正明');
    await type('sign-off-licence', '13702201810123456');
    await endOn('2027-03-31');
  };
  const submit = async () => {
    document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    await flushPromises();
  };
  return { wrapper, type, endOn, confirmReading, fill, submit };
}

describe('sign-off dialog', () => {
  it('signs with the hash of the risk text that was shown and read', async () => {
    respond = () => new Response('{}', { status: 201 });
    const { wrapper, fill, confirmReading, submit } = await open();
    expect(read).toEqual([['PYR-13']]);
    await fill();
    await confirmReading();
    await submit();
    expect(sent.map((call) => call.body)).toEqual([
      {
        scope: 'plan:three-level-demo@1',
        ruleIds: ['PYR-13'],
        opinionId: 'OP-2026-118',
        counselName: '周正明',
        counselLicenceNo: '13702201810123456',
        channels: ['app', 'h5'],
        validUntil: '2027-04-01T00:00:00+08:00',
        riskTextHash: HASH,
      },
    ]);
    expect(sent[0]!.key).toMatch(/^[\w.:-]{8,128}$/);
    expect(wrapper.emitted('proposed')).toHaveLength(1);
  });

  it('sends nothing until the risk was read', async () => {
    const { fill, submit } = await open();
    await fill();
    await submit();
    expect(sent).toEqual([]);
  });

  it.each(['2027-05-21', '2026-11-21', ''])('sends nothing for the last day «%s»', async (day) => {
    const { fill, endOn, confirmReading, submit } = await open();
    await fill();
    await confirmReading();
    await endOn(day);
    await submit();
    expect(sent).toEqual([]);
  });

  it('sends nothing where no signature counts, and says so', async () => {
    const { fill, confirmReading, submit } = await open({ chosen: ['PYR-02'], channels: ['app', 'wechat_mp'] });
    await fill();
    await confirmReading();
    await submit();
    expect(sent).toEqual([]);
    expect(document.querySelector('[data-testid="sign-off-excluded"]')).not.toBeNull();
  });

  it('repeats a lost call with the same key', async () => {
    respond = () => Promise.reject(new TypeError('network'));
    const { wrapper, fill, confirmReading, submit } = await open();
    await fill();
    await confirmReading();
    await submit();
    await submit();
    expect(sent).toHaveLength(2);
    expect(sent[1]!.key).toBe(sent[0]!.key);
    expect(wrapper.emitted('proposed')).toBeUndefined();
    expect(document.querySelector('[data-testid="problem"]')?.getAttribute('data-code')).toBe('client.offline');
  });
});
