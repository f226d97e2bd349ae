import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../support/answer.ts';
import { events } from '../../support/event-stream.ts';
import { useGateways } from '../../support/gateway.ts';
import { bearerOf } from '../../support/refusal.ts';
import { ways } from '../../support/serve-gateway.ts';

const world = useGateways();
const body = JSON.stringify({ query: 'subscription { sessionToken(template: "minimal") { jwt } }' });

describe.each(ways)('%s', (_way, post) => {
  test.each([
    'application/json',
    'application/graphql-response+json',
    'application/*',
    'application/json, text/event-stream; charset=iso-8859-1',
  ])(
    'a subscription of a client that accepts %j is refused with 406, and no stream is opened',
    async (accept) => {
      const gateway = world.start();
      const response = await post(gateway, body, { ...(await bearerOf(world)), accept });
      const { status, errors } = await readAnswer(response);
      expect(status).toBe(406);
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('send accept: text/event-stream'),
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
      expect([gateway.stats().subscriptions, world.requests()]).toEqual([0, 0]);
    },
  );

  test.each([
    'text/event-stream',
    'Text/Event-Stream;q=0.9',
    'text/*',
    'application/json, text/event-stream',
    'text/event-stream; charset=utf-8',
  ])('a subscription of a client that accepts %j is answered as an event stream', async (accept) => {
    const response = await post(world.start(), body, { ...(await bearerOf(world)), accept });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const [first] = await events(response, 1);
    expect(first?.data).toMatchObject({ data: { sessionToken: { jwt: expect.any(String) } } });
  });
});
