import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  server: {
    // repository: begin
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    // repository: end
    // By default, Vite answers preflights and allows only origins of this machine.
    cors: false,
  },
  // repository: begin
  // Vite would bundle a linked package into the server.
  ssr: { external: ['mintgate'] },
  // repository: end
});
