import { type Caller, openCaller, signedInCaller, until } from './client';
import type { DemoMember } from './people';

interface Session {
  readonly session: { readonly accessToken: string; readonly refreshToken: string };
}

export interface Shopper {
  readonly person: DemoMember;
  readonly caller: Caller;
  readonly addressId: string;
}

export interface Place {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
}

const CONSENT = { termsVersion: '2026-11', privacyVersion: '2026-11' };

/** Signs in with the code that the sandbox's phone received; registers at the first time. */
async function signIn(place: Place, person: DemoMember, referralToken: string | undefined): Promise<Session['session']> {
  const server = openCaller(place.serverUrl);
  const sandbox = openCaller(place.sandboxUrl);
  const seen = await codesOf(sandbox, person.phone);
  await server.send('POST', '/api/v1/login/codes', { phone: person.phone });
  const code = await until(`login code of ${person.nickname}`, async () => {
    const codes = await codesOf(sandbox, person.phone);
    return codes.length > seen.length ? codes[0] : undefined;
  });
  const body = { phone: person.phone, code, consent: CONSENT, ...(referralToken === undefined ? {} : { referralToken }) };
  return (await server.send<Session>('POST', '/api/v1/login/phone', body)).session;
}

async function codesOf(sandbox: Caller, phone: string): Promise<string[]> {
  const { messages } = await sandbox.get<{ messages: { phone: string; code: string | null }[] }>('/sandbox/messages');
  return messages.flatMap((message) => (message.phone === phone && message.code !== null ? [message.code] : []));
}

/** A member as a visitor becomes one: opens the referrer's link, registers, names himself, saves an address. */
export async function arrive(place: Place, person: DemoMember, referralCode: string | undefined): Promise<Shopper> {
  const server = openCaller(place.serverUrl);
  const visit =
    referralCode === undefined
      ? undefined
      : await server.send<{ referralToken: string }>('POST', '/api/v1/referrals/visits', { code: referralCode, channel: 'poster' });
  const tokens = await signIn(place, person, visit?.referralToken);
  const caller = signedInCaller(place.serverUrl, '/api/v1/sessions/refresh', () => signIn(place, person, undefined), tokens);
  await caller.send('PATCH', '/api/v1/me', { nickname: person.nickname });
  const address = await caller.send<{ addressId: string }>('POST', '/api/v1/addresses', {
    recipient: person.nickname,
    phone: person.phone,
    countyCode: person.countyCode,
    detail: person.street,
    isDefault: true,
  });
  return { person, caller, addressId: address.addressId };
}

export interface BoughtLine {
  readonly orderLineId: string;
  readonly quantity: number;
}

export interface BoughtOrder {
  readonly orderId: string;
  readonly orderNo: string;
  readonly status: string;
  readonly lines: readonly BoughtLine[];
}

export interface Item {
  readonly skuId: string;
  readonly quantity: number;
}

interface PlacedTrade {
  readonly tradeId: string;
  readonly orders: readonly { readonly orderId: string }[];
}

export async function place(shopper: Shopper, items: readonly Item[]): Promise<PlacedTrade> {
  const quote = await shopper.caller.send<{ payableFen: number }>('POST', '/api/v1/quotes', { items, addressId: shopper.addressId });
  return shopper.caller.send<PlacedTrade>('POST', '/api/v1/trades', {
    items,
    addressId: shopper.addressId,
    expectedPayableFen: quote.payableFen,
  });
}

/** Pays a trade at the sandbox's cashier and waits until its orders are paid. */
export async function pay(placeOf: Place, shopper: Shopper, trade: PlacedTrade): Promise<BoughtOrder[]> {
  const payment = await shopper.caller.send<{ paymentNo: string }>('POST', '/api/v1/payments', { tradeId: trade.tradeId, channel: 'h5' });
  await openCaller(placeOf.sandboxUrl).send('POST', '/sandbox/pay', { outTradeNo: payment.paymentNo });
  const orders: BoughtOrder[] = [];
  for (const { orderId } of trade.orders) {
    orders.push(
      await until(`order ${orderId} to be paid`, async () => {
        const order = await orderOf(shopper, orderId);
        return order.status === 'awaiting_payment' ? undefined : order;
      }),
    );
  }
  return orders;
}

export const orderOf = (shopper: Shopper, orderId: string): Promise<BoughtOrder> =>
  shopper.caller.get<BoughtOrder>(`/api/v1/orders/${orderId}`);

/** Enrols and answers the referral code. */
export async function enrol(shopper: Shopper): Promise<string> {
  await shopper.caller.send('POST', '/api/v1/consents', { kind: 'promoter_agreement', version: '2026-11', granted: true });
  const promoter = await shopper.caller.send<{ referralCode: string | null }>('POST', '/api/v1/promoter/enrolment', {
    agreementVersion: '2026-11',
    adult: true,
  });
  if (promoter.referralCode === null) throw new Error(`${shopper.person.nickname} has no referral code`);
  return promoter.referralCode;
}
