import { describe, expect, test } from 'vitest';
import { useGateways } from '../support/gateway.ts';
import { aliases, askTenTimes, expectTooLarge, writeMetadata } from '../support/large-results.ts';
import { useMintAnswers } from '../support/mint-answers.ts';
import { nowSeconds } from '../support/tokens.ts';

const world = useGateways();
const { answerMint, minted } = useMintAnswers(world);

describe('tokens in one result', () => {
  test.each([
    ['jwt and claims of each', aliases(240, 'token(template: "hasura") { jwt claims }')],
    ['claims of each', aliases(240, 'token(template: "hasura") { claims }')],
    ['jwt of one, by aliases', `token(template: "hasura") { ${aliases(240, 'jwt')} }`],
    ['claims of one, by aliases', `token(template: "hasura") { ${aliases(240, 'claims')} }`],
  ])(
    'X15 10 representations x 240 aliases of 8 kB are replaced by one short error: %s',
    async (_what, selection) => {
      writeMetadata(world, 'x'.repeat(7_900));
      expectTooLarge(await askTenTimes(world.start(), selection));
      expect(world.mints()).toBe(1);
    },
  );

  test('X15 are delivered up to a megabyte, without a further field', async () => {
    const gateway = world.start();
    writeMetadata(world, 'x'.repeat(7_900));
    const { data } = await gateway.ask('{ sessionToken(template: "hasura") { jwt } }', {
      session: 'sess_ada',
    });
    const most = Math.floor(1_000_000 / (data.sessionToken.jwt.length + 2));
    const ask = (count: number) =>
      gateway.ask(`{ sessionToken(template: "hasura") { ${aliases(count, 'jwt')} } }`, {
        session: 'sess_ada',
      });
    const answer = await ask(most);
    expect(answer.errors).toEqual([]);
    expect(Object.keys(answer.data.sessionToken)).toHaveLength(most);
    expectTooLarge(await ask(most + 1));
  });

  test.each([
    ['plain text', 'x'],
    ['half of a surrogate pair, which takes 6 bytes', '\\ud800'],
    ['a control character, which takes 6 bytes', '\\u0001'],
    ['a letter beyond ASCII, which takes 3 bytes', '€'],
    ['a number, which is shorter in the token', '",1e20,"'],
  ])('X15 count as serialized: %s', async (_what, character) => {
    const gateway = world.start();
    const times = `{"sub":"user_ada","iat":${nowSeconds()},"exp":${nowSeconds() + 60}`;
    answerMint({ status: 200, body: { jwt: minted(`${times},"note":["${character.repeat(10_000)}"]}`) } });
    const ask = (count: number) =>
      gateway.ask(`{ sessionToken(template: "hasura") { ${aliases(count, 'claims')} } }`, {
        session: 'sess_ada',
      });
    const { data } = await ask(1);
    const bytes = Buffer.byteLength(JSON.stringify(data.sessionToken.a0));
    const most = Math.floor(1_000_000 / bytes);
    const answer = await ask(most);
    expect(answer.errors).toEqual([]);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(1_010_000);
    expectTooLarge(await ask(most + 1));
    expect(world.mints()).toBe(1);
  });

  test('X15 M12 a single token of any size is delivered, and a second beside it is not', async () => {
    const gateway = world.start();
    const huge = () => answerMint({ status: 200, body: { jwt: minted({ note: 'x'.repeat(1_000_000) }) } });
    huge();
    const both = '{ sessionToken(template: "hasura") { jwt claims } }';
    const { data, errors } = await gateway.ask(both, { session: 'sess_ada' });
    expect(errors).toEqual([]);
    expect(data.sessionToken.claims.note).toHaveLength(1_000_000);
    expect(data.sessionToken.jwt.length).toBeGreaterThan(1_300_000);
    huge();
    for (const query of [
      '{ sessionToken(template: "hasura") { jwt again: jwt } }',
      '{ sessionToken(template: "hasura") { claims again: claims } }',
      '{ sessionToken(template: "hasura") { jwt } b: sessionToken(template: "hasura") { jwt } }',
      '{ sessionToken(template: "hasura") { jwt } b: sessionToken(template: "nhost") { jwt } }',
      '{ a: sessionToken(template: "minimal") { jwt } b: sessionToken(template: "hasura") { jwt } }',
    ])
      expectTooLarge(await gateway.ask(query, { session: 'sess_ada' }));
  });

  test('X15 many aliases of a token of common size are delivered', async () => {
    const { data, errors } = await askTenTimes(
      world.start(),
      aliases(40, 'token(template: "minimal") { jwt expiresAt expiresIn claims }'),
    );
    expect(errors).toEqual([]);
    expect(Object.keys(data._entities[9])).toHaveLength(40);
  });
});

describe('errors in one result', () => {
  test.each<[string, string, string]>([
    ['a malformed name', '/', 'BAD_USER_INPUT'],
    ['a template that is not configured', 'other', 'TEMPLATE_NOT_FOUND'],
    ['a policy that forbids it', 'reports', 'FORBIDDEN'],
  ])(
    'X15 2,400 failed fields have 50 errors, and one that says that there are more: %s',
    async (_what, template, code) => {
      const answer = await askTenTimes(world.start(), aliases(240, `token(template: "${template}") { jwt }`));
      expect(answer.codes).toEqual(Array.from({ length: 51 }, () => code));
      expect(answer.errors.slice(0, 50).every(({ path }) => path?.length === 3)).toBe(true);
      expect(answer.errors.at(-1)).toEqual({
        message: expect.stringContaining('More than 50 fields failed'),
        extensions: { code },
      });
      expect(answer.data._entities).toHaveLength(10);
      expect(Object.values(answer.data._entities[9])).toEqual(Array.from({ length: 240 }, () => null));
    },
  );

  test('X15 failed fields share errors without a session, and with a refused one', async () => {
    const gateway = world.start();
    const bearer = 'no.session.token';
    for (const answer of [
      await gateway.ask(`{ ${aliases(240, 'sessionToken(template: "hasura") { jwt }')} }`),
      await gateway.ask(`{ ${aliases(240, 'session { id }')} }`, { bearer }),
    ]) {
      expect(answer.codes).toEqual(Array.from({ length: 51 }, () => 'UNAUTHENTICATED'));
      expect(Object.keys(answer.data)).toHaveLength(240);
    }
  });

  test('X15 a field that succeeds beside many that fail is answered', async () => {
    const query = `{ ${aliases(100, 'sessionToken(template: "other") { jwt }')} session { id } sessionToken(template: "minimal") { jwt } }`;
    const { data, codes } = await world.start().ask(query, { session: 'sess_ada' });
    expect(codes).toHaveLength(51);
    expect(data).toMatchObject({ session: { id: 'sess_ada' }, sessionToken: { jwt: expect.any(String) } });
  });
});
