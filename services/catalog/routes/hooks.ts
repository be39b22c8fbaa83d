import { parseShopEvent } from '@qianxing/channels-shop';
import { ok } from '@qianxing/errors';
import { implement, type RawAnswer, type Route } from '@qianxing/http';
import type { PushMessage } from '@qianxing/wechat-open';
import type { CatalogContext } from '../context';
import { catalogContract } from '../contract';
import { noteChange } from '../sync/inbox';

const plain = (status: number, body: string): RawAnswer => ({ status, contentType: 'text/plain; charset=utf-8', body });

/** Message push of the Channels shop: verified, noted in the inbox, answered; `wake` starts the synchronisation at once. */
export function hookRoutes(context: CatalogContext, wake: () => void): Route[] {
  const { channelsPush } = context.options;
  return [
    implement(catalogContract.channelsPushVerify, async ({ query }) => {
      const echo = channelsPush.confirmUrl(textsOf(query));
      return ok(echo.kind === 'ok' ? plain(200, echo.value) : plain(403, ''));
    }),
    implement(catalogContract.channelsPush, async ({ query, rawBody, now }) => {
      const received = channelsPush.receive({ query: textsOf(query), body: rawBody.toString('utf8') });
      if (received.kind !== 'ok') {
        context.platform.log.warn({ outcome: received.kind }, 'a push of the Channels shop was refused');
        return ok(plain(403, ''));
      }
      const externalProductId = productOf(received.value);
      if (externalProductId !== undefined) {
        await context.platform.database.transaction((transaction) =>
          noteChange(transaction, { messageKey: received.value.dedupeKey.slice(0, 120), externalProductId, receivedAt: now }),
        );
        wake();
      }
      return ok(plain(200, 'success'));
    }),
  ];
}

function textsOf(query: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(query as Record<string, unknown>).map(([name, value]) => [name, String(value)]));
}

function productOf(message: PushMessage): string | undefined {
  const parsed = parseShopEvent(message);
  if (parsed.kind !== 'ok') return undefined;
  const event = parsed.value;
  switch (event.kind) {
    case 'productAudited':
    case 'productListingChanged':
    case 'productUpdated':
    case 'stockLow':
      return event.productId;
    case 'orderChanged':
    case 'afterSaleChanged':
    case 'other':
      return undefined;
    default:
      return event satisfies never;
  }
}
