// Bundles the worker and runs it in workerd, as `wrangler dev` does, but without internet access.
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

const { outputFiles } = await build({
  entryPoints: ['worker.ts'],
  bundle: true,
  minify: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  external: ['cloudflare:workers'],
  write: false,
});
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const worker = new Miniflare({
  modules: [{ type: 'ESModule', path: 'worker.js', contents: outputFiles[0]?.text ?? '' }],
  compatibilityDate: '2026-07-01',
  // Lets the worker notice when the client of a subscription disconnects.
  compatibilityFlags: ['enable_request_signal'],
  bindings: { CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY, ...(CLERK_API_URL && { CLERK_API_URL }) },
  host: 'localhost',
  port: Number(process.env.PORT ?? 3000),
  cf: false,
});
await worker.ready;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => worker.dispose().then(() => process.exit(0)));
}
