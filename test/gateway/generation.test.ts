import { describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { appOrigin, type TestGateway, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();
const query = String(SessionTokenDocument);
const variables = { template: 'hasura' };

async function signedIn(azp?: string) {
  const token = await world.clerk.mintSessionToken('sess_ada', azp === undefined ? {} : { azp });
  return { authorization: `Bearer ${token}` };
}

const body = JSON.stringify({ query, variables });

/** Sends the same request until the fast path answers it. */
async function warmUp(gateway: TestGateway, headers: Record<string, string>): Promise<void> {
  const { fastPath } = gateway.stats().requests;
  await expect
    .poll(async () => {
      await gateway.post(body, headers);
      return gateway.stats().requests.fastPath;
    })
    .toBeGreaterThan(fastPath);
}

describe('a reload', () => {
  test('empties the tables of the fast path, whose answers the old settings shaped', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start({ corsOrigins: [appOrigin] });
    const headers = { ...(await signedIn()), origin: appOrigin };
    await warmUp(gateway, headers);
    const allowed = await gateway.post(body, headers);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(appOrigin);
    await gateway.reload(options);
    const { fastPath } = gateway.stats().requests;
    const refused = await gateway.post(body, headers);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(gateway.stats().requests.fastPath).toBe(fastPath);
    await warmUp(gateway, headers);
  });

  test('turns the fast path off and on', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start();
    const headers = await signedIn();
    await warmUp(gateway, headers);
    const { fastPath } = gateway.stats().requests;
    await gateway.reload({ ...options, fastPath: false });
    for (let at = 0; at < 3; at += 1) await gateway.post(body, headers);
    expect(gateway.stats().requests.fastPath).toBe(fastPath);
    await gateway.reload(options);
    await warmUp(gateway, headers);
  });

  test('refuses an authorized party that was removed, on the fast path, too', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start({ authorizedParties: [appOrigin] });
    const headers = await signedIn(appOrigin);
    await warmUp(gateway, headers);
    await gateway.reload({ ...options, authorizedParties: ['https://other.example.com'] });
    const { errors } = (await (await gateway.post(body, headers)).json()) as { errors: unknown[] };
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('refuses a template that was removed, on the fast path, too', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start();
    const headers = await signedIn();
    await warmUp(gateway, headers);
    await gateway.reload({ ...options, templates: ['nhost'] });
    const { errors } = (await (await gateway.post(body, headers)).json()) as { errors: unknown[] };
    expect(errors).toMatchObject([{ extensions: { code: 'TEMPLATE_NOT_FOUND' } }]);
  });

  test('applies to a request whose body arrives during the reload', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start({ authorizedParties: [appOrigin] });
    const headers = await signedIn(appOrigin);
    await warmUp(gateway, headers);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const answer = gateway.fetch(
      new Request('https://tokens.example.com/graphql', {
        ...{ method: 'POST', body: readable, duplex: 'half' },
        headers: { 'content-type': 'application/json', ...headers },
      } as RequestInit),
    );
    const bytes = new TextEncoder().encode(body);
    await writer.write(bytes.slice(0, 10));
    await gateway.reload({ ...options, authorizedParties: ['https://other.example.com'] });
    await writer.write(bytes.slice(10));
    await writer.close();
    const { errors } = (await (await answer).json()) as { errors: unknown[] };
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('with a wrong option changes nothing, not even the fast path', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start();
    const headers = await signedIn();
    await warmUp(gateway, headers);
    const { fastPath } = gateway.stats().requests;
    await expect(gateway.reload({ ...options, templates: [], deadline: 1 })).rejects.toThrow(
      /deadline: expected/,
    );
    expect((await gateway.post(body, headers)).status).toBe(200);
    expect(gateway.stats()).toMatchObject({
      requests: { fastPath: fastPath + 1 },
      reloads: { applied: 0, refused: 1 },
    });
  });

  test('keeps held tokens, and mints nothing', async () => {
    const options = workingOptions(world.clerk);
    const gateway = world.start();
    const headers = await signedIn();
    const jwtOf = async () => (await (await gateway.post(body, headers)).json()) as object;
    const before = await jwtOf();
    const mints = world.mints();
    for (let at = 0; at < 5; at += 1) await gateway.reload(options);
    expect(await jwtOf()).toMatchObject({ data: { sessionToken: { jwt: jwtIn(before) } } });
    expect([world.mints(), gateway.stats().reloads]).toEqual([mints, { applied: 5, refused: 0 }]);
  });
});

function jwtIn(answer: object): string {
  return (answer as { data: { sessionToken: { jwt: string } } }).data.sessionToken.jwt;
}
