import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { numberParameter, takeFaults } from '../faults';
import { cutConnection } from '../wechat-pay/gateway';
import { nextHex, type World } from '../world';

const MESSAGES_KEPT = 2_000;
const sendBody = Type.Object(
  {
    phone: Type.String({ pattern: '^\\+?\\d{5,20}$' }),
    text: Type.String({ minLength: 1, maxLength: 500 }),
    code: Type.Optional(Type.String({ pattern: '^\\d{4,8}$' })),
  },
  { additionalProperties: false },
);

/** `POST /sms/send {phone, text, code?}` with `Authorization: Bearer <secret>` → `{messageId}`. */
export function registerSms(app: FastifyInstance, world: World): void {
  app.post('/sms/send', async (request, reply) => {
    if (!isBearer(request.headers.authorization, world.credentials.sms.secret)) return reply.code(401).send({ code: 'unauthorized' });
    const body: unknown = request.body;
    if (!Value.Check(sendBody, body))
      return reply.code(400).send({ code: 'invalid', reason: Value.Errors(sendBody, body).First()?.message });
    for (const fault of takeFaults(world, 'sms', 'send', 'before', body.phone)) {
      if (fault.fault === 'slow') await sleep(numberParameter(fault, 'delayMs', 3_000));
      else if (fault.fault === 'connectionReset') return cutConnection(request, reply);
      else return reply.code(fault.fault === 'frequencyLimited' ? 429 : 500).send({ code: fault.fault });
    }
    const { textMessages } = world.state;
    const message = {
      messageId: nextHex(world, 16),
      phone: body.phone,
      text: body.text,
      code: body.code ?? null,
      sentAtMs: world.clock.now(),
    };
    textMessages.push(message);
    if (textMessages.length > MESSAGES_KEPT) textMessages.splice(0, textMessages.length - MESSAGES_KEPT);
    world.touch();
    if (takeFaults(world, 'sms', 'send', 'after', body.phone).length > 0) return cutConnection(request, reply);
    return { messageId: message.messageId };
  });
}

function isBearer(header: string | undefined, secret: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${secret}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
