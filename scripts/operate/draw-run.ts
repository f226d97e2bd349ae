// Draws the latest run of npm run test:operate: node scripts/operate/draw-run.ts
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBrowser } from '../../test/support/browser.ts';
import { drawRun, pictureSize } from './run-picture.ts';
import { type RunRecord, recordFile } from './run-record.ts';

const picture = new URL('../../docs/operate.png', import.meta.url);

const run = JSON.parse(await readFile(recordFile, 'utf8')) as RunRecord;
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: pictureSize, deviceScaleFactor: 1.5 });
  await page.setContent(`<style>body { margin: 0 }</style>${drawRun(run)}`);
  await page.screenshot({ path: fileURLToPath(picture) });
} finally {
  await browser.close();
}
