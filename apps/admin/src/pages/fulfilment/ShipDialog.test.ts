import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '../../i18n';
import ShipDialog, { type ShipOrder } from './ShipDialog.vue';

const order: ShipOrder = {
  orderId: 'order-1',
  orderNo: '1001',
  lines: [
    { orderLineId: 'line-1', title: '轮胎', label: '205/55R16', toShipQuantity: 4, heldQuantity: 0 },
    { orderLineId: 'line-2', title: '机油', label: '4L', toShipQuantity: 0, heldQuantity: 1 },
  ],
};
interface Sent {
  readonly key: string | null;
  readonly body: { waybillNo: string; carrierCode: string; lines: { orderLineId: string; quantity: number }[] };
}
const sent: Sent[] = [];
let respond: () => Response | Promise<Response>;

enableAutoUnmount(afterEach);

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path === '/api/v1/carriers') return new Response(JSON.stringify({ items: [{ carrierCode: 'SF', nameZh: '顺丰', nameEn: 'SF' }] }));
    sent.push({ key: new Headers(init.headers).get('idempotency-key'), body: JSON.parse(String(init.body)) });
    return respond();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.innerHTML = '';
});

async function open() {
  const wrapper = mount(ShipDialog, { props: { order }, global: { plugins: [i18n] }, attachTo: document.body });
  await flushPromises();
  const type = async (waybillNo: string) => {
    const field = document.querySelector<HTMLInputElement>('input[data-testid="ship-waybill"]')!;
    field.value = waybillNo;
    field.dispatchEvent(new Event('input'));
    await flushPromises();
  };
  const submit = async () => {
    document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    await flushPromises();
  };
  return { wrapper, type, submit };
}

describe('ship dialog', () => {
  it('sends only lines with pieces in the parcel', async () => {
    respond = () => new Response(JSON.stringify({ waybillNo: 'SF123456' }), { status: 201 });
    const { wrapper, type, submit } = await open();
    await type('SF123456');
    await submit();
    expect(sent.map((call) => call.body)).toEqual([
      { orderId: 'order-1', carrierCode: 'SF', waybillNo: 'SF123456', lines: [{ orderLineId: 'line-1', quantity: 4 }] },
    ]);
    expect(wrapper.emitted('shipped')).toHaveLength(1);
    expect(wrapper.emitted('close')).toHaveLength(1);
  });

  it('sends nothing without a plausible waybill number', async () => {
    const { type, submit } = await open();
    await type('12');
    await submit();
    expect(sent).toEqual([]);
  });

  it('repeats a lost call with the same key, so that the parcel is not shipped twice', async () => {
    respond = () => Promise.reject(new TypeError('network'));
    const { wrapper, type, submit } = await open();
    await type('SF123456');
    await submit();
    await submit();
    expect(sent).toHaveLength(2);
    expect(sent[0]!.key).toMatch(/^[\w.:-]{8,128}$/);
    expect(sent[1]!.key).toBe(sent[0]!.key);
    expect(wrapper.emitted('shipped')).toBeUndefined();
    expect(document.querySelector('[data-testid="problem"]')?.getAttribute('data-code')).toBe('client.offline');
  });

  it('takes a new key when the parcel was changed', async () => {
    respond = () => Promise.reject(new TypeError('network'));
    const { type, submit } = await open();
    await type('SF123456');
    await submit();
    await type('SF654321');
    await submit();
    expect(sent[1]!.key).not.toBe(sent[0]!.key);
  });

  it('sends one call however often the button is pressed while it is under way', async () => {
    let finish: (response: Response) => void = () => undefined;
    respond = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const { type, submit } = await open();
    await type('SF123456');
    await submit();
    await submit();
    expect(sent).toHaveLength(1);
    finish(new Response(JSON.stringify({ waybillNo: 'SF123456' }), { status: 201 }));
    await flushPromises();
  });
});
