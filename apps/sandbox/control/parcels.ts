import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { isMove } from '../kuaidi100/model';
import { abortTracking, moveParcel } from '../kuaidi100/tracking';
import type { World } from '../world';

const moveBody = Type.Object(
  { move: Type.String(), note: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
);
const abortBody = Type.Object({ newCompany: Type.Optional(Type.String()) }, { additionalProperties: false });

interface ParcelPath {
  Params: { number: string };
}

/** The carrier's desk as JSON. */
export function registerParcelControl(app: FastifyInstance, world: World): void {
  const { parcels } = world.state.kuaidi100;
  app.get('/sandbox/parcels', async () => ({ parcels: [...parcels.values()] }));
  app.post<ParcelPath>('/sandbox/parcels/:number/move', async (request, reply) => {
    const body: unknown = request.body;
    const parcel = parcels.get(request.params.number);
    if (parcel === undefined) return reply.code(404).send({ code: 'notFound' });
    if (!Value.Check(moveBody, body) || !isMove(body.move)) return reply.code(400).send({ code: 'invalid' });
    moveParcel(world, parcel, body.move, body.note);
    return parcel;
  });
  app.post<ParcelPath>('/sandbox/parcels/:number/abort', async (request, reply) => {
    const body: unknown = request.body ?? {};
    const parcel = parcels.get(request.params.number);
    if (parcel === undefined) return reply.code(404).send({ code: 'notFound' });
    if (!Value.Check(abortBody, body)) return reply.code(400).send({ code: 'invalid' });
    abortTracking(world, parcel, body.newCompany);
    return parcels.get(parcel.number);
  });
}
