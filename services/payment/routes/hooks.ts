import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import type { PaymentContext } from '../context';
import { paymentContract } from '../contract';
import { takeNotice } from '../notices';

/** Notices of WeChat Pay. Answered after the inbox row is committed; `wake` starts the processing at once. */
export function hookRoutes(context: PaymentContext, wake: () => void): Route[] {
  const take = async (call: { headers: Readonly<Record<string, string | undefined>>; rawBody: Buffer }) => {
    const answer = await takeNotice(context, { headers: call.headers, body: call.rawBody });
    wake();
    return ok(answer);
  };
  return [
    implement(paymentContract.paymentNotice, take),
    implement(paymentContract.refundNotice, take),
    implement(paymentContract.transferNotice, take),
    implement(paymentContract.profitSharingNotice, take),
  ];
}
