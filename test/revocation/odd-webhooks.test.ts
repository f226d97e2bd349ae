import { beforeEach, describe, expect, test } from 'vitest';
import { clerkEvents, eventOf, send, signWebhook } from '../support/clerk-events.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { useWebhooks } from '../support/webhook-gateways.ts';

const world = useGateways();
const { secret, start, deliver, askWith } = useWebhooks(world);
let gateway: TestGateway;
let held: string;
let bearer: string;

beforeEach(async () => {
  gateway = start();
  bearer = await world.clerk.mintSessionToken('sess_ada_acme');
  held = await askWith(gateway, bearer);
  expect(held).toMatch(/^eyJ/);
});

/** Expects that the gateway still serves the held token. */
const expectNoEffect = async () => expect(await askWith(gateway, bearer)).toBe(held);

describe('with a right signature', () => {
  test.each(['', '{', '"text"', '12', 'null', 'true', '[]', '{}', '{"type":null}', '{"type":7,"data":{}}'])(
    'R04 the body %j, which is not an event, is refused and changes nothing',
    async (body) => {
      expect(await deliver(gateway, body)).toBe(400);
      await expectNoEffect();
    },
  );

  test.each([
    'email.created',
    'session.created',
    'user.created',
    'organization.created',
    'subscription.active',
    'session.revoked ',
    'SESSION.REVOKED',
    'user',
    '',
    '__proto__',
    'constructor',
    'x'.repeat(10_000),
  ])('R04 an event of type %j is accepted and changes nothing', async (type) => {
    const { data } = clerkEvents().session('revoked', 'sess_ada_acme');
    expect(await deliver(gateway, eventOf(type, data))).toBe(200);
    await expectNoEffect();
  });

  const odd: unknown[] = [undefined, null, '', 0, 7, true, ['sess_ada_acme'], { id: 'sess_ada_acme' }];

  test.each(['session.revoked', 'session.ended', 'user.deleted', 'user.updated', 'organization.deleted'])(
    'R04 %s with a missing or malformed id is accepted and changes nothing',
    async (type) => {
      for (const id of odd) expect(await deliver(gateway, eventOf(type, { id, banned: true }))).toBe(200);
      for (const data of [null, undefined, 'sess_ada_acme', 7, ['sess_ada_acme']]) {
        expect(await deliver(gateway, { type, data, timestamp: Date.now() })).toBe(200);
      }
      await expectNoEffect();
    },
  );

  test('R04 a membership with a missing or malformed user is accepted and changes nothing', async () => {
    for (const id of odd) {
      const data = { id: 'user_ada', user_id: 'user_ada', public_user_data: { user_id: id } };
      expect(await deliver(gateway, eventOf('organizationMembership.deleted', data))).toBe(200);
    }
    for (const public_user_data of [null, undefined, 'user_ada', []]) {
      expect(await deliver(gateway, eventOf('organizationMembership.deleted', { public_user_data }))).toBe(
        200,
      );
    }
    await expectNoEffect();
  });

  test.each([
    'sess_ada',
    'sess_ada_acme ',
    'SESS_ADA_ACME',
    '*',
    'sess_ada_acm',
    'sess_ada_acme\u0000',
    'user_ada',
  ])('R04 the id %j, which resembles that of the session, does not concern it', async (id) => {
    expect(await deliver(gateway, eventOf('session.revoked', { id }))).toBe(200);
    await expectNoEffect();
  });

  test('R04 long ids and ids of unusual characters are accepted', async () => {
    for (const id of ['x'.repeat(100_000), '\ud800', ':'.repeat(100), 'a\nb', '{}', '\u202e']) {
      expect(await deliver(gateway, eventOf('session.revoked', { id }))).toBe(200);
    }
    await expectNoEffect();
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['a text', '1716883200000'],
    ['negative', -1],
    ['zero', 0],
    ['in the far future', 8.64e15],
    ['endless', 1e308],
  ])('R02 session.revoked takes effect when its time is %s', async (_what, timestamp) => {
    const event = { ...clerkEvents().session('revoked', 'sess_ada_acme'), timestamp };
    expect(await deliver(gateway, event)).toBe(200);
    expect(await askWith(gateway, bearer)).toBe('UNAUTHENTICATED');
  });

  test.each(['updated', 'deleted'])('R06 user.%s without a time takes effect from now on', async (how) => {
    const [event, data] =
      how === 'deleted'
        ? ['user.deleted', { id: 'user_ada', deleted: true }]
        : ['user.updated', { id: 'user_ada', banned: true }];
    expect(await deliver(gateway, { type: event, data })).toBe(200);
    expect(await askWith(gateway, bearer)).toBe('UNAUTHENTICATED');
  });
});

test('R04 the log names the type of an event and the number of revocations, but no id', async () => {
  await deliver(gateway, clerkEvents().session('revoked', 'sess_ada_acme'));
  const lines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'webhook');
  expect(lines).toMatchObject([{ type: 'session.revoked', revocations: 1 }]);
  expect(JSON.stringify(lines)).not.toContain('sess_ada_acme');
});

test('R04 every refusal has the same answer', async () => {
  const answers = await Promise.all(
    [
      signWebhook(secret, 'no event'),
      signWebhook(secret, clerkEvents().userDeleted('user_ada'), { headers: { 'svix-id': undefined } }),
      signWebhook(secret, clerkEvents().userDeleted('user_ada'), { at: new Date(0) }),
    ].map(async (webhook) => {
      const response = await send(gateway, webhook);
      return [response.status, response.headers.get('cache-control'), await response.text()];
    }),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.slice(0, 2)).toEqual([400, 'no-store']);
});
