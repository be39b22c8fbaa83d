import { asInteger, asList, asObject, asText } from './json';
import { type Outcome, rejected, succeeded } from './outcome';
import type { Json, JsonObject, OpenEvent, ReceivedEvent } from './types';

type Reader = (message: ReceivedEvent) => OpenEvent | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  trade_manage_order_settlement: paymentSettling,
  trade_manage_remind_shipping: shippingReminder,
  subscribe_msg_popup_event: (message) => subscriptionsChanged(message, 'popup'),
  subscribe_msg_change_event: (message) => subscriptionsChanged(message, 'setting'),
  subscribe_msg_sent_event: subscriptionMessageSent,
};

/**
 * Types a push message that was verified before. Rejected `event.shape` when a known event lacks what it must carry; an event not known
 * here is `other`, never an error.
 * https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html (9)
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
 */
export function parseOpenEvent(message: ReceivedEvent): Outcome<OpenEvent> {
  const { event = '' } = message;
  const reader = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  if (reader === undefined) return succeeded({ kind: 'other', event });
  const parsed = reader(message);
  return parsed === undefined ? rejected('event.shape', `${event} lacks a member`) : succeeded(parsed);
}

function payment(content: JsonObject) {
  const transactionId = asText(content.transaction_id);
  if (!transactionId) return undefined;
  return { transactionId, merchantId: asText(content.merchant_id) ?? '', outTradeNo: asText(content.merchant_trade_no) ?? '' };
}

function paymentSettling({ content }: ReceivedEvent): OpenEvent | undefined {
  const key = payment(content);
  if (key === undefined) return undefined;
  const method = asInteger(content.confirm_receive_method);
  const confirmedBy = method === 1 ? 'time' : method === 2 ? 'payer' : 'other';
  return {
    kind: 'paymentSettling',
    ...key,
    ...instant('paidAt', content.pay_time),
    ...instant('shippedAt', content.shipped_time),
    ...instant('estimatedSettlementAt', content.estimated_settlement_time),
    ...(method === undefined || method === 0 ? {} : { confirmedBy }),
    ...instant('confirmedAt', content.confirm_receive_time),
    ...instant('settledAt', content.settlement_time),
  };
}

function shippingReminder({ content }: ReceivedEvent): OpenEvent | undefined {
  const key = payment(content);
  return key === undefined ? undefined : { kind: 'shippingReminder', ...key };
}

function subscriptionsChanged({ content, fromUserName }: ReceivedEvent, source: 'popup' | 'setting'): OpenEvent | undefined {
  const templates = entries(content, source === 'popup' ? 'SubscribeMsgPopupEvent' : 'SubscribeMsgChangeEvent').map((entry) => ({
    templateId: asText(entry.TemplateId) ?? '',
    accepted: asText(entry.SubscribeStatusString) === 'accept',
  }));
  const isComplete = templates.length > 0 && templates.every(({ templateId }) => templateId !== '');
  return isComplete ? { kind: 'subscriptionsChanged', openId: fromUserName, source, templates } : undefined;
}

function subscriptionMessageSent({ content, fromUserName }: ReceivedEvent): OpenEvent | undefined {
  const messages = entries(content, 'SubscribeMsgSentEvent').map((entry) => ({
    templateId: asText(entry.TemplateId) ?? '',
    messageId: asText(entry.MsgID) ?? '',
    errorCode: asText(entry.ErrorCode) ?? '',
  }));
  const isComplete = messages.length > 0 && messages.every(({ messageId }) => messageId !== '');
  return isComplete ? { kind: 'subscriptionMessageSent', openId: fromUserName, messages } : undefined;
}

/** `List` stands at the top in JSON and under the event's name in XML; one entry comes without a list around it. */
function entries(content: JsonObject, wrapper: string): readonly JsonObject[] {
  return asList(asObject(content[wrapper])?.List ?? content.List).flatMap((entry) => {
    const object = asObject(entry);
    return object === undefined ? [] : [object];
  });
}

/** Unix seconds; 0 and absent mean «not yet». */
function instant<N extends string>(name: N, value: Json | undefined): { readonly [K in N]?: number } {
  const seconds = asInteger(value);
  return (seconds === undefined || seconds <= 0 ? {} : { [name]: seconds * 1_000 }) as { readonly [K in N]?: number };
}
