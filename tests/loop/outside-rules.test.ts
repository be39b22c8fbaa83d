import { DAY_MS } from '@qianxing/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackedShop, openAttackedShop, problemOf, traces } from '../attacks/attacked-shop';
import { ask, demand, until } from '../world/http';
import { arrive, type Member } from '../world/people';
import { goods, type Payment, pay, place, reachOrder, receive, ship, type Withdrawal } from '../world/shop';

/** From here on WeChat Pay compares the real name of the receiver. */
const NAMED_FEN = 200_000;
const COMMISSION_BP = 500;

interface ShownWithdrawal extends Withdrawal {
  readonly problem: { readonly code: string; readonly zh: string } | null;
}
interface Shipping {
  readonly outTradeNo: string;
  readonly deliveryMode: number;
  readonly allDelivered: boolean;
  readonly reshipUsed: boolean;
  readonly parcels: readonly { readonly tracking_no: string }[];
}

/** What WeChat insists on, through the whole program against a WeChat that refuses what the real one refuses. */
describe('what the outside insists on', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  /** The victim buys from the promoter until this much commission can be withdrawn. */
  async function earn(wantedFen: number): Promise<void> {
    const { call, place: where, victim, promoter, staff } = shop;
    let boughtFen = 0;
    for (const sku of await goods(where.serverUrl)) {
      if (boughtFen * COMMISSION_BP >= wantedFen * 10_000) break;
      const quantity = Math.min(sku.available, 60);
      if (quantity === 0) continue;
      const [order] = await pay(call, where.sandboxUrl, victim, await place(call, victim, [{ skuId: sku.skuId, quantity }]));
      if (order === undefined) throw new Error('no order');
      boughtFen += order.lines.reduce((sum, line) => sum + line.payableFen, 0);
      await ship(call, staff.warehouse, order, `YT66${sku.skuId.slice(-10)}`);
      await reachOrder(call, victim, order.orderId, 'shipped');
      await receive(call, victim, order.orderId);
    }
    await shop.pass(8 * DAY_MS, ...Object.values(staff), promoter, victim);
    await until('commission to be available', async () => {
      const terms = await call<{ availableFen: number }>(promoter, 'GET', '/api/v1/promoter/withdrawal-terms');
      return terms.availableFen >= wantedFen ? true : undefined;
    });
  }

  const available = async () =>
    (await shop.call<{ availableFen: number }>(shop.promoter, 'GET', '/api/v1/promoter/withdrawal-terms')).availableFen;
  const request = (amountFen: number, realName?: string) =>
    ask(shop.place.serverUrl, {
      method: 'POST',
      path: '/api/v1/promoter/withdrawals',
      token: shop.promoter.tokens.accessToken,
      body: { amountFen, rail: 'transfer', ...(realName === undefined ? {} : { realName }) },
    });
  const reach = (withdrawalId: string, ...statuses: readonly string[]) =>
    until(`withdrawal ${withdrawalId} to be ${statuses.join(' or ')}`, async () => {
      const now = await shop.call<ShownWithdrawal>(shop.promoter, 'GET', `/api/v1/promoter/withdrawals/${withdrawalId}`);
      return statuses.includes(now.status) ? now : undefined;
    });
  /** Two people approve, the promoter confirms in WeChat. */
  async function carryThrough(amountFen: number, realName: string): Promise<ShownWithdrawal> {
    const { call, staff, promoter, place: where } = shop;
    const requested = await request(amountFen, realName);
    expect([requested.status, requested.text.includes(realName)]).toEqual([201, false]);
    const { withdrawalId } = JSON.parse(requested.text) as Withdrawal;
    for (const person of [staff.administrator, staff.finance])
      await call(person, 'POST', `/staff/v1/withdrawals/${withdrawalId}/approve`, {});
    await reach(withdrawalId, 'awaiting_confirmation');
    const path = `/api/v1/promoter/withdrawals/${withdrawalId}/confirmation`;
    const { packageInfo } = await call<{ packageInfo: string }>(promoter, 'GET', path);
    await demand(where.sandboxUrl, { method: 'POST', path: '/sandbox/transfers/confirm', body: { packageInfo } });
    return reach(withdrawalId, 'paid', 'failed');
  }

  it('given 2,000 yuan are withdrawn, then WeChat pays to the right real name, refuses a wrong one, and nobody keeps it', async () => {
    await earn(NAMED_FEN);
    const { people } = await demand<{ people: { phone: string; realName: string }[] }>(shop.place.sandboxUrl, { path: '/sandbox/people' });
    const realName = people.find(({ phone }) => phone === shop.promoter.login)?.realName ?? '';
    const beforeFen = await available();

    const small = await request(NAMED_FEN - 1);
    expect(small.status).toBe(201);
    const { withdrawalId } = JSON.parse(small.text) as Withdrawal;
    await shop.call(shop.promoter, 'POST', `/api/v1/promoter/withdrawals/${withdrawalId}/cancel`, {});

    const nameless = await request(NAMED_FEN);
    expect(nameless.status).toBe(422);
    expect(problemOf(nameless.text)).toMatchObject({ code: 'promotion.realNameNeeded', path: '/realName' });
    expect(await available()).toBe(beforeFen);

    const wrong = await carryThrough(NAMED_FEN, '张冠李');
    expect(wrong).toMatchObject({ status: 'failed', problem: { code: 'NAME_NOT_CORRECT' } });
    expect(await available()).toBe(beforeFen);

    expect(await carryThrough(NAMED_FEN, realName)).toMatchObject({ status: 'paid', netFen: NAMED_FEN });
    expect(await available()).toBe(beforeFen - NAMED_FEN);
    const kept = JSON.stringify(await traces(shop)) + shop.log();
    for (const name of ['张冠李', realName]) expect(kept.includes(name), name).toBe(false);
  }, 120_000);

  it('given an order leaves in two parcels, then WeChat knows both, and that it is all only with the second', async () => {
    const { call, place: where, staff } = shop;
    const buyer = await arrive(where, { name: '赵云', phone: '13800000008' });
    await bindMiniProgram(buyer);
    const [sku] = (await goods(where.serverUrl)).filter((one) => one.available >= 2);
    const trade = await place(call, buyer, [{ skuId: sku?.skuId ?? '', quantity: 2 }]);
    const payment = await call<Payment>(buyer, 'POST', '/api/v1/payments', { tradeId: trade.tradeId, channel: 'mini_program' });
    await demand(where.sandboxUrl, { method: 'POST', path: '/sandbox/pay', body: { outTradeNo: payment.paymentNo } });
    const order = await reachOrder(call, buyer, trade.orders[0]?.orderId ?? '', 'paid');
    const half = { ...order, lines: order.lines.map((line) => ({ ...line, quantity: 1 })) };
    const known = (parcels: number) =>
      until(`WeChat to know ${parcels} parcels`, async () => {
        const { shippings } = await demand<{ shippings: Shipping[] }>(where.sandboxUrl, { path: '/sandbox/wechat/shippings' });
        const found = shippings.find(({ outTradeNo }) => outTradeNo === payment.paymentNo);
        return found?.parcels.length === parcels ? found : undefined;
      });
    await ship(call, staff.warehouse, half, 'YT8800000001');
    expect(await known(1)).toMatchObject({ deliveryMode: 2, allDelivered: false });
    await ship(call, staff.warehouse, half, 'YT8800000002');
    const both = await known(2);
    expect(both.parcels.map((parcel) => parcel.tracking_no)).toEqual(['YT8800000001', 'YT8800000002']);
    // The one correction that WeChat allows is not used up.
    expect(both).toMatchObject({ deliveryMode: 2, allDelivered: true, reshipUsed: false });
  }, 60_000);

  it('given consent to other texts than those in force, then nobody is registered; the texts in force are told with their versions', async () => {
    const { serverUrl } = shop.place;
    const { items } = await demand<{ items: { kind: string; version: string; textZh: string }[] }>(serverUrl, {
      path: '/api/v1/agreements',
    });
    const versionOf = (kind: string) => items.find((item) => item.kind === kind)?.version ?? '';
    const phone = '13800000007';
    await demand(serverUrl, { method: 'POST', path: '/api/v1/login/codes', body: { phone } });
    const { messages } = await demand<{ messages: { phone: string; code: string }[] }>(shop.place.sandboxUrl, {
      path: '/sandbox/messages',
    });
    const code = messages.find((message) => message.phone === phone)?.code;
    const enter = (consent: object) => ask(serverUrl, { method: 'POST', path: '/api/v1/login/phone', body: { phone, code, consent } });
    const outdated = await enter({ termsVersion: '2026-01', privacyVersion: versionOf('privacy') });
    expect([outdated.status, problemOf(outdated.text).code]).toEqual([422, 'user.consentOutdated']);
    const accepted = await enter({ termsVersion: versionOf('terms'), privacyVersion: versionOf('privacy') });
    expect([accepted.status, JSON.parse(accepted.text).created]).toEqual([200, true]);
  });

  /** Signs in by mini program, phone and all, so that the member has an OpenID there. */
  async function bindMiniProgram({ login: phone }: Member): Promise<void> {
    const { serverUrl, sandboxUrl } = shop.place;
    const codeOf = async (kind: 'login' | 'phone') =>
      (await demand<{ code: string }>(sandboxUrl, { method: 'POST', path: '/sandbox/wechat/codes', body: { kind, phone } })).code;
    const body = { code: await codeOf('login'), phoneCode: await codeOf('phone') };
    await demand(serverUrl, { method: 'POST', path: '/api/v1/login/wechat-mini-program', body });
  }
});
