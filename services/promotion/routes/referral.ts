import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { toIso } from '@qianxing/time';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { fail } from '../problems';
import { signVisit } from '../referral/binding';
import { promoterByCode } from '../referral/store';

export function referralRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;
  const { publicUrl, linkKeys, visitTtlMs } = context.options;

  return [
    implement(promotionContract.recordVisit, async ({ body, now }) => {
      const promoter = await promoterByCode(query, body.code);
      if (promoter?.status !== 'active') return fail('referralNotFound', { path: '/code' });
      const names = await context.needs.members([promoter.memberId]);
      const expiresAt = now + visitTtlMs;
      const visit = { visitId: newId(now), promoterNo: promoter.promoterNo, channel: body.channel ?? 'link', visitedAt: now };
      return ok({
        referralToken: signVisit(linkKeys, visit, expiresAt),
        referrerNickname: names.get(promoter.memberId)?.nicknameMasked ?? '***',
        expiresAt: toIso(expiresAt),
      });
    }),
    // A link that is worth nothing any more still leads into the shop, only without the code.
    implement(promotionContract.referralLink, async ({ params, query: { p } }) => {
      const promoter = await promoterByCode(query, params.code);
      const search = new URLSearchParams();
      if (promoter?.status === 'active') search.set('ref', promoter.referralCode);
      if (p !== undefined) search.set('p', p);
      const location = `${publicUrl}/${search.size === 0 ? '' : `?${search}`}`;
      return ok({ status: 302, contentType: 'text/html; charset=utf-8', body: redirectPage(location), headers: { location } });
    }),
  ];
}

/** For a browser that does not follow the status; the address holds nothing but our own origin, a code and an id. */
function redirectPage(location: string): string {
  const href = location.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>千星</title><a href="${href}">进入商城 Enter the shop</a></html>`;
}
