import { expect, test } from 'vitest';
import { appOrigin, gatewayOrigin, useGateways } from '../../support/gateway.ts';
import { bearerOf, expectRefusal } from '../../support/refusal.ts';

const world = useGateways();
const json = JSON.stringify({ query: 'query Token { sessionToken(template: "hasura") { jwt } }' });
const subscription = JSON.stringify({ query: 'subscription { sessionToken(template: "hasura") { jwt } }' });

async function expectNotAcceptable(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { message } = ((await response.clone().json()) as { errors: { message: string }[] }).errors[0] ?? {};
  expect(message).toContain('send accept: application/json, application/graphql-response+json');
  await expectRefusal(world, response, 406);
}

test.each([
  'image/png',
  'text/html',
  'application/xml, image/*',
  'application',
  '*',
  'jpeg/*',
  'application/json5',
])(
  'X02 a request that accepts %j only is refused with 406 and a message, and nothing is minted',
  async (accept) => {
    const headers = { ...(await bearerOf(world)), accept };
    for (const body of [json, subscription, '{'])
      await expectNotAcceptable(await world.start().post(body, headers));
  },
);

test('X02 a result without an acceptable type is refused with 406 and a message, too', async () => {
  await expectNotAcceptable(await world.start().post(subscription, { accept: 'multipart/mixed' }));
  const otherCharset = { accept: 'application/json; charset=iso-8859-1' };
  await expectNotAcceptable(await world.start().post('{"query":"{ __typename }"}', otherCharset));
});

test.each([
  '*/*',
  '',
  'application/*',
  'image/png, */*;q=0.1',
  'Application/JSON',
  'text/*',
  'multipart/mixed',
])('a request that accepts %j is answered', async (accept) => {
  const response = await world.start().post('{"query":"{ __typename }"}', { accept });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"Query"')]);
});

test('X02 a page of an allowed origin can read the message of 406; health checks accept any type', async () => {
  const gateway = world.start({ corsOrigins: [appOrigin] });
  const { headers } = await gateway.post(json, { accept: 'image/png', origin: appOrigin });
  expect(headers.get('access-control-allow-origin')).toBe(appOrigin);
  const health = new Request(`${gatewayOrigin}/health`, { headers: { accept: 'image/png' } });
  expect((await gateway.fetch(health)).status).toBe(200);
});
