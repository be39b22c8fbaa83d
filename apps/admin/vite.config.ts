import vue from '@vitejs/plugin-vue';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import components from 'unplugin-vue-components/vite';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed';
import { designTokens } from './build/design-tokens';

const server = process.env.QIANXING_URL ?? 'http://127.0.0.1:7300';
const forwarded = Object.fromEntries(['/staff', '/api', '/media'].map((path) => [path, server]));

export default defineConfig({
  base: '/admin/',
  plugins: [
    vue(),
    designTokens(),
    compressed(),
    components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        advancedChunks: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](?:echarts|zrender)/ },
            { name: 'vue', test: /node_modules[\\/](?:vue|@vue|vue-router|vue-i18n|@intlify|pinia)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: forwarded },
});
