import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import tokens from '../../../../design/tokens.json';
import icons from '../../build/icons.json';
import { iconStyles, tokenStyles } from '../../build/styles.mjs';

const WHITE = '#FFFFFF';
type Colours = Record<string, string>;
const modes = ['light', 'dark'] as const;

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

describe('colours of the token file', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', WHITE)).toBeCloseTo(21);
    expect(contrast('#767676', WHITE)).toBeCloseTo(4.54, 2);
  });
  it.each(modes)('reach the contrast that is asked for in %s', (mode) => {
    const colours: Colours = tokens.color[mode];
    for (const { text, ground, minimum } of tokens.contrast)
      expect(contrast(colours[text] ?? '', colours[ground] ?? ''), `${text} on ${ground}`).toBeGreaterThanOrEqual(minimum);
  });
  it.each(modes)('let white text be read on the hero ground in %s', (mode) => {
    for (const stop of tokens.heroGradient[mode]) expect(contrast(WHITE, stop), stop).toBeGreaterThanOrEqual(4.5);
  });
  it('have the same names in light and dark', () => {
    expect(Object.keys(tokens.color.dark)).toEqual(Object.keys(tokens.color.light));
  });
});

describe('style sheets made from it', () => {
  const sheet = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
  it('are up to date (npm run styles)', () => {
    expect(sheet('./tokens.gen.scss')).toBe(tokenStyles(tokens));
    expect(sheet('./icons.gen.scss')).toBe(iconStyles(icons));
  });
});
