import { createCanvas, loadImage } from '@napi-rs/canvas';
import { drawableText, familiesFor } from './fonts.mjs';
import { drawLayout, POSTER_HEIGHT, POSTER_WIDTH } from './layout.mjs';

/** Characters that the layout itself writes. */
const OWN_TEXT = '广告推广员销售者：长按识别二维码…〓';

/**
 * PNG of a poster. Occupies its thread for some tens of milliseconds.
 *
 * @param {import('../posters').PosterContent} content
 * @param {Uint8Array | undefined} picture SVG, PNG or JPEG
 * @returns {Promise<Buffer>}
 */
export async function drawPoster(content, picture) {
  const image = picture === undefined ? undefined : await loadImage(picture);
  const shown = {
    ...content,
    title: drawableText(content.title),
    sellerName: drawableText(content.sellerName),
    promoterName: drawableText(content.promoterName),
  };
  const families = familiesFor(`${OWN_TEXT}${shown.title}${shown.sellerName}${shown.promoterName}${shown.priceText ?? ''}`);
  const canvas = createCanvas(POSTER_WIDTH, POSTER_HEIGHT);
  drawLayout(canvas.getContext('2d'), families, shown, image);
  return canvas.toBuffer('image/png');
}
