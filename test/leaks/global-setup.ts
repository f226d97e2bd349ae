import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { describeLeak, type FoundLeak, type Report } from './watch.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder where the processes of a run report found leaks and the number of checked texts. */
    leaksFolder: string;
  }
}

/** X06 for the whole run: no gateway in any process may output a secret, in any test. */
export default async function collectLeaks(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-leaks-'));
  project.provide('leaksFolder', folder);
  return async () => {
    const reports = await readReports(folder);
    await rm(folder, { recursive: true, force: true });
    const found = reports.flatMap((report) => ('found' in report ? [report.found] : []));
    console.log(`X06: ${describeCounts(reports)}: ${found.length || 'no'} secrets found`);
    if (found.length > 0) throw new Error(`X06: ${unique(found).join('\n')}`);
  };
}

async function readReports(folder: string): Promise<Report[]> {
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return files.flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Report),
  );
}

function describeCounts(reports: readonly Report[]): string {
  const sums: Record<string, number> = {};
  for (const report of reports) {
    if (!('checked' in report)) continue;
    for (const [outlet, count] of Object.entries(report.checked)) sums[outlet] = (sums[outlet] ?? 0) + count;
  }
  const parts = Object.entries(sums).map(([outlet, count]) => `${count} of the kind "${outlet}"`);
  return parts.length > 0 ? `checked outputs: ${parts.join(', ')}` : 'no output to check';
}

function unique(found: readonly FoundLeak[]): string[] {
  return [...new Set(found.map(describeLeak))];
}
