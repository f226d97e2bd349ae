import { createHmac } from 'node:crypto';
import { Webhook } from 'svix';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  clerkEvents,
  newSigningSecret,
  type SignedWebhook,
  send,
  signWebhook,
} from '../../support/clerk-events.ts';
import { type TestGateway, useGateways, workingOptions } from '../../support/gateway.ts';
import { useWebhooks } from '../../support/webhook-gateways.ts';

const world = useGateways();
const { secret, start, askWith } = useWebhooks(world);
let gateway: TestGateway;
let bearer: string;

beforeEach(async () => {
  gateway = start();
  bearer = await world.clerk.mintSessionToken('sess_ada');
});
afterEach(() => {
  vi.useRealTimers();
});

const revoked = () => clerkEvents().session('revoked', 'sess_ada');
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** Sends a webhook. Returns the status, and whether Ada still gets tokens. */
async function outcome(webhook: SignedWebhook): Promise<[status: number, ada: 'served' | string]> {
  const { status } = await send(gateway, webhook);
  const answer = await askWith(gateway, bearer);
  return [status, answer.startsWith('eyJ') ? 'served' : answer];
}

const refused = [400, 'served'];

describe('a signature', () => {
  test('R04 that is valid revokes the session', async () => {
    expect(await outcome(signWebhook(secret, revoked()))).toEqual([200, 'UNAUTHENTICATED']);
  });

  test('R04 with another secret is refused, and changes nothing', async () => {
    expect(await outcome(signWebhook(newSigningSecret(), revoked()))).toEqual(refused);
  });

  test('R04 of another body changes nothing', async () => {
    const { headers } = signWebhook(secret, clerkEvents().session('revoked', 'sess_grace_acme'));
    expect(await outcome({ headers, body: JSON.stringify(revoked()) })).toEqual(refused);
    const { body, headers: own } = signWebhook(secret, revoked());
    expect(await outcome({ headers: own, body: `${body} ` })).toEqual(refused);
    expect(await outcome({ headers: own, body: '' })).toEqual(refused);
  });

  test.each(['svix-id', 'svix-timestamp', 'svix-signature'])(
    'R04 without %s changes nothing',
    async (name) => {
      for (const value of [undefined, '', ' ']) {
        expect(await outcome(signWebhook(secret, revoked(), { headers: { [name]: value } }))).toEqual(
          refused,
        );
      }
    },
  );

  test.each<[string, Record<string, string>]>([
    ['another id', { 'svix-id': 'msg_other' }],
    ['another time', { 'svix-timestamp': String(Math.floor(Date.now() / 1000) - 30) }],
    ['a time that is not a number', { 'svix-timestamp': 'now' }],
    ['an endless time', { 'svix-timestamp': 'Infinity' }],
    ['no version', { 'svix-signature': 'abc' }],
    ['a version alone', { 'svix-signature': 'v1,' }],
    ['a version without a comma', { 'svix-signature': 'v1' }],
    ['ten thousand versions', { 'svix-signature': 'v1,AAAA '.repeat(10_000) }],
    ['bytes beyond ASCII', { 'svix-id': '\u00ff', 'svix-signature': 'v1,\u00e9\u00ff' }],
  ])('R04 under headers with %s changes nothing', async (_what, headers) => {
    expect(await outcome(signWebhook(secret, revoked(), { headers }))).toEqual(refused);
  });

  test('R04 of a version that is not v1 changes nothing', async () => {
    const { body, headers } = signWebhook(secret, revoked());
    const signature = String(headers['svix-signature']).replace(/^v1,/, 'v1a,');
    expect(await outcome({ body, headers: { ...headers, 'svix-signature': signature } })).toEqual(refused);
  });

  test('R04 is found beside others, as during a rotation of the secret', async () => {
    const { body, headers } = signWebhook(secret, revoked(), { id: 'msg_1' });
    const old = signWebhook(newSigningSecret(), revoked(), { id: 'msg_1' }).headers['svix-signature'];
    const signature = `v1a,AAAA ${old} ${headers['svix-signature']}`;
    expect(await outcome({ body, headers: { ...headers, 'svix-signature': signature } })).toEqual([
      200,
      'UNAUTHENTICATED',
    ]);
  });
});

describe('several signing secrets', () => {
  const [older, oldest] = [newSigningSecret(), newSigningSecret()];
  const list = [secret, older, oldest];
  const entries = () =>
    gateway.logLines
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg === 'webhook')
      .map(({ entry }) => entry);

  test.each([0, 1, 2])(
    'R04 a signature with the secret at %i revokes the session, and the log has the number of its entry',
    async (at) => {
      gateway = start({ webhookSigningSecret: list });
      expect(await outcome(signWebhook(list[at] ?? '', revoked()))).toEqual([200, 'UNAUTHENTICATED']);
      expect(entries()).toEqual([at + 1]);
      expect(list.filter((one) => gateway.logLines.join('').includes(one))).toEqual([]);
    },
  );

  test('R04 a signature with another secret is refused, once for the log, and changes nothing', async () => {
    gateway = start({ webhookSigningSecret: list });
    for (let sent = 0; sent < 3; sent += 1)
      expect(await outcome(signWebhook(newSigningSecret(), revoked()))).toEqual(refused);
    expect(gateway.logLines.filter((line) => line.includes('webhook refused'))).toHaveLength(1);
  });

  test('R04 a body under the signature of another body is refused, whichever secret has signed it', async () => {
    gateway = start({ webhookSigningSecret: list });
    for (const one of list) {
      const { headers } = signWebhook(one, clerkEvents().session('revoked', 'sess_grace_acme'));
      expect(await outcome({ headers, body: JSON.stringify(revoked()) })).toEqual(refused);
    }
  });

  test('R04 the old secret is refused from the reload on that removes it', async () => {
    gateway = start({ webhookSigningSecret: [secret, older] });
    expect((await send(gateway, signWebhook(older, clerkEvents().organizationUpdated('org_x')))).status).toBe(
      200,
    );
    await gateway.reload({ ...workingOptions(world.clerk), webhookSigningSecret: secret });
    expect(await outcome(signWebhook(older, revoked()))).toEqual(refused);
    expect(await outcome(signWebhook(secret, revoked()))).toEqual([200, 'UNAUTHENTICATED']);
    // The number of an entry is of interest only in a list.
    expect(entries()).toEqual([2, undefined]);
  });
});

describe('time', () => {
  test.each([-5.1, 5.1, -60, 60 * 24 * 365])(
    'R04 a webhook of %d minutes from now is refused',
    async (minutes) => {
      expect(await outcome(signWebhook(secret, revoked(), { at: minutesFromNow(minutes) }))).toEqual(refused);
    },
  );

  test.each([-4.9, 4.9])('R04 a webhook of %d minutes from now is accepted', async (minutes) => {
    const webhook = signWebhook(secret, revoked(), { at: minutesFromNow(minutes) });
    expect(await outcome(webhook)).toEqual([200, 'UNAUTHENTICATED']);
  });

  test('R04 a replay within five minutes is harmless, a later one is refused', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const webhook = signWebhook(secret, clerkEvents().userUpdated('user_ada'));
    expect(await outcome(webhook)).toEqual([200, 'served']);
    expect(await outcome(webhook)).toEqual([200, 'served']);
    vi.setSystemTime(Date.now() + 301_000);
    bearer = await world.clerk.mintSessionToken('sess_ada');
    expect(await outcome(webhook)).toEqual(refused);
  });

  test('R04 a webhook that is delivered three times has the effect of one', async () => {
    const webhook = signWebhook(secret, revoked());
    for (let at = 0; at < 3; at += 1) expect(await outcome(webhook)).toEqual([200, 'UNAUTHENTICATED']);
    expect(await askWith(gateway, await world.clerk.mintSessionToken('sess_grace_acme'))).toMatch(/^eyJ/);
  });
});

describe("Svix's published example", () => {
  // https://docs.svix.com/receiving/verifying-payloads/how-manual; in pieces, because it looks like a secret.
  const published = ['whsec', ['MfKQ9r8GKYqr', 'TwjUPD8ILPZIo2LaLaSw'].join('')].join('_');
  const [id, seconds, body] = [
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  ] as const;
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const byHand = (key: string, text: string) =>
    `v1,${createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'))
      .update(text)
      .digest('base64')}`;

  test('R04 has the signature that these tests make, which is a plain HMAC', () => {
    expect(new Webhook(published).sign(id, new Date(seconds * 1000), body)).toBe(signature);
    expect(byHand(published, `${id}.${seconds}.${body}`)).toBe(signature);
  });

  test('R04 an event with a plain HMAC is accepted', async () => {
    const { body: event, headers } = signWebhook(secret, revoked());
    const text = `${headers['svix-id']}.${headers['svix-timestamp']}.${event}`;
    const signed = { ...headers, 'svix-signature': byHand(secret, text) };
    expect(await outcome({ body: event, headers: signed })).toEqual([200, 'UNAUTHENTICATED']);
  });

  test('R04 is refused at its time: its signature is valid, but it is not an event', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: seconds * 1000 });
    gateway = start({ webhookSigningSecret: published });
    bearer = await world.clerk.mintSessionToken('sess_ada');
    const headers = { 'svix-id': id, 'svix-timestamp': String(seconds), 'svix-signature': signature };
    expect(await outcome({ body, headers })).toEqual(refused);
  });
});

test('R04 the log line of a refusal has no value of the webhook', async () => {
  await send(gateway, signWebhook(newSigningSecret(), clerkEvents().session('revoked', 'sess_of_secrecy')));
  const log = gateway.logLines.join('');
  expect(log).toContain('webhook refused');
  expect(log).not.toMatch(/sess_of_secrecy|v1,|whsec|msg_/);
});
