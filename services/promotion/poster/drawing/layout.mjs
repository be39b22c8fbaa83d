import QRCode from 'qrcode';

/**
 * @typedef {import('../posters').PosterContent} PosterContent
 * @typedef {import('@napi-rs/canvas').SKRSContext2D} Context
 * @typedef {import('@napi-rs/canvas').Image} Image
 */

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

/**
 * Draws a poster of 750 × 1200 pixels; every poster says that it is an advertisement and whose (advertising law, article 14).
 *
 * @param {Context} context
 * @param {string} families of the fonts, in the order in which they are asked for a character
 * @param {PosterContent} content
 * @param {Image | undefined} picture
 */
export function drawLayout(context, families, content, picture) {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, POSTER_WIDTH, POSTER_HEIGHT);
  if (picture === undefined) drawSign(context, families, content);
  else drawPicture(context, picture);
  drawLabel(context, families);
  const qrSide = drawQr(context, content.url);
  drawTexts(context, families, content, POSTER_WIDTH - 2 * MARGIN - qrSide - 20);
}

/**
 * The field of the picture with round corners, filled, as the place of what `draw` draws.
 *
 * @param {Context} context
 * @param {string | ReturnType<Context['createLinearGradient']>} ground
 * @param {() => void} draw
 */
function inPictureField(context, ground, draw) {
  context.save();
  context.beginPath();
  context.roundRect(MARGIN, MARGIN, PICTURE, PICTURE, 24);
  context.clip();
  context.fillStyle = ground;
  context.fillRect(MARGIN, MARGIN, PICTURE, PICTURE);
  draw();
  context.restore();
}

/**
 * @param {Context} context
 * @param {Image} picture
 */
function drawPicture(context, picture) {
  inPictureField(context, '#F2F3F5', () => {
    const scale = PICTURE / Math.max(picture.width, picture.height, 1);
    const width = picture.width * scale;
    const height = picture.height * scale;
    context.drawImage(picture, MARGIN + (PICTURE - width) / 2, MARGIN + (PICTURE - height) / 2, width, height);
  });
}

/**
 * The shop's sign, where no product has a picture to show: the seller's name before a wheel that comes in from the corner.
 *
 * @param {Context} context
 * @param {string} families
 * @param {PosterContent} content
 */
function drawSign(context, families, content) {
  const ground = context.createLinearGradient(MARGIN, MARGIN, MARGIN + PICTURE, MARGIN + PICTURE);
  ground.addColorStop(0, '#E5484D');
  ground.addColorStop(0.55, ACCENT);
  ground.addColorStop(1, '#7D0B10');
  inPictureField(context, ground, () => {
    drawWheel(context, MARGIN + PICTURE - 120, MARGIN + 210, 330);
    const left = MARGIN + 56;
    const width = PICTURE - 112;
    context.textBaseline = 'alphabetic';
    context.fillStyle = PAPER;
    context.font = `700 92px ${families}`;
    context.fillText(clipped(context, content.sellerName, width), left, MARGIN + PICTURE - 92, width);
    context.fillStyle = 'rgba(255, 255, 255, 0.6)';
    context.fillRect(left, MARGIN + PICTURE - 62, 88, 6);
  });
}

const SPOKES = 10;

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y of its middle
 * @param {number} radius
 */
function drawWheel(context, x, y, radius) {
  const ring = (/** @type {number} */ share, /** @type {number} */ line, /** @type {number} */ light) => {
    context.beginPath();
    context.arc(x, y, radius * share, 0, 2 * Math.PI);
    context.lineWidth = radius * line;
    context.strokeStyle = `rgba(255, 255, 255, ${light})`;
    context.stroke();
  };
  ring(0.88, 0.22, 0.14);
  ring(0.66, 0.03, 0.5);
  ring(0.16, 0.06, 0.5);
  context.lineWidth = radius * 0.06;
  context.strokeStyle = 'rgba(255, 255, 255, 0.3)';
  for (let spoke = 0; spoke < SPOKES; spoke += 1) {
    const angle = (2 * Math.PI * spoke) / SPOKES;
    context.beginPath();
    context.moveTo(x + Math.cos(angle) * radius * 0.2, y + Math.sin(angle) * radius * 0.2);
    context.lineTo(x + Math.cos(angle) * radius * 0.64, y + Math.sin(angle) * radius * 0.64);
    context.stroke();
  }
}

/**
 * @param {Context} context
 * @param {string} families
 */
function drawLabel(context, families) {
  const text = '广告';
  context.font = `500 22px ${families}`;
  context.textBaseline = 'middle';
  context.fillStyle = 'rgba(22, 24, 29, 0.66)';
  context.beginPath();
  context.roundRect(MARGIN + 16, MARGIN + 16, context.measureText(text).width + 24, 38, 8);
  context.fill();
  context.fillStyle = PAPER;
  context.fillText(text, MARGIN + 28, MARGIN + 36);
}

/**
 * Level M, quiet zone of four modules, module edges on whole pixels. Answers the side of the whole square in pixels.
 *
 * @param {Context} context
 * @param {string} url
 */
function drawQr(context, url) {
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

/**
 * @param {Context} context
 * @param {string} families
 * @param {PosterContent} content
 * @param {number} width in pixels beside the code
 */
function drawTexts(context, families, content, width) {
  context.textBaseline = 'top';
  let top = TEXT_TOP + 10;
  if (content.priceText !== null) {
    context.fillStyle = ACCENT;
    context.font = `500 56px ${families}`;
    context.fillText(content.priceText, MARGIN + 10, top, width);
    top += 84;
  }
  context.fillStyle = INK;
  context.font = `500 34px ${families}`;
  for (const line of wrapped(context, content.title, width, 3)) {
    context.fillText(line, MARGIN + 10, top);
    top += 48;
  }
  context.fillStyle = FAINT;
  context.font = `500 24px ${families}`;
  const bottom = POSTER_HEIGHT - MARGIN - 130;
  const lines = [`推广员 ${content.promoterName}`, `销售者：${content.sellerName}`, '长按识别二维码 Scan to open'];
  for (const [index, line] of lines.entries())
    context.fillText(clipped(context, line, POSTER_WIDTH - 2 * MARGIN - 20), MARGIN + 10, bottom + index * 42);
}

/**
 * @param {Context} context
 * @param {string} text
 * @param {number} width
 */
function clipped(context, text, width) {
  return wrapped(context, text, width, 1)[0] ?? '';
}

/**
 * Breaks between any two characters, as Chinese text may; the last line ends in an ellipsis when something is left over.
 *
 * @param {Context} context
 * @param {string} text
 * @param {number} width
 * @param {number} maxLines
 */
function wrapped(context, text, width, maxLines) {
  /** @type {string[]} */
  const lines = [];
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
