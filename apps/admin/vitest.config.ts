import vue from '@vitejs/plugin-vue';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import components from 'unplugin-vue-components/vite';
import { defineConfig } from 'vitest/config';
import { designTokens } from './build/design-tokens';

export default defineConfig({
  plugins: [vue(), designTokens(), components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: false })] })],
  test: {
    environment: 'jsdom',
    testTimeout: 60_000,
    include: ['src/**/*.test.ts', 'build/**/*.test.ts'],
    env: { TZ: 'Asia/Shanghai' },
    server: { deps: { inline: ['element-plus'] } },
  },
});
