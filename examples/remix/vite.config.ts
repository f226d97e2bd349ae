import { vitePlugin as remix } from '@remix-run/dev';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    remix({
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: true,
        v3_relativeSplatPath: true,
        v3_singleFetch: true,
        v3_throwAbortReason: true,
      },
    }),
  ],
  server: {
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    // Vite would answer the preflights of other origins, and allow none but this machine's.
    cors: false,
  },
  // Only because it is linked here: Vite would make it part of the server's bundle.
  ssr: { external: ['mintgate'] },
});
