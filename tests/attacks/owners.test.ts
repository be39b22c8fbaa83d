import { allContracts } from '@qianxing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, bodyOf } from '../world/http';
import { type AttackedShop, openAttackedShop, problemOf, traces } from './attacked-shop';

const NOBODYS = '01hzzzzzzzzzzzzzzzzzzzzzzz';

interface Attempt {
  /** Route as the table names it. */
  readonly route: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

describe('what belongs to somebody else', () => {
  let shop: AttackedShop;
  let recordId: string;
  beforeAll(async () => {
    shop = await openAttackedShop();
    const records = await ask(shop.place.serverUrl, { path: '/api/v1/promoter/records', token: shop.promoter.tokens.accessToken });
    recordId = bodyOf<{ items: { recordId: string }[] }>(records).items[0]?.recordId ?? '';
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  /** Every route of members that names an object, aimed at the victim's and the promoter's. */
  function attempts(): Attempt[] {
    const { unpaid, order, payment, afterSale, withdrawal, commissionId } = shop.owned;
    const { addressId } = shop.victim;
    const address = { recipient: '张三', phone: '13800000009', countyCode: '110105', detail: '建国路 88 号' };
    const ofTrade = { tradeId: unpaid.tradeId };
    const ofOrder = { orderId: order.orderId };
    const ofAfterSale = { afterSaleId: afterSale.afterSaleId };
    const ofWithdrawal = { withdrawalId: withdrawal.withdrawalId };
    return [
      { route: 'GET /api/v1/trades/:tradeId', ids: ofTrade },
      { route: 'POST /api/v1/trades/:tradeId/cancel', ids: ofTrade, body: {} },
      { route: 'GET /api/v1/orders/:orderId', ids: ofOrder },
      { route: 'POST /api/v1/orders/:orderId/receive', ids: ofOrder, body: {} },
      { route: 'GET /api/v1/orders/:orderId/shipments', ids: ofOrder },
      { route: 'GET /api/v1/after-sales/:afterSaleId', ids: ofAfterSale },
      { route: 'POST /api/v1/after-sales/:afterSaleId/cancel', ids: ofAfterSale, body: {} },
      {
        route: 'POST /api/v1/after-sales/:afterSaleId/return-shipment',
        ids: ofAfterSale,
        body: { carrierCode: 'yuantong', waybillNo: 'YT12345678' },
      },
      { route: 'GET /api/v1/payments/:paymentId', ids: { paymentId: payment.paymentId } },
      { route: 'PUT /api/v1/addresses/:addressId', ids: { addressId }, body: address },
      { route: 'DELETE /api/v1/addresses/:addressId', ids: { addressId } },
      { route: 'GET /api/v1/promoter/commissions/:commissionId', ids: { commissionId } },
      { route: 'GET /api/v1/promoter/records/:recordId/proof', ids: { recordId } },
      { route: 'GET /api/v1/promoter/withdrawals/:withdrawalId', ids: ofWithdrawal },
      { route: 'POST /api/v1/promoter/withdrawals/:withdrawalId/cancel', ids: ofWithdrawal, body: {} },
      { route: 'GET /api/v1/promoter/withdrawals/:withdrawalId/confirmation', ids: ofWithdrawal },
    ];
  }

  const tryAs = async (token: string, { route, ids, body }: Attempt) => {
    const [method = '', path = ''] = route.split(' ');
    const named = path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? name);
    return ask(shop.place.serverUrl, { method: method as 'GET', path: named, token, ...(body === undefined ? {} : { body }) });
  };

  it('has an attempt for every route of members that names an object', () => {
    // A cart item is named by what is sold, not by whom it belongs to.
    const routes = allContracts
      .filter(({ access, path }) => access === 'member' && path.includes('/:') && path !== '/api/v1/cart/items/:skuId')
      .map(({ method, path }) => `${method} ${path}`);
    expect(
      attempts()
        .map(({ route }) => route)
        .sort(),
    ).toEqual(routes.sort());
  });

  it('is told apart from what does not exist by nothing, and is not touched', async () => {
    const before = await traces(shop);
    // Neither a stranger, nor the promoter who earns from the victim (for the victim's), nor the victim (for the promoter's).
    for (const attempt of attempts())
      for (const person of [shop.attacker, isPromoters(attempt) ? shop.victim : shop.promoter]) {
        const token = person.tokens.accessToken;
        const answer = await tryAs(token, attempt);
        const missing = await tryAs(token, {
          ...attempt,
          ids: Object.fromEntries(Object.keys(attempt.ids).map((name) => [name, NOBODYS])),
        });
        expect(answer.status, `${attempt.route} as ${person.name}: ${answer.text}`).toBe(404);
        const { code, messageZh } = problemOf(answer.text);
        expect({ code, messageZh }, attempt.route).toEqual({
          code: problemOf(missing.text).code,
          messageZh: problemOf(missing.text).messageZh,
        });
      }
    expect(await traces(shop)).toEqual(before);
  });

  const isPromoters = ({ route }: Attempt) => route.includes('/promoter/');

  it('cannot be named in a body either: address, trade, order line', async () => {
    const { attacker, victim, owned, skus } = shop;
    const before = await traces(shop);
    const token = attacker.tokens.accessToken;
    const items = [{ skuId: skus[0]!.skuId, quantity: 1 }];
    const send = (path: string, body: unknown) => ask(shop.place.serverUrl, { method: 'POST', path, token, body });
    const { addressId } = victim;
    const refused = [
      await send('/api/v1/quotes', { items, addressId }),
      await send('/api/v1/trades', { items, addressId, expectedPayableFen: 1_000 }),
      await send('/api/v1/payments', { tradeId: owned.unpaid.tradeId, channel: 'h5' }),
      await send('/api/v1/after-sales', {
        orderLineId: owned.order.lines[0]!.orderLineId,
        quantity: 1,
        kind: 'refund_only',
        reason: 'other',
      }),
    ];
    for (const answer of refused) {
      expect([404, 422], answer.text).toContain(answer.status);
      expect(answer.text).not.toMatch(/海尔路|王芳|13800000002/);
    }
    expect(await traces(shop)).toEqual(before);
  });

  it('is in none of a stranger’s lists', async () => {
    const lists = allContracts.filter(({ method, access, path }) => method === 'GET' && access === 'member' && !path.includes('/:'));
    const secrets = [...shop.phones.slice(0, 2), '王芳', '陈立', ...idsOf(shop)];
    for (const { path } of lists) {
      const { text } = await ask(shop.place.serverUrl, { path, token: shop.attacker.tokens.accessToken });
      for (const secret of secrets) expect(text.includes(secret), `${path} shows ${secret}`).toBe(false);
    }
  });

  it('is shown to the promoter above with a masked name and without a phone', async () => {
    const { text } = await ask(shop.place.serverUrl, { path: '/api/v1/promoter/customers', token: shop.promoter.tokens.accessToken });
    expect(JSON.parse(text).items).toHaveLength(1);
    for (const secret of [shop.victim.login, '王芳', shop.victim.memberId, '海尔路']) expect(text).not.toContain(secret);
  });

  it('is shown to staff masked, until they ask for it with a reason that is written down', async () => {
    const { customer_service: staff, administrator } = shop.staff;
    const token = staff.tokens.accessToken;
    for (const path of ['/staff/v1/members', '/staff/v1/orders', `/staff/v1/orders/${shop.owned.order.orderId}`, '/staff/v1/promoters']) {
      const { status, text } = await ask(shop.place.serverUrl, { path, token });
      expect(status, path).toBe(200);
      expect(text, path).not.toMatch(/1380000000\d/);
    }
    const path = `/staff/v1/members/${shop.victim.memberId}/reveal`;
    const revealed = await ask(shop.place.serverUrl, { method: 'POST', path, token, body: { reason: '客户来电核实' } });
    expect(bodyOf<{ phone: string }>(revealed).phone).toBe(shop.victim.login);
    const audit = await ask(shop.place.serverUrl, { path: '/staff/v1/audit?limit=5', token: administrator.tokens.accessToken });
    expect(audit.text).toContain('客户来电核实');
    expect(audit.text).toContain(shop.victim.memberId);
  });
});

function idsOf({ owned, victim, promoter }: AttackedShop): string[] {
  const { unpaid, order, payment, afterSale, withdrawal, commissionId } = owned;
  return [
    victim.addressId,
    promoter.addressId,
    unpaid.tradeId,
    order.orderId,
    payment.paymentId,
    afterSale.afterSaleId,
    withdrawal.withdrawalId,
    commissionId,
  ];
}
