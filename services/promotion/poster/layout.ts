import type { Image, SKRSContext2D } from '@napi-rs/canvas';
import QRCode from 'qrcode';

/** Everything a poster shows. Amounts in fen. */
export interface PosterContent {
  /** Short referral link, at most about 60 characters so that the code stays coarse. */
  readonly url: string;
  readonly title: string;
  /** Null on a poster without product. */
  readonly priceText: string | null;
  readonly sellerName: string;
  readonly promoterName: string;
}

export const POSTER_WIDTH = 750;
export const POSTER_HEIGHT = 1200;

const MARGIN = 30;
const PICTURE = 690;
const TEXT_TOP = MARGIN + PICTURE + 40;
const QR_LEAST = 200;
const QR_QUIET_MODULES = 4;

const INK = '#16181D';
const FAINT = '#6E7480';
const ACCENT = '#C8161D';
const PAPER = '#FFFFFF';

/** Draws a poster of 750 × 1200 pixels; every poster says that it is an advertisement and whose (advertising law, article 14). */
export function drawLayout(context: SKRSContext2D, font: string, content: PosterContent, picture: Image | undefined): void {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, POSTER_WIDTH, POSTER_HEIGHT);
  drawPicture(context, picture);
  drawLabel(context, font);
  const qrSide = drawQr(context, content.url);
  drawTexts(context, font, content, POSTER_WIDTH - 2 * MARGIN - qrSide - 20);
}

function drawPicture(context: SKRSContext2D, picture: Image | undefined): void {
  context.save();
  context.beginPath();
  context.roundRect(MARGIN, MARGIN, PICTURE, PICTURE, 24);
  context.clip();
  context.fillStyle = picture === undefined ? ACCENT : '#F2F3F5';
  context.fillRect(MARGIN, MARGIN, PICTURE, PICTURE);
  if (picture !== undefined) {
    const scale = PICTURE / Math.max(picture.width, picture.height, 1);
    const width = picture.width * scale;
    const height = picture.height * scale;
    context.drawImage(picture, MARGIN + (PICTURE - width) / 2, MARGIN + (PICTURE - height) / 2, width, height);
  }
  context.restore();
}

function drawLabel(context: SKRSContext2D, font: string): void {
  const text = '广告';
  context.font = `22px ${font}`;
  context.textBaseline = 'middle';
  context.fillStyle = 'rgba(22, 24, 29, 0.66)';
  context.beginPath();
  context.roundRect(MARGIN + 16, MARGIN + 16, context.measureText(text).width + 24, 38, 8);
  context.fill();
  context.fillStyle = PAPER;
  context.fillText(text, MARGIN + 28, MARGIN + 36);
}

/** Level M, quiet zone of four modules, module edges on whole pixels. Answers the side of the whole square in pixels. */
function drawQr(context: SKRSContext2D, url: string): number {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  const cell = Math.ceil(QR_LEAST / modules.size);
  const side = (modules.size + 2 * QR_QUIET_MODULES) * cell;
  const left = POSTER_WIDTH - MARGIN - side;
  const top = TEXT_TOP;
  context.fillStyle = PAPER;
  context.fillRect(left, top, side, side);
  context.fillStyle = INK;
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column))
        context.fillRect(left + (column + QR_QUIET_MODULES) * cell, top + (row + QR_QUIET_MODULES) * cell, cell, cell);
  return side;
}

function drawTexts(context: SKRSContext2D, font: string, content: PosterContent, width: number): void {
  context.textBaseline = 'top';
  let top = TEXT_TOP + 10;
  if (content.priceText !== null) {
    context.fillStyle = ACCENT;
    context.font = `56px ${font}`;
    context.fillText(content.priceText, MARGIN + 10, top, width);
    top += 84;
  }
  context.fillStyle = INK;
  context.font = `34px ${font}`;
  for (const line of wrapped(context, content.title, width, 3)) {
    context.fillText(line, MARGIN + 10, top);
    top += 48;
  }
  context.fillStyle = FAINT;
  context.font = `24px ${font}`;
  const bottom = POSTER_HEIGHT - MARGIN - 130;
  const lines = [`推广员 ${content.promoterName}`, `销售者：${content.sellerName}`, '长按识别二维码 Scan to open'];
  for (const [index, line] of lines.entries())
    context.fillText(clipped(context, line, POSTER_WIDTH - 2 * MARGIN - 20), MARGIN + 10, bottom + index * 42);
}

function clipped(context: SKRSContext2D, text: string, width: number): string {
  return wrapped(context, text, width, 1)[0] ?? '';
}

/** Breaks between any two characters, as Chinese text may; the last line ends in an ellipsis when something is left over. */
function wrapped(context: SKRSContext2D, text: string, width: number, maxLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (context.measureText(line + character).width <= width) {
      line += character;
      continue;
    }
    if (lines.length === maxLines - 1) return [...lines, `${[...line].slice(0, -1).join('')}…`];
    lines.push(line);
    // A line does not begin with a space.
    line = character.trimStart();
  }
  return line === '' ? lines : [...lines, line];
}
