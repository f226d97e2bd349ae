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
    // Without this, Vite would answer preflights itself and allow only origins of this machine.
    cors: false,
  },
  // repository: begin
  // The package is linked here, and Vite would bundle it into the server.
  ssr: { external: ['mintgate'] },
  // repository: end
});
