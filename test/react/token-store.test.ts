import { expect, test } from 'vitest';
import type { TokenSourceOptions } from '../../src/client/index.ts';
import { createTokenStore } from '../../src/react/token-store.ts';
import { fakeClerk, fakeGateway } from '../client/fake-gateway.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();

test('a store has one token for each template, which it does not request by itself', async () => {
  const gateway = fakeGateway();
  const store = createTokenStore(
    { url: gateway.url, credentials: fakeClerk(), fetch: gateway.fetch },
    'known',
  );
  expect(store('hasura')).toBe(store('hasura'));
  expect(store('hasura')).not.toBe(store('reports'));
  await pass(1);
  expect(gateway.requests).toEqual([]);
  const unmounts = ['hasura', 'reports', 'hasura'].map((template) => store(template).subscribe(() => {}));
  await pass(1);
  expect(gateway.requests.map(({ template }) => template)).toEqual(['hasura', 'reports']);
  for (const unmount of unmounts) unmount();
  await pass(1);
});

test.each<[string, Partial<TokenSourceOptions>]>([
  ['an empty url', { url: '' }],
  ['an empty template', { template: '' }],
  ['an unknown option', { retries: 3 } as object],
])('%s throws when a component asks for the token, so that its functions do not', (_what, wrong) => {
  const right = { url: '/graphql', credentials: 'include' as const, template: 'hasura' };
  const { template, ...options } = { ...right, ...wrong };
  expect(() => createTokenStore(options, 'known')(template)).toThrow(TypeError);
});
