import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

type Colours = Readonly<Record<string, string>>;
export interface Tokens {
  readonly color: { readonly light: Colours; readonly dark: Colours };
  readonly series: { readonly light: readonly string[]; readonly dark: readonly string[] };
  readonly font: { readonly family: string };
  readonly type: { readonly consolePx: Readonly<Record<string, number>> };
  readonly space: { readonly consolePx: Readonly<Record<string, number>> };
  readonly radius: { readonly consolePx: Readonly<Record<string, number>> };
}

const file = fileURLToPath(new URL('../../../design/tokens.json', import.meta.url));

/** The design tokens that both front ends share. */
export function readTokens(): Tokens {
  return JSON.parse(readFileSync(file, 'utf8')) as Tokens;
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Mixes two `#rrggbb` colours: `share` of the first, the rest of the second. */
export function mix(first: string, second: string, share: number): string {
  const channel = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(first, at) * share + channel(second, at) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The shades Element Plus derives from a colour, blended with the surface so that they suit light and dark. */
function shades(name: string, colour: string, surface: string, pressed: string): string[] {
  const lighter = [3, 5, 7, 8, 9].map((step) => `--el-color-${name}-light-${step}:${mix(colour, surface, 1 - step / 10)}`);
  return [`--el-color-${name}:${colour}`, ...lighter, `--el-color-${name}-dark-2:${pressed}`];
}

function themeVariables(colours: Colours, series: readonly string[]): string[] {
  const colour = (name: string): string => {
    const value = colours[name];
    if (value === undefined) throw new Error(`design tokens lack the colour ${name}`);
    return value;
  };
  const surface = colour('surface');
  return [
    ...Object.entries(colours).map(([name, value]) => `--${kebab(name)}:${value}`),
    ...series.map((value, index) => `--series-${index + 1}:${value}`),
    ...shades('primary', colour('brand'), surface, colour('brandPressed')),
    ...shades('success', colour('good'), surface, colour('good')),
    ...shades('warning', colour('warning'), surface, colour('warning')),
    ...shades('danger', colour('bad'), surface, colour('bad')),
    ...shades('error', colour('bad'), surface, colour('bad')),
    ...shades('info', colour('hint'), surface, colour('secondary')),
    `--el-color-white:${colour('onBrand')}`,
    `--el-bg-color:${surface}`,
    `--el-bg-color-page:${colour('ground')}`,
    `--el-bg-color-overlay:${colour('raised')}`,
    `--el-text-color-primary:${colour('ink')}`,
    `--el-text-color-regular:${colour('secondary')}`,
    `--el-text-color-secondary:${colour('hint')}`,
    `--el-text-color-placeholder:${colour('hint')}`,
    `--el-text-color-disabled:${colour('hint')}`,
    `--el-border-color:${mix(colour('hint'), surface, 0.35)}`,
    `--el-border-color-hover:${colour('hint')}`,
    ...['light', 'lighter', 'extra-light'].map((step) => `--el-border-color-${step}:${colour('line')}`),
    ...['', '-light', '-lighter', '-extra-light', '-blank', '-dark', '-darker'].map(
      (step) => `--el-fill-color${step}:${step === '-blank' ? surface : colour('field')}`,
    ),
    `--el-mask-color:${colour('scrim')}`,
    `--el-overlay-color-lighter:${colour('scrim')}`,
  ];
}

/** The tokens as CSS custom properties, light on the root, dark under `html.dark`, with what Element Plus derives from them. */
export function tokensAsCss(tokens: Tokens): string {
  const sizes = (prefix: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => `--${prefix}-${kebab(name)}:${value}px`);
  const shared = [
    `--font-family:${tokens.font.family}`,
    ...sizes('text', tokens.type.consolePx),
    ...sizes('space', tokens.space.consolePx),
    ...sizes('radius', tokens.radius.consolePx),
  ];
  return [
    `:root{${[...shared, ...themeVariables(tokens.color.light, tokens.series.light)].join(';')}}`,
    `html.dark{${themeVariables(tokens.color.dark, tokens.series.dark).join(';')}}`,
  ].join('\n');
}

const ID = 'virtual:design-tokens.css';

/** Makes `virtual:design-tokens.css` from the shared tokens. */
export function designTokens(): Plugin {
  return {
    name: 'design-tokens',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      this.addWatchFile(file);
      return tokensAsCss(readTokens());
    },
  };
}
