import { afterEach, describe, expect, it } from 'vitest';
import { demoData, startWorld, type World } from './harness/world';
import { finalFigures } from './journey/figures';
import { buy, gather, receiveAndReturnOne, shipAndDeliver, skusOfTwoMerchants, withdrawAll } from './journey/purchase';

interface Notice {
  readonly operation: string;
  readonly createdAtMs: number;
  readonly attempts: readonly { readonly atMs: number; readonly accepted: boolean }[];
}

describe('the journey with disturbed notices', () => {
  const worlds: World[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.stop();
  });

  it('given two equal worlds, when one gets every notice twice, late and out of order, then both end with the same figures', async () => {
    const calm = await travel(async () => undefined);
    const disturbed = await travel(disturb);

    expect(calm.figures.orders.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(disturbed.figures).toEqual(calm.figures);

    const first = (operation: string) => disturbed.notices.find((notice) => notice.operation === operation)!;
    for (const operation of ['transaction.notice', 'refund.notice', 'transfer.notice', 'push'])
      expect(first(operation).attempts.length, operation).toBeGreaterThanOrEqual(2);
    expect(first('refund.notice').attempts[0]!.atMs - first('refund.notice').createdAtMs).toBeGreaterThanOrEqual(LATE_MS);
    expect(first('transaction.notice').attempts[0]!.atMs).toBeGreaterThanOrEqual(first('refund.notice').attempts[0]!.atMs);
    const pushes = disturbed.notices.filter(({ operation }) => operation === 'push');
    const sentAt = pushes.map(({ attempts }) => attempts[0]!.atMs);
    expect(sentAt).not.toEqual(sentAt.toSorted((a, b) => a - b));
    expect(disturbed.notices.flatMap(({ attempts }) => attempts).every(({ accepted }) => accepted)).toBe(true);
    expect(calm.notices.every(({ attempts }) => attempts.length === 1)).toBe(true);
  });

  async function travel(prepare: (world: World) => Promise<unknown>) {
    const world = await startWorld({ template: await demoData() });
    worlds.push(world);
    const since = await world.now();
    const travellers = await gather(world);
    const skuIds = await skusOfTwoMerchants(world);
    await prepare(world);
    const disturbing = prepare === disturb;
    const orders = await buy(world, travellers.buyer, skuIds);
    await shipAndDeliver(world, orders, async (move) => {
      if (disturbing && move === 'outForDelivery') await fault(world, 'kuaidi100', 'push', 'outOfOrder', 1);
    });
    await receiveAndReturnOne(world, travellers.buyer, orders);
    await withdrawAll(world, travellers.promoter);
    await world.quiet();
    const figures = await finalFigures(world, travellers, orders);
    const { notices } = await world.sandbox.get<{ notices: Notice[] }>('/sandbox/notices');
    const report = await world.check();
    expect(report.output).toContain('nothing found');
    expect(report.code).toBe(0);
    return { figures, notices: notices.filter(({ createdAtMs }) => createdAtMs >= since) };
  }
});

const LATE_MS = 3 * 3_600_000;
const MANY = 1_000;

const fault = (world: World, party: string, operation: string, name: string, times: number, parameters = {}) =>
  world.sandbox.send('POST', '/faults', { party, operation, fault: name, times, parameters });

/** Every notice twice; the payment's after the refund's; refund and payout three hours late. */
async function disturb(world: World): Promise<void> {
  for (const operation of ['transaction.notice', 'refund.notice', 'transfer.notice'])
    await fault(world, 'wechat-pay', operation, 'duplicate', MANY);
  await fault(world, 'kuaidi100', 'push', 'duplicate', MANY);
  await fault(world, 'wechat-pay', 'transaction.notice', 'outOfOrder', MANY);
  for (const operation of ['refund.notice', 'transfer.notice'])
    await fault(world, 'wechat-pay', operation, 'late', MANY, { delayMs: LATE_MS });
}
