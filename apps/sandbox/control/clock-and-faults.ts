import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { DAY_MS } from '../clock';
import { faultCatalogue, isFaultName } from '../fault-catalogue';
import { addFault, clearFaults, PARTIES, type Party } from '../faults';
import type { Sandbox } from '../sandbox';
import type { World } from '../world';

const advanceBody = Type.Object(
  { byMs: Type.Integer({ minimum: 0, maximum: 400 * DAY_MS }), stepMs: Type.Optional(Type.Integer({ minimum: 1_000 })) },
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
export function registerClockAndFaults(app: FastifyInstance, world: World, advance: Sandbox['advance']): void {
  const clockView = () => ({ nowMs: world.clock.now(), offsetMs: world.clock.offsetMs() });
  app.get('/clock', async () => clockView());
  app.post('/clock/advance', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(advanceBody, body))
      return reply.code(400).send({ code: 'invalid', reason: 'byMs: 0 … 400 days in milliseconds; stepMs ≥ 1000' });
    await advance(body.byMs, body.stepMs);
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
