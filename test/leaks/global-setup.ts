import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { describeLeak, type FoundLeak, type Report } from './watch.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the processes of a run report what they found, and how much they looked at. */
    leaksFolder: string;
  }
}

/** X06 for the whole run: whatever the tests are about, no secret may have come out of any gateway, in any process. */
export default async function collectLeaks(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-leaks-'));
  project.provide('leaksFolder', folder);
  return async () => {
    const reports = await readReports(folder);
    await rm(folder, { recursive: true, force: true });
    const found = reports.flatMap((report) => ('found' in report ? [report.found] : []));
    console.log(`X06: ${describeLooked(reports)}: ${found.length || 'no'} secrets in them`);
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

function describeLooked(reports: readonly Report[]): string {
  const sums: Record<string, number> = {};
  for (const report of reports) {
    if (!('looked' in report)) continue;
    for (const [outlet, count] of Object.entries(report.looked)) sums[outlet] = (sums[outlet] ?? 0) + count;
  }
  const parts = Object.entries(sums).map(([outlet, count]) => `${count} of the kind "${outlet}"`);
  return parts.length > 0 ? `looked at texts, ${parts.join(', ')}` : 'no text to look at';
}

function unique(found: readonly FoundLeak[]): string[] {
  return [...new Set(found.map(describeLeak))];
}
