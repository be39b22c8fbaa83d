import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, parseOpenEvent } from './index';

const parse = (event: string, content: JsonObject) => parseOpenEvent({ event, fromUserName: 'o1', content });

describe('events of a mini program', () => {
  const shipped = {
    transaction_id: '4200001',
    merchant_id: '1900',
    merchant_trade_no: 'T1',
    pay_time: 1_700_000_000,
    shipped_time: 1_700_000_100,
    estimated_settlement_time: 1_700_900_000,
    confirm_receive_method: 0,
    confirm_receive_time: 0,
    settlement_time: 0,
  };

  it('given a payment shipped but not settled, then no settlement is claimed', () => {
    expect(parse('trade_manage_order_settlement', shipped)).toEqual({
      kind: 'ok',
      value: {
        kind: 'paymentSettling',
        transactionId: '4200001',
        merchantId: '1900',
        outTradeNo: 'T1',
        paidAt: 1_700_000_000_000,
        shippedAt: 1_700_000_100_000,
        estimatedSettlementAt: 1_700_900_000_000,
      },
    });
  });

  it.each([
    [1, 'time'],
    [2, 'payer'],
    [3, 'other'],
  ] as const)('given it settled and confirmed by method %i, then by %s and both instants', (method, confirmedBy) => {
    const settled = { ...shipped, confirm_receive_method: method, confirm_receive_time: '1700000200', settlement_time: 1_700_000_300 };
    expect(parse('trade_manage_order_settlement', settled)).toMatchObject({
      value: { confirmedBy, confirmedAt: 1_700_000_200_000, settledAt: 1_700_000_300_000 },
    });
  });

  it('given a reminder to ship, then its payment', () => {
    expect(parse('trade_manage_remind_shipping', shipped)).toEqual({
      kind: 'ok',
      value: { kind: 'shippingReminder', transactionId: '4200001', merchantId: '1900', outTradeNo: 'T1' },
    });
  });

  it('given one consent or several, in JSON or XML shape, then the same list', () => {
    const [a, b] = [
      { TemplateId: 'tpl1', SubscribeStatusString: 'accept' },
      { TemplateId: 'tpl2', SubscribeStatusString: 'reject' },
    ];
    const one = [{ templateId: 'tpl1', accepted: true }];
    const two = [...one, { templateId: 'tpl2', accepted: false }];
    const shapes: [JsonObject, typeof two][] = [
      [{ List: a }, one],
      [{ List: [a, b] }, two],
      [{ SubscribeMsgPopupEvent: { List: a } }, one],
      [{ SubscribeMsgPopupEvent: { List: [a, b] } }, two],
    ];
    for (const [content, templates] of shapes) {
      expect(parse('subscribe_msg_popup_event', content)).toEqual({
        kind: 'ok',
        value: { kind: 'subscriptionsChanged', openId: 'o1', source: 'popup', templates },
      });
    }
    expect(parse('subscribe_msg_change_event', { List: [b] })).toMatchObject({ value: { source: 'setting', templates: [two[1]] } });
  });

  it('given a message sent, then its id as text and its code', () => {
    const content = { List: { TemplateId: 'tpl1', MsgID: '1700827132819554304', ErrorCode: '0', ErrorStatus: 'success' } };
    expect(parse('subscribe_msg_sent_event', content)).toMatchObject({
      value: { kind: 'subscriptionMessageSent', messages: [{ templateId: 'tpl1', messageId: '1700827132819554304', errorCode: '0' }] },
    });
  });

  it('given an event not known here, then other; given a known one without its members, then rejected, never thrown', () => {
    expect(parse('constructor', {})).toEqual({ kind: 'ok', value: { kind: 'other', event: 'constructor' } });
    const known = [
      'trade_manage_order_settlement',
      'trade_manage_remind_shipping',
      'subscribe_msg_popup_event',
      'subscribe_msg_sent_event',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.dictionary(fc.string(), fc.jsonValue()), (event, content) => {
        expect(parse(event, content as JsonObject)).toMatchObject({ code: 'event.shape' });
      }),
    );
  });
});
