import { ok, type Result } from '@qianxing/errors';
import { fen, formatFen } from '@qianxing/money';
import type { PromotionContext } from '../context';
import { fail } from '../problems';
import { referralUrl } from '../referral/promoters';
import { promoterOfMember } from '../referral/store';

/** PNG of the member's own poster, for a product or for the shop. */
export async function drawPoster(context: PromotionContext, memberId: string, productId: string | undefined): Promise<Result<Buffer>> {
  const promoter = await promoterOfMember(context.platform.database.query, memberId);
  if (promoter?.status !== 'active') return fail('notPromoter');
  const product = productId === undefined ? undefined : await context.needs.productCard(productId);
  if (productId !== undefined && product === undefined) return fail('productNotFound', { path: '/productId' });
  const names = await context.needs.members([memberId]);
  const link = referralUrl(context, promoter.referralCode);
  const png = await context.posters.draw(
    {
      url: productId === undefined ? link : `${link}?p=${productId}`,
      title: product?.title ?? '精选好物，放心下单',
      priceText: product === undefined ? null : formatFen(fen(product.priceFromFen)),
      sellerName: product?.merchantName ?? context.options.sellerName,
      promoterName: names.get(memberId)?.nicknameMasked ?? '***',
    },
    product?.picturePath,
  );
  return png === undefined ? fail('posterBusy') : ok(png);
}
