import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadPackages, telemetryPackages } from '../../../src/cli/telemetry/packages.ts';

const manifest = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: true }>;
};

test('the packages have the versions that the tests run with', () => {
  const installed = Object.entries(manifest.devDependencies).filter(([name]) =>
    name.startsWith('@opentelemetry/'),
  );
  expect(telemetryPackages).toEqual(installed.map((entry) => entry.join('@')));
});

test('each package is an optional peer, so that no user has to install it', () => {
  for (const entry of telemetryPackages) {
    const name = entry.slice(0, entry.lastIndexOf('@'));
    expect(manifest.peerDependencies).toHaveProperty([name]);
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

test('a missing package is reported with the line that installs all of them', async () => {
  // Not known to the compiler, so that it does not resolve it.
  const missing: string = '@opentelemetry/no-such-package';
  await expect(loadPackages('MINTGATE_METRICS_PORT', () => import(missing))).rejects.toMatchObject({
    name: 'ConfigurationError',
    problems: [
      expect.stringMatching(
        /^MINTGATE_METRICS_PORT: OpenTelemetry's packages are not installed: run npm install @opentelemetry\/api@1\.\d+\.\d+ /,
      ),
    ],
  });
});

test('another error stays as it is', async () => {
  const error = new Error('broken');
  await expect(loadPackages('X', () => Promise.reject(error))).rejects.toBe(error);
});
