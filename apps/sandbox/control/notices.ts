import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import type { Delivery } from '../delivery';
import { delayNotice, type Notice, resendNotice } from '../notices';
import type { World } from '../world';

const delayBody = Type.Object({ byMs: Type.Integer({ minimum: 0 }) }, { additionalProperties: false });
interface NoticePath {
  Params: { noticeId: string };
}

/** Notifications: what was sent, with what result; send again, delay, replay. */
export function registerNoticeControl(app: FastifyInstance, world: World, delivery: Delivery): void {
  const find = (noticeId: string): Notice | undefined => world.state.notices.get(noticeId);
  app.get<{ Querystring: { objectKey?: string; party?: string } }>('/sandbox/notices', async (request) => {
    const { objectKey, party } = request.query;
    const all = [...world.state.notices.values()].filter(
      (notice) => (objectKey === undefined || notice.objectKey === objectKey) && (party === undefined || notice.party === party),
    );
    return { notices: all.slice(-500) };
  });
  app.post<NoticePath>('/sandbox/notices/:noticeId/resend', async (request, reply) => {
    const notice = find(request.params.noticeId);
    if (notice === undefined) return reply.code(404).send({ code: 'notFound' });
    resendNotice(world, notice);
    await delivery.settle();
    return notice;
  });
  app.post<NoticePath>('/sandbox/notices/:noticeId/duplicate', async (request, reply) => {
    const notice = find(request.params.noticeId);
    if (notice === undefined) return reply.code(404).send({ code: 'notFound' });
    notice.copies = 2;
    resendNotice(world, notice);
    await delivery.settle();
    return notice;
  });
  app.post<NoticePath>('/sandbox/notices/:noticeId/delay', async (request, reply) => {
    const notice = find(request.params.noticeId);
    const body: unknown = request.body;
    if (notice === undefined) return reply.code(404).send({ code: 'notFound' });
    if (!Value.Check(delayBody, body)) return reply.code(400).send({ code: 'invalid' });
    delayNotice(world, notice, body.byMs);
    return notice;
  });
  app.post<NoticePath>('/sandbox/notices/:noticeId/replay', async (request, reply) => {
    const notice = find(request.params.noticeId);
    const last = notice?.attempts.at(-1);
    if (notice === undefined || last === undefined) return reply.code(404).send({ code: 'notFound' });
    return delivery.replay(notice, last);
  });
  app.post('/sandbox/settle', async () => {
    await delivery.settle();
    return { settled: true };
  });
}
