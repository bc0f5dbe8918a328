import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: { rollupOptions: { input: ['index.html', 'charts.html'] } },
  server: { host: 'localhost', port: 8091, strictPort: true },
});
