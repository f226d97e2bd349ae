import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  server: {
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    // Vite would answer the preflights of other origins, and allow none but this machine's.
    cors: false,
  },
  // Only because it is linked here: Vite would make it part of the server's bundle.
  ssr: { external: ['mintgate'] },
});
