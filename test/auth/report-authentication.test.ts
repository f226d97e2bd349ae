import { expect, test } from 'vitest';
import type { Authenticate } from '../../src/auth/authenticate.ts';
import { anonymous, refused } from '../../src/auth/authentication.ts';
import { reportAuthentication } from '../../src/auth/report-authentication.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { aCaller } from '../support/engine.ts';

const request = new Request('https://tokens.example.com/graphql');

test('each outcome is counted and returned', async () => {
  const reporter = createReporter();
  for (const outcome of [
    { kind: 'authenticated', caller: aCaller() } as const,
    anonymous,
    refused('expired'),
  ]) {
    const authenticate = reportAuthentication(async () => outcome, reporter);
    expect(await authenticate(request, {})).toBe(outcome);
  }
  const expected = { authenticated: 1, anonymous: 1, refused: 1, unavailable: 0 };
  expect(reporter.counts.authentications).toEqual(expected);
});

test('an authentication that fails is counted as unavailable', async () => {
  const reporter = createReporter();
  const fail: Authenticate = async () => {
    throw new Error('no key set');
  };
  await expect(reportAuthentication(fail, reporter)(request, {})).rejects.toThrow('no key set');
  expect(reporter.counts.authentications.unavailable).toBe(1);
});
