import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import type { Advance } from '../advance';
import { DAY_MS } from '../clock';
import type { Delivery } from '../delivery';
import { faultCatalogue, isFaultName } from '../fault-catalogue';
import { addFault, clearFaults, PARTIES, type Party } from '../faults';
import type { World } from '../world';

/** A server in another process asks for the clock twice a second. */
const FOLLOWERS_LEARN_MS = 1_200;

const advanceBody = Type.Object(
  {
    byMs: Type.Integer({ minimum: 0, maximum: 400 * DAY_MS }),
    stepMs: Type.Optional(Type.Integer({ minimum: 1_000 })),
    settle: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const faultBody = Type.Object(
  {
    party: Type.String(),
    operation: Type.String({ minLength: 1, maxLength: 64 }),
    fault: Type.String(),
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    objectKey: Type.Optional(Type.String({ maxLength: 128 })),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  },
  { additionalProperties: false },
);

const isParty = (name: string): name is Party => (PARTIES as readonly string[]).includes(name);

/** The virtual clock and the fault list, as JSON. */
export function registerClockAndFaults(app: FastifyInstance, world: World, delivery: Delivery, advance: Advance): void {
  const clockView = () => ({ nowMs: world.clock.now(), offsetMs: world.clock.offsetMs() });
  app.get('/clock', async () => clockView());
  app.post('/clock/advance', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(advanceBody, body))
      return reply.code(400).send({ code: 'invalid', reason: 'byMs: 0 … 400 days in milliseconds; stepMs ≥ 1000' });
    if (body.settle !== true) delivery.pause(FOLLOWERS_LEARN_MS);
    await advance(body.byMs, { stepMs: body.stepMs ?? body.byMs, settle: body.settle === true });
    return clockView();
  });
  app.get('/faults', async () => ({ faults: [...world.state.faults.values()], catalogue: faultCatalogue }));
  app.post('/faults', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(faultBody, body))
      return reply.code(400).send({ code: 'invalid', reason: Value.Errors(faultBody, body).First()?.message });
    const { party, fault } = body;
    if (!isParty(party)) return reply.code(400).send({ code: 'unknownParty', parties: PARTIES });
    if (!isFaultName(fault)) return reply.code(400).send({ code: 'unknownFault', faults: Object.keys(faultCatalogue) });
    return reply.code(201).send(addFault(world, { ...body, party, fault }));
  });
  app.delete('/faults', async () => ({ removed: clearFaults(world) }));
  app.delete<{ Params: { faultId: string } }>('/faults/:faultId', async (request) => ({
    removed: clearFaults(world, request.params.faultId),
  }));
}
