import { createCanvas, loadImage } from '@napi-rs/canvas';
import jsQR from 'jsqr';
import type { Locator } from 'playwright-core';

/** Text of the QR code in a picture that a page shows. @throws Error when the picture holds none */
export async function readQr(picture: Locator): Promise<string> {
  const address = (await picture.getAttribute('src')) ?? '';
  const image = await loadImage(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const found = jsQR(new Uint8ClampedArray(data), image.width, image.height);
  if (found === null) throw new Error(`no QR code in a picture of ${image.width} × ${image.height}`);
  return found.data;
}
