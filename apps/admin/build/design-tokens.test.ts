// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { mix, readTokens, tokensAsCss } from './design-tokens';

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
/** WCAG 2.2 contrast ratio. */
function contrast(first: string, second: string): number {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}
/** Value of a custom property in the rules of a theme. */
function variable(css: string, name: string): string {
  const found = new RegExp(`${name}:([^;}]+)`).exec(css);
  if (found === null) throw new Error(`no ${name}`);
  return found[1]!;
}

const [light, dark] = tokensAsCss(readTokens()).split('\n') as [string, string];

describe('design tokens as CSS', () => {
  it('knows black on white', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(mix('#ff0000', '#0000ff', 0.5)).toBe('#800080');
  });

  for (const [theme, css] of [
    ['light', light],
    ['dark', dark],
  ] as const)
    describe(theme, () => {
      it('gives every text colour of the component library 4.5 : 1 on surface, page and field', () => {
        for (const text of ['primary', 'regular', 'secondary', 'placeholder', 'disabled'])
          for (const ground of ['--el-bg-color', '--el-bg-color-page', '--el-fill-color'])
            expect(
              contrast(variable(css, `--el-text-color-${text}`), variable(css, ground)),
              `${text} on ${ground}`,
            ).toBeGreaterThanOrEqual(4.5);
      });

      it('gives the label of filled buttons 4.5 : 1, at rest and pressed', () => {
        for (const kind of ['primary', 'danger'])
          for (const step of [`--el-color-${kind}`, `--el-color-${kind}-dark-2`])
            expect(contrast(variable(css, '--el-color-white'), variable(css, step)), step).toBeGreaterThanOrEqual(4.5);
      });

      it('gives links and states 4.5 : 1 on the surface and on their own soft ground', () => {
        for (const name of ['info', 'good', 'warning', 'bad']) {
          expect(contrast(variable(css, `--${name}`), variable(css, '--surface')), name).toBeGreaterThanOrEqual(4.5);
          expect(contrast(variable(css, `--${name}`), variable(css, `--${name}-soft`)), `${name} soft`).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrast(variable(css, '--brand-pressed'), variable(css, '--brand-soft'))).toBeGreaterThanOrEqual(4.5);
      });

      it('keeps the focus ring visible', () => {
        expect(contrast(variable(css, '--focus'), variable(css, '--surface'))).toBeGreaterThanOrEqual(3);
      });
    });

  it('refuses tokens that lack a colour', () => {
    const tokens = readTokens();
    const { surface: _, ...rest } = tokens.color.light;
    expect(() => tokensAsCss({ ...tokens, color: { ...tokens.color, light: rest } })).toThrow('surface');
  });
});
