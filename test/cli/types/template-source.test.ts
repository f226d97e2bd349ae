import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../../src/cli/configuration/read-configuration.ts';
import { claimsOf, readTemplates } from '../../../src/cli/types/template-source.ts';
import { newFolder } from '../../support/command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

/** A configuration of options alone. */
function configurationOf(options: Configuration['options']): Configuration {
  return {
    options,
    ...{ configFile: undefined, fromFile: new Set(), secretFiles: new Set() },
  } as unknown as Configuration;
}

const read = (from: string, options: Configuration['options'] = {}) =>
  readTemplates(from, configurationOf(options));

describe('templates of Clerk', () => {
  test('are read with the secret key alone', async () => {
    const { secretKey, url: apiUrl } = world.clerk;
    const { claims, firebase } = await read('clerk', { secretKey, apiUrl });
    expect(claims.get('short')).toEqual({ name: '{{user.first_name}}' });
    expect(firebase).toBe('not listed');
  });

  test('are read with an older key while Clerk refuses the newer one', async () => {
    const { secretKey, url: apiUrl } = world.clerk;
    const { claims } = await read('clerk', { secretKey: [`${secretKey}x`, secretKey], apiUrl });
    expect(claims.has('short')).toBe(true);
    await expect(
      read('clerk', { secretKey: [`${secretKey}x`, `${secretKey}y`], apiUrl }),
    ).rejects.toMatchObject({
      problems: [expect.stringMatching(/^CLERK_SECRET_KEY: Clerk refuses this key: /)],
    });
  });

  test('need a key', async () => {
    await expect(read('clerk')).rejects.toMatchObject({
      problems: [expect.stringMatching(/^CLERK_SECRET_KEY: is missing: /)],
    });
  });

  test('are not asked for with an older key after another failure', async () => {
    const { secretKey, url: apiUrl } = world.clerk;
    world.clerk.controls.answerAlways({ status: 500 }, 'GET /v1/jwt_templates');
    world.clerk.controls.resetRequests();
    await expect(read('clerk', { secretKey: [secretKey, `${secretKey}x`], apiUrl })).rejects.toMatchObject({
      problems: [expect.stringMatching(/^CLERK_API_URL: Clerk does not list its JWT templates /)],
    });
    expect(world.clerk.controls.requests()).toBe(1);
  });
});

test('templates of the demo data and of a file need no key', async () => {
  expect((await read('demo')).claims.has('hasura')).toBe(true);
  const folder = await newFolder({ 'clerk.json': '{"jwt_templates":[{"name":"mine","claims":{"a":1}}]}' });
  expect(await read(join(folder, 'clerk.json'))).toEqual({
    claims: new Map([['mine', { a: 1 }]]),
    firebase: 'off',
  });
});

test('claims are taken from templates as Clerk lists them', () => {
  expect(claimsOf(new Map([['a', { claims: { b: 1 } }]]))).toEqual(new Map([['a', { b: 1 }]]));
  const noObject = null as unknown as object;
  expect(claimsOf(new Map([['a', { claims: noObject }]]))).toEqual(new Map([['a', {}]]));
});
