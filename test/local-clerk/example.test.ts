import { createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';

// The example of docs/local-clerk.md: a test of an application that uses Clerk. The page shows this file without this line.
let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk({
    data: {
      users: [{ id: 'user_kim', name: 'Kim' }],
      sessions: [{ id: 'sess_kim', user_id: 'user_kim' }],
      jwt_templates: [{ name: 'billing', claims: { customer: '{{user.id}}' } }],
    },
  });
});
afterAll(() => clerk.close());

test('Kim gets a billing token after a failure of Clerk', async () => {
  const { secretKey, publishableKey, jwtKey, url } = clerk;
  const sdk = createClerkClient({
    secretKey,
    publishableKey,
    jwtKey,
    apiUrl: url,
    telemetry: { disabled: true },
  });

  const headers = { authorization: `Bearer ${await clerk.mintSessionToken('sess_kim')}` };
  const auth = (await sdk.authenticateRequest(new Request('https://app.example/', { headers }))).toAuth();
  expect(auth).toMatchObject({ isAuthenticated: true, userId: 'user_kim' });

  clerk.controls.answerNext({ status: 503 });
  await expect(sdk.sessions.getToken('sess_kim', 'billing')).rejects.toMatchObject({ status: 503 });
  await expect(sdk.sessions.getToken('sess_kim', 'billing')).resolves.toHaveProperty('jwt');
});
