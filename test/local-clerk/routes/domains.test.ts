import { expect, test } from 'vitest';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

test('the only domain is the Frontend API that the publishable key encodes', async () => {
  const { data, totalCount } = await context.clerk.domains.list();
  const host = new URL(context.local.url).host;
  expect(totalCount).toBe(1);
  expect(data[0]).toMatchObject({ name: host, frontendApiUrl: `http://${host}`, isSatellite: false });
  expect(atob(context.local.publishableKey.replace('pk_test_', ''))).toBe(`${data[0]?.name}$`);
});
