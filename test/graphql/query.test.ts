import { expect, test } from 'vitest';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();

test('sessionToken answers a token of the calling session', async () => {
  const query = '{ sessionToken(template: "minimal") { jwt claims } }';
  const { data, errors } = await world.start().ask(query, { session: 'sess_ada' });
  expect(errors).toEqual([]);
  expect(data.sessionToken).toMatchObject({
    jwt: expect.stringMatching(/^eyJ/),
    claims: { sub: 'user_ada' },
  });
});

test('a refused template is null beside the tokens of its neighbours', async () => {
  const query = '{ a: sessionToken(template: "other") { jwt } b: sessionToken(template: "minimal") { jwt } }';
  const { data, errors } = await world.start().ask(query, { session: 'sess_ada' });
  expect(data).toEqual({ a: null, b: { jwt: expect.any(String) } });
  expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'TEMPLATE_NOT_FOUND' } }]);
});

test('session answers the calling session, and null without credentials', async () => {
  const gateway = world.start();
  const query = '{ session { id userId organizationId } }';
  expect((await gateway.ask(query, { session: 'sess_ada_acme' })).data).toEqual({
    session: { id: 'sess_ada_acme', userId: 'user_ada', organizationId: 'org_acme' },
  });
  expect(await gateway.ask(query)).toMatchObject({ data: { session: null }, errors: [] });
});

test('session is null and UNAUTHENTICATED for refused credentials', async () => {
  const { data, codes } = await world.start().ask('{ session { id } }', { bearer: 'a.b.c' });
  expect([data, codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
});
