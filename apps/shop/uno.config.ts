import { presetUni } from '@uni-helper/unocss-preset-uni';
import { defineConfig } from 'unocss';
import tokens from '../../design/tokens.json';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Colours are the CSS variables of the token file: `text-ink`, `bg-surface`, `border-line` follow light and dark by themselves. */
export default defineConfig({
  presets: [presetUni({ attributify: false })],
  theme: {
    colors: Object.fromEntries(Object.keys(tokens.color.light).map((name) => [kebab(name), `var(--qx-${kebab(name)})`])),
  },
  shortcuts: {
    row: 'flex flex-row items-center',
    column: 'flex flex-col',
    between: 'flex flex-row items-center justify-between',
    center: 'flex items-center justify-center',
  },
});
