import { fen } from '@qianxing/money';
import { toIso } from '@qianxing/time';
import type { PaymentContext } from './context';
import type { Payment } from './contract';
import type { PaymentRow } from './tables';

export const isoOrNull = (instantMs: number | null): string | null => (instantMs === null ? null : toIso(instantMs));

export function paymentView(context: PaymentContext, row: PaymentRow, returnUrl?: string): Payment {
  return {
    paymentId: row.paymentId,
    paymentNo: row.paymentNo,
    tradeId: row.tradeId,
    channel: row.channel,
    status: row.status,
    amountFen: fen(row.amountFen),
    handover: row.status === 'pending' ? handover(context, row, returnUrl) : null,
    paidAt: isoOrNull(row.paidAt),
    expiresAt: toIso(row.expiresAt),
  };
}

function handover(context: PaymentContext, row: PaymentRow, returnUrl: string | undefined): Payment['handover'] {
  const { callParameters } = context.options.wechatPay;
  const call = { appId: context.options.appIds[row.channel], prepayId: row.prepayId ?? '' };
  switch (row.channel) {
    case 'h5':
      return row.handoverUrl === null
        ? null
        : {
            kind: 'redirect',
            url: withReturn(row.handoverUrl, returnUrl ?? context.options.h5ReturnUrl.replace('{paymentId}', row.paymentId)),
          };
    case 'native':
      return row.handoverUrl === null ? null : { kind: 'qr', codeUrl: row.handoverUrl };
    case 'jsapi':
      return { kind: 'jsapi', ...callParameters.jsapi(call) };
    case 'mini_program':
      return { kind: 'jsapi', appId: call.appId, ...callParameters.miniProgram(call) };
    case 'app':
      return { kind: 'app', ...callParameters.app(call) };
    default:
      return row.channel satisfies never;
  }
}

/** WeChat's H5 cashier takes the address to come back to as `redirect_url`. */
function withReturn(h5Url: string, returnUrl: string): string {
  return `${h5Url}${h5Url.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(returnUrl)}`;
}
