import { fileURLToPath } from 'node:url';
import uniModule from '@dcloudio/vite-plugin-uni';
import UnoCSS from 'unocss/vite';
import { defineConfig } from 'vite';
import { ownAssets } from './build/own-assets';
import { bundleVerifier } from './build/verifier';

// The plugin is CommonJS: its default export arrives wrapped or bare.
const wrapped = uniModule as unknown as { default?: typeof uniModule };
const uni = wrapped.default ?? uniModule;
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  plugins: [uni(), UnoCSS(), ownAssets(path('./node_modules/wot-design-uni/components/wd-icon/wd-icons.ttf'))],
  // Messages are interpreted: mini programs and our content security policy forbid code made from text.
  define: { __INTLIFY_JIT_COMPILATION__: true },
  build: { target: 'es2018' },
  esbuild: { supported: { bigint: true } },
  resolve: { alias: { '@qianxing/transparency-log/verify': bundleVerifier() } },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/r/', '/media'].map((prefix) => [prefix, process.env.QIANXING_SERVER ?? 'http://127.0.0.1:7300'])),
  },
});
