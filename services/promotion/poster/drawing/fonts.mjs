import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';

const require = createRequire(import.meta.url);

/**
 * Which file of the font holds a character: Noto Sans SC comes in about a hundred slices, of which a poster needs a few.
 *
 * @type {ReadonlyMap<number, string>}
 */
const sliceOf = new Map(
  Object.entries(require('@fontsource-variable/noto-sans-sc/unicode.json')).flatMap(([name, ranges]) => codePointsOf(name, ranges)),
);

/**
 * @param {string} name `[79]` or `latin`
 * @param {string} ranges `U+4e00-4e05,U+4e07`
 * @returns {[number, string][]}
 */
function codePointsOf(name, ranges) {
  const slice = name.replaceAll(/[[\]]/g, '');
  return ranges.split(',').flatMap((range) => {
    const [first = 0, last = first] = range
      .slice('U+'.length)
      .split('-')
      .map((text) => Number.parseInt(text, 16));
    return Array.from({ length: last - first + 1 }, (_, index) => /** @type {[number, string]} */ ([first + index, slice]));
  });
}

const familyOf = (/** @type {string} */ slice) => `QianxingPoster-${slice}`;
/** @type {Set<string>} */
const registered = new Set();

/**
 * Families that together draw a text, for a font declaration. What is in none of them is looked for among the fonts of the machine.
 *
 * @param {string} text
 */
export function familiesFor(text) {
  const slices = new Set(['latin']);
  for (const character of text) {
    const slice = sliceOf.get(character.codePointAt(0) ?? 0);
    if (slice !== undefined) slices.add(slice);
  }
  for (const slice of slices) register(slice);
  return [...slices].map(familyOf).join(', ');
}

/** @param {string} slice */
function register(slice) {
  if (registered.has(slice)) return;
  const path = require.resolve(`@fontsource-variable/noto-sans-sc/files/noto-sans-sc-${slice}-wght-normal.woff2`);
  if (GlobalFonts.registerFromPath(path, familyOf(slice)) === null) throw new Error(`no font at ${path}`);
  registered.add(slice);
}

/** A Unicode noncharacter: every font draws it as its sign for «no such character». */
const NO_CHARACTER = '\u{10FFFE}';
/** What Chinese print puts in the place of a character that cannot be set. */
const SUBSTITUTE = '〓';
const SAMPLE_PIXELS = 32;

/** @type {Map<string, boolean>} */
const drawable = new Map();
const MOST_REMEMBERED = 10_000;

/**
 * The text with a sign in the place of characters that neither the font nor the machine can draw.
 *
 * @param {string} text
 */
export function drawableText(text) {
  return [...text].map((character) => (canDraw(character) ? character : SUBSTITUTE)).join('');
}

/** @param {string} character */
function canDraw(character) {
  if (sliceOf.has(character.codePointAt(0) ?? 0)) return true;
  const known = drawable.get(character);
  if (known !== undefined) return known;
  const answer = !sample(character).equals(sample(NO_CHARACTER));
  if (drawable.size < MOST_REMEMBERED) drawable.set(character, answer);
  return answer;
}

/** @param {string} character */
function sample(character) {
  const context = createCanvas(SAMPLE_PIXELS, SAMPLE_PIXELS).getContext('2d');
  context.font = `${SAMPLE_PIXELS / 2}px ${familiesFor('')}`;
  context.textBaseline = 'top';
  context.fillText(character, 2, 2);
  return Buffer.from(context.getImageData(0, 0, SAMPLE_PIXELS, SAMPLE_PIXELS).data);
}
