import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServerConfiguration, type ServerConfiguration } from '@qianxing/config';
import type { Result } from '@qianxing/errors';
import { guardContract } from '@qianxing/guard/contract';
import type { ResponseOf, RouteContract, StaffActor } from '@qianxing/http';
import { promotionContract } from '@qianxing/promotion/contract';
import { newKeyMaterial, startSandbox } from '@qianxing/sandbox';
import { buildProgram, type Program } from '@qianxing/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const operator: StaffActor = { kind: 'staff', staffId: 'operator', username: 'operator', permissions: ['*'], sessionId: 's' };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, keys: newKeyMaterial() });
});
afterAll(() => sandbox.close());

/** Promotion and guard as the program wires them: the plans that ship, mapped as they run, judged by the pack that ships. */
describe.each(['production', 'sandbox'] as const)('publishing plans in %s', (environment) => {
  let folder: string;
  let program: Program;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qianxing-publication-'));
    const credentialsFile = join(folder, 'credentials.json');
    writeFileSync(credentialsFile, JSON.stringify(sandbox.credentials));
    const settings = { QIANXING_DATA_DIRECTORY: folder, QIANXING_CREDENTIALS_FILE: credentialsFile };
    const loaded = loadServerConfiguration({ environment: { ...settings, QIANXING_OUTSIDE_SANDBOX_URL: sandbox.url } });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
    const configuration: ServerConfiguration = { ...loaded.value, environment };
    program = await buildProgram(configuration, { log: silent });
    await program.migrate();
  });
  afterEach(async () => {
    await program.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function call<C extends RouteContract>(contract: C, params: Readonly<Record<string, string>> = {}): Promise<Result<ResponseOf<C>>> {
    const route = program.services.all.flatMap(({ routes }) => routes).find((candidate) => candidate.contract === contract);
    if (route === undefined) throw new Error(`no route ${contract.path}`);
    const around = { query: {}, body: {}, actor: operator, now: program.clock.now(), language: 'zh', requestId: 'r', ip: '127.0.0.1' };
    return (await route.handle({ params, ...around, headers: {}, idempotencyKey: 'key', requestHash: '' } as never)) as Result<
      ResponseOf<C>
    >;
  }
  async function demand<C extends RouteContract>(contract: C, params?: Readonly<Record<string, string>>): Promise<ResponseOf<C>> {
    const answered = await call(contract, params);
    if (!answered.ok) throw new Error(answered.problem.code);
    return answered.value;
  }
  const versionOf = async (code: string) => {
    const plan = (await demand(promotionContract.plans)).items.find((candidate) => candidate.code === code);
    if (plan === undefined) throw new Error(`no plan ${code}`);
    return plan;
  };
  const publish = async (code: string) => call(promotionContract.activatePlan, { planVersionId: (await versionOf(code)).planVersionId });
  const isProduction = environment === 'production';

  it('given an empty database, then production begins with the plan that nothing blocks, the sandbox with the demonstration, marked', async () => {
    const { activePlanVersionId } = await demand(promotionContract.plans);
    expect((await versionOf(isProduction ? 'direct-sale' : 'three-level-demo')).planVersionId).toBe(activePlanVersionId);
    expect(await versionOf('three-level-demo')).toMatchObject(
      isProduction ? { status: 'draft', blocked: false } : { status: 'published', blocked: true },
    );
    expect(await versionOf('direct-sale')).toMatchObject({ status: isProduction ? 'published' : 'draft', blocked: false });
  });

  it('given a plan of three levels that are bought into, then production refuses it and the sandbox runs it marked', async () => {
    await publish('direct-sale');
    const answered = await publish('three-level-demo');
    const { items } = await demand(guardContract.evaluations);
    expect(items[0]).toMatchObject({ scope: 'plan:three-level-demo@1', cause: 'publication', verdict: 'block', staffName: 'operator' });
    if (isProduction) {
      const rules = { packId: 'cn-2026.11', rules: 'PYR-02, PYR-06, PYR-25, WX-01' };
      expect(answered).toMatchObject({ ok: false, problem: { code: 'promotion.planBlocked', params: rules } });
      expect((await versionOf('direct-sale')).status).toBe('published');
    } else expect(answered).toMatchObject({ ok: true, value: { status: 'published', blocked: true } });
  });
});
