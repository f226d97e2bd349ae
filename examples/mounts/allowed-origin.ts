import { expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import type { ExampleCopy } from './example-copy.ts';
import type { RunningMount } from './mount-suite.ts';

const frontend = 'https://app.example.com';

/** Allows another origin in the gateway of `file`. */
export function allowOrigin(copy: ExampleCopy, file: string): void {
  copy.edit(file, 'templates:', `corsOrigins: ['${frontend}'], templates:`);
}

/** Tests that the host leaves the check of origins to the gateway, for the preflight and for the request. */
export function testAllowedOrigin(running: () => Pick<RunningMount, 'url' | 'ask' | 'bearer'>): void {
  test('answers the preflight of an allowed origin, and its request', async () => {
    const { url, ask, bearer } = running();
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      redirect: 'manual',
      headers: {
        origin: frontend,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(frontend);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');

    const headers = { ...(await bearer()), origin: frontend, 'sec-fetch-site': 'cross-site' };
    const answer = await readAnswer(await ask('{ sessionToken(template: "hasura") { jwt } }', headers));
    expect([answer.status, answer.codes]).toEqual([200, []]);
    expect(answer.headers.get('access-control-allow-origin')).toBe(frontend);

    // A page can read the refusal only with the CORS headers.
    const refused = await readAnswer(
      await ask('{ sessionToken(template: "hasura") { jwt } }', { origin: frontend }),
    );
    expect(refused.codes).toEqual(['UNAUTHENTICATED']);
    expect(refused.headers.get('access-control-allow-origin')).toBe(frontend);
  });
}
