import { describe, expect, test } from 'vitest';
import { type ClerkEventBody, clerkEvents } from '../../support/clerk-events.ts';
import { useGateways } from '../../support/gateway.ts';
import { mintEndpoint } from '../../support/mint-endpoint.ts';
import { signSession } from '../../support/tokens.ts';
import { useWebhooks } from '../../support/webhook-gateways.ts';

const world = useGateways();
const { start, deliver, askWith } = useWebhooks(world);
type Events = ReturnType<typeof clerkEvents>;

describe('an event that makes tokens outdated', () => {
  test.each<[string, (events: Events) => ClerkEventBody]>([
    ['session.pending', ({ session }) => session('pending', 'sess_grace_acme', 'user_grace')],
    ['user.updated', ({ userUpdated }) => userUpdated('user_grace')],
    ['organizationMembership.created', ({ membership }) => membership('created', 'user_grace')],
    ['organizationMembership.updated', ({ membership }) => membership('updated', 'user_grace')],
    ['organizationMembership.deleted', ({ membership }) => membership('deleted', 'user_grace')],
    ['organization.updated', ({ organizationUpdated }) => organizationUpdated('org_acme')],
    ['organization.deleted', ({ organizationDeleted }) => organizationDeleted('org_acme')],
  ])('R02 %s drops the held tokens of its user or organization, and ends no session', async (_type, make) => {
    const gateway = start();
    const [grace, ada] = [
      await world.clerk.mintSessionToken('sess_grace_acme'),
      await world.clerk.mintSessionToken('sess_ada'),
    ];
    const ask = () => Promise.all([grace, ada].map((bearer) => askWith(gateway, bearer)));
    const before = await ask();
    expect(await ask()).toEqual(before);
    expect(await deliver(gateway, make(clerkEvents()))).toBe(200);
    const after = await ask();
    expect(after[0]).toMatch(/^eyJ/);
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });

  test('R13 a role that changes while a mint is in flight: no token with the old role is returned after the acknowledgement', async () => {
    const gateway = start();
    const bearer = await world.clerk.mintSessionToken('sess_grace_acme');
    const iat = Math.floor(Date.now() / 1000);
    const old = await world.clerk.sign({ sub: 'user_grace', role: 'org:admin', iat, exp: iat + 60 });
    world.clerk.controls.answerNext({ status: 200, body: { object: 'token', jwt: old } }, mintEndpoint);
    world.clerk.controls.setLatency(300, mintEndpoint);
    const asked = Promise.all([askWith(gateway, bearer), askWith(gateway, bearer)]);
    await expect.poll(() => world.mints()).toBe(1);
    expect(await deliver(gateway, clerkEvents().membership('updated', 'user_grace'))).toBe(200);
    const [one, other] = await asked;
    expect(one).toMatch(/^eyJ/);
    expect([one === old, one === other, world.mints()]).toEqual([false, true, 2]);
  });

  test('R02 a token that is minted a second later is cached again', async () => {
    const gateway = start();
    const bearer = await world.clerk.mintSessionToken('sess_grace_acme');
    // A second ago by Clerk's clock: the event does not concern tokens that are minted now.
    expect(await deliver(gateway, clerkEvents(Date.now() - 1_000).userUpdated('user_grace'))).toBe(200);
    const [first, second] = [await askWith(gateway, bearer), await askWith(gateway, bearer)];
    expect(first).toBe(second);
  });
});

describe('a ban', () => {
  const now = () => Math.floor(Date.now() / 1000);

  test.each<[string, (events: Events) => ClerkEventBody]>([
    ['user.updated with banned', ({ userUpdated }) => userUpdated('user_ada', { banned: true })],
    ['user.deleted', ({ userDeleted }) => userDeleted('user_ada')],
  ])(
    'R06 R11 %s refuses session tokens issued up to its own time, even if it is delivered late or often',
    async (_type, make) => {
      const gateway = start();
      const banned = await signSession(world.clerk, { iat: now() - 30, exp: now() + 30 });
      const after = await signSession(world.clerk, { sid: 'sess_ada_acme', iat: now() - 5, exp: now() + 55 });
      const ban = make(clerkEvents((now() - 20) * 1000));
      expect(await askWith(gateway, banned)).toMatch(/^eyJ/);
      for (let delivered = 0; delivered < 3; delivered += 1) {
        expect(await deliver(gateway, ban)).toBe(200);
        expect([await askWith(gateway, banned), (await askWith(gateway, after)).slice(0, 3)]).toEqual([
          'UNAUTHENTICATED',
          'eyJ',
        ]);
        // The unban does not undo the refusals of the ban.
        expect(await deliver(gateway, clerkEvents().userUpdated('user_ada', { banned: false }))).toBe(200);
      }
    },
  );
});

describe('an ended session', () => {
  test.each(['ended', 'removed', 'revoked'])(
    'R02 session.%s is final: session tokens issued after its time are refused, too',
    async (how) => {
      const gateway = start();
      const event = clerkEvents(Date.now() - 60_000).session(how, 'sess_ada');
      expect(await deliver(gateway, event)).toBe(200);
      const bearers = [
        await world.clerk.mintSessionToken('sess_ada'),
        await signSession(world.clerk, { iat: Math.floor(Date.now() / 1000) + 3 }),
      ];
      for (const bearer of bearers) expect(await askWith(gateway, bearer)).toBe('UNAUTHENTICATED');
      expect(await askWith(gateway, await world.clerk.mintSessionToken('sess_ada_acme'))).toMatch(/^eyJ/);
    },
  );
});
