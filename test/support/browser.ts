import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Arguments that keep Chromium from connecting to other machines by itself. */
const offlineArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Returns why no browser can be started on this machine, or `undefined` when one can. */
export function browserMissing(): string | undefined {
  const { CHROMIUM_PATH: path, CI } = process.env;
  if (path !== undefined) return existsSync(path) ? undefined : `CHROMIUM_PATH names no file: ${path}`;
  if (CI || (process.platform === 'linux' && process.arch === 'x64')) return undefined;
  return 'the bundled Chromium is for Linux on x64; set CHROMIUM_PATH to a Chromium of this machine';
}

/** Starts a headless Chromium: the one in `CHROMIUM_PATH`, else the one from npm. */
export async function startBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH: path } = process.env;
  if (path !== undefined) return chromium.launch({ executablePath: path, args: offlineArguments });
  // Uses only the binary: the default arguments of this package turn off CORS and other features under test.
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await bundled.executablePath(), args: offlineArguments });
}
