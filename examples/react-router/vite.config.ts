import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  server: {
    // repository: begin
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    // repository: end
    // Without this, Vite would answer preflights itself and allow only origins of this machine.
    cors: false,
  },
  // repository: begin
  // The package is linked here, and Vite would bundle it into the server.
  ssr: { external: ['mintgate'] },
  // repository: end
});
