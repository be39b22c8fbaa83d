import { ok, platformProblems } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import type { PaymentContext } from '../context';
import { paymentContract } from '../contract';
import { OPEN_PAYMENT } from '../model';
import { openPayment } from '../opening';
import { fail } from '../problems';
import { queryAndApply } from '../settlement';
import { findPayment } from '../store';
import { paymentView } from '../views';

/** A buyer's page that looks again and again leads to one question to the provider in this time. */
const BUYER_QUERY_PAUSE_MS = 2_000;

export function buyerRoutes(context: PaymentContext): Route[] {
  const { database } = context.platform;
  const ownOrigin = new URL(context.options.h5ReturnUrl.replace('{paymentId}', '')).origin;
  const lastAsked = new Map<string, number>();

  return [
    implement(paymentContract.openPayment, async ({ actor, body, ip, now }) => {
      if (body.returnUrl !== undefined && !isOurs(body.returnUrl, ownOrigin)) {
        return platformProblems.fail('invalid', { path: '/returnUrl', params: { reason: ownOrigin } });
      }
      const opened = await openPayment(context, {
        memberId: actor.memberId,
        tradeId: body.tradeId,
        channel: body.channel,
        payerIp: ip,
        now,
      });
      return opened.ok ? ok(paymentView(context, opened.value, body.returnUrl)) : opened;
    }),
    implement(paymentContract.payment, async ({ actor, params, now }) => {
      const row = await findPayment(database.query, params.paymentId);
      if (row?.memberId !== actor.memberId) return fail('paymentNotFound');
      if (!OPEN_PAYMENT.includes(row.status) || now - (lastAsked.get(row.paymentId) ?? 0) < BUYER_QUERY_PAUSE_MS)
        return ok(paymentView(context, row));
      if (lastAsked.size > 10_000) lastAsked.clear();
      lastAsked.set(row.paymentId, now);
      await queryAndApply(context, row);
      return ok(paymentView(context, (await findPayment(database.query, row.paymentId)) ?? row));
    }),
  ];
}

/** The cashier sends the buyer back to our own pages only. */
function isOurs(returnUrl: string, ownOrigin: string): boolean {
  return URL.canParse(returnUrl) && new URL(returnUrl).origin === ownOrigin;
}
