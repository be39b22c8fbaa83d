import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const REMOTE_FONT = /@font-face\s*\{[^}]*at\.alicdn\.com[^}]*\}/g;

/** The UI kit's icon font is fetched from another host on some targets; the copy that ships with the kit is written into the style sheets instead. */
export function inlineIconFont(fontPath: string): Plugin {
  const face = () =>
    `@font-face{font-family:"wd-icons";src:url(data:font/ttf;base64,${readFileSync(fontPath).toString('base64')}) format("truetype");font-weight:normal;font-style:normal}`;
  return {
    name: 'qianxing:inline-icon-font',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !/\.(?:css|wxss)$/.test(asset.fileName)) continue;
        const source = typeof asset.source === 'string' ? asset.source : Buffer.from(asset.source).toString('utf8');
        if (source.includes('at.alicdn.com')) asset.source = source.replace(REMOTE_FONT, face());
      }
    },
  };
}
