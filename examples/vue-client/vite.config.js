import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const isCustomElement = (tag) => tag === 'greenlang-chart';

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
  build: { rollupOptions: { input: ['index.html', 'charts.html'] } },
  server: { host: 'localhost', port: 8092, strictPort: true },
});
