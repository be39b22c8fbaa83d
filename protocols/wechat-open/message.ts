import { read, type WechatCall } from './call';
import { asInteger, asObject, asText } from './json';
import type { JsonObject, TextScene, TextToCheck, TextVerdict, WechatOpen } from './types';

type Messages = Pick<WechatOpen, 'sendSubscriptionMessage' | 'checkText'>;

const SCENE_NUMBER: Readonly<Record<TextScene, number>> = { profile: 1, comment: 2, forum: 3, socialLog: 4 };

/**
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
 */
export function createMessages(call: WechatCall): Messages {
  return {
    sendSubscriptionMessage: async (message) => {
      const body = {
        touser: message.toOpenId,
        template_id: message.templateId,
        ...(message.page === undefined ? {} : { page: message.page }),
        miniprogram_state: message.version ?? 'formal',
        lang: message.language ?? 'zh_CN',
        data: Object.fromEntries(Object.entries(message.fields).map(([name, value]) => [name, { value }])),
      };
      // Older accounts get no id back; the message was sent all the same.
      return read(await call.post('/cgi-bin/message/subscribe/send', body), (content) => ({ messageId: asText(content.msgid) ?? '' }));
    },

    checkText: async (text) => read(await call.post('/wxa/msg_sec_check', checkBody(text)), verdict),
  };
}

function checkBody({ content, openId, scene, title, nickname, signature }: TextToCheck): JsonObject {
  return {
    version: 2,
    openid: openId,
    scene: SCENE_NUMBER[scene],
    content,
    ...(title === undefined ? {} : { title }),
    ...(nickname === undefined ? {} : { nickname }),
    ...(signature === undefined ? {} : { signature }),
  };
}

function verdict(content: JsonObject): TextVerdict | undefined {
  const result = asObject(content.result);
  const suggestion = asText(result?.suggest);
  if (suggestion !== 'pass' && suggestion !== 'review' && suggestion !== 'risky') return undefined;
  return { suggestion, label: asInteger(result?.label) ?? 0, traceId: asText(content.trace_id) ?? '' };
}
