import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Keeps Chromium from looking for anything outside this machine. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why no browser can be started here; undefined when one can. */
export function browserMissing(): string | undefined {
  const { CHROMIUM_PATH: path, CI } = process.env;
  if (path !== undefined) return existsSync(path) ? undefined : `CHROMIUM_PATH names no file: ${path}`;
  if (CI || (process.platform === 'linux' && process.arch === 'x64')) return undefined;
  return 'the bundled Chromium is for Linux on x64; set CHROMIUM_PATH to a Chromium of this machine';
}

/** Starts a headless Chromium: the one of `CHROMIUM_PATH`, else the one that npm has brought. */
export async function startBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH: path } = process.env;
  if (path !== undefined) return chromium.launch({ executablePath: path, args: quiet });
  // Only the binary: the arguments that come with it switch off what the tests are about, CORS among them.
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await bundled.executablePath(), args: quiet });
}
