import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const REMOTE_FONT = /@font-face\s*\{[^}]*at\.alicdn\.com[^}]*\}/g;
const REMOTE_PICTURE = /url\(["']?https?:\/\/[^)]*\)/g;

/**
 * Nothing is fetched from another host: the UI kit's icon font is written into the style sheets from the copy that ships with the kit, and the
 * framework's remote shadow pictures are left out.
 */
export function ownAssets(iconFontPath: string): Plugin {
  const face = () =>
    `@font-face{font-family:"wd-icons";src:url(data:font/ttf;base64,${readFileSync(iconFontPath).toString('base64')}) format("truetype");font-weight:normal;font-style:normal}`;
  return {
    name: 'qianxing:own-assets',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !/\.(?:css|wxss)$/.test(asset.fileName)) continue;
        const source = typeof asset.source === 'string' ? asset.source : Buffer.from(asset.source).toString('utf8');
        if (/https?:\/\//.test(source)) asset.source = source.replace(REMOTE_FONT, face).replace(REMOTE_PICTURE, 'none');
      }
    },
  };
}
