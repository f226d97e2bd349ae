import { importSPKI, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { readEvents } from '../../test/support/event-stream.ts';
import { clerkCookies, createForge, nowSeconds, sessionClaims } from '../../test/support/tokens.ts';
import { type ExampleProcess, runScript, startExample } from './example-process.ts';

/** How to run an example, and how its host differs from others. */
export interface Mount {
  /** The name of the framework, such as `Express 5`. */
  name: string;
  /** Its folder under examples/. */
  example: string;
  /** The npm script that builds it, if any. */
  build?: string;
  /** The npm script that serves it. */
  script: string;
  /** The port of the local Clerk, for mounts that share a build: the publishable key contains it and is part of the build. */
  clerkPort?: number;
  /** The path of the GraphQL endpoint. */
  path: string;
  /** The status of a refused request without a session. @default undefined (the field answers `UNAUTHENTICATED`) */
  refusal?: number;
  /** The status for a body that is not JSON. @default 400, by the gateway */
  malformed?: { status: number; contentType: RegExp };
  /** Whether the host waits for open streams on shutdown, and the gateway cannot end them. */
  waitsForStreams?: true;
  /** Additional tests of the host. */
  more?: (running: () => RunningMount) => void;
}

/** A running mount, for its additional tests. */
export interface RunningMount {
  clerk: LocalClerk;
  url: string;
  origin: string;
  /** Its output so far. A line may arrive after the answer to the request that caused it. */
  output(): string;
  /** Returns the number of mints that reached the local Clerk. */
  mints(): number;
  ask(query: string, headers?: Record<string, string>): Promise<Response>;
  bearer(session?: string): Promise<Record<string, string>>;
}

const tokenQuery = (template: string) => `{ sessionToken(template: "${template}") { jwt expiresIn } }`;

/** Defines the tests of a mount, with the real framework, Clerk's SDK for it, and a local Clerk. */
export function describeMount(mount: Mount): void {
  const { path, malformed } = mount;

  describe(mount.name, () => {
    let clerk: LocalClerk;
    let running: ExampleProcess | undefined;

    beforeAll(async () => {
      clerk = await startLocalClerk({ port: mount.clerkPort ?? 0 });
      if (mount.build) await runScript(mount.example, mount.build, clerk);
      running = await startExample(mount.example, mount.script, clerk);
    });
    afterAll(async () => {
      await running?.stop();
      await clerk?.close();
    });

    const url = () => `${running?.origin}${path}`;
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(url(), {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
      });
    const ask = (query: string, headers?: Record<string, string>) => post(JSON.stringify({ query }), headers);
    const bearer = async (session = 'sess_ada') => ({
      authorization: `Bearer ${await clerk.mintSessionToken(session)}`,
    });
    const mints = () => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}');

    test('returns a token for the session of a Bearer token, and mints it once', async () => {
      const before = mints();
      const answers = [];
      for (let asked = 0; asked < 3; asked += 1) {
        answers.push(await readAnswer(await ask(tokenQuery('hasura'), await bearer())));
      }
      const [first] = answers;
      expect(first).toMatchObject({ status: 200, errors: [] });
      expect(first?.headers.get('cache-control')).toBe('no-store');
      expect(first?.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
      const key = await importSPKI(clerk.jwtKey, 'RS256');
      const { payload } = await jwtVerify(first?.data.sessionToken.jwt, key);
      expect(payload.sub).toBe('user_ada');
      expect(new Set(answers.map(({ data }) => data.sessionToken.jwt)).size).toBe(1);
      expect(mints() - before).toBe(1);
    });

    test('returns to each caller its own tokens', async () => {
      const users = { sess_ada: 'user_ada', sess_grace_acme: 'user_grace' };
      const query = '{ session { id token(template: "hasura") { claims } } }';
      const asked = Array.from({ length: 10 }, () => Object.entries(users)).flat();
      const seen = await Promise.all(
        asked.map(async ([session]) => {
          const { data } = await readAnswer(await ask(query, await bearer(session)));
          return [data.session.id, data.session.token.claims.sub];
        }),
      );
      expect(seen).toEqual(asked);
    });

    test('answers UNAUTHENTICATED without credentials, to a forged signature and to an expired token', async () => {
      const forged = createForge().compact({ alg: 'RS256', typ: 'JWT' }, sessionClaims());
      const over = await clerk.sign(sessionClaims({ iat: nowSeconds() - 120, exp: nowSeconds() - 60 }));
      for (const token of [undefined, forged, over]) {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const answer = await ask(tokenQuery('hasura'), headers);
        if (mount.refusal !== undefined) {
          expect(answer.status).toBe(mount.refusal);
          expect(await answer.text()).not.toContain('"jwt"');
        } else {
          const { status, data, codes } = await readAnswer(answer);
          expect([status, data, codes]).toEqual([200, { sessionToken: null }, ['UNAUTHENTICATED']]);
        }
      }
    });

    test("accepts Clerk's cookies only from its own pages", async () => {
      const cookie = clerkCookies(await clerk.mintSessionToken('sess_ada'));
      const own = await readAnswer(
        await ask(tokenQuery('hasura'), { cookie, 'sec-fetch-site': 'same-origin' }),
      );
      expect([own.status, own.codes]).toEqual([200, []]);
      expect(own.data.sessionToken.jwt).toMatch(/^eyJ/);
      const foreign = await ask(tokenQuery('hasura'), {
        cookie,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      });
      expect(foreign.status).toBe(403);
      expect(await foreign.text()).not.toContain('eyJ');
    });

    test('reports an error for a template that cannot be minted', async () => {
      const headers = await bearer();
      const unknown = await readAnswer(await ask(tokenQuery('unknown'), headers));
      expect([unknown.status, unknown.codes]).toEqual([200, ['TEMPLATE_NOT_FOUND']]);
      const wrong = await readAnswer(await ask(tokenQuery('../../users'), headers));
      expect([wrong.status, wrong.codes]).toEqual([200, ['BAD_USER_INPUT']]);
    });

    test.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)(
      'answers %s without executing it',
      async (method) => {
        const answer = await fetch(`${url()}?query=${encodeURIComponent(tokenQuery('hasura'))}`, {
          method,
          redirect: 'manual',
          headers: await bearer(),
        });
        expect(answer.status).toBe(405);
        expect(answer.headers.get('allow')).toContain('POST');
        expect(await answer.text()).not.toContain('"jwt"');
      },
    );

    test('allows no foreign origin', async () => {
      const answer = await fetch(url(), {
        method: 'OPTIONS',
        redirect: 'manual',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });

    test('refuses a body that is not JSON, and a query that is not GraphQL', async () => {
      const headers = await bearer();
      const answer = await post('{"query":', headers);
      const { status, contentType } = malformed ?? { status: 400, contentType: /json/ };
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type') ?? '').toMatch(contentType);
      const { codes } = await readAnswer(await ask('{ sessionToken', headers));
      expect(codes).toEqual(['GRAPHQL_PARSE_FAILED']);
    });

    /** Subscribes. @returns the first event, and a function that disconnects */
    const subscribe = async (session?: string) => {
      const client = new AbortController();
      const answer = await fetch(url(), {
        method: 'POST',
        signal: client.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(await bearer(session)),
        },
        body: JSON.stringify({ query: `subscription ${tokenQuery('hasura')}` }),
      });
      const stream = readEvents(answer);
      let { value: first } = await stream.next();
      while (first?.event === 'comment') ({ value: first } = await stream.next());
      return { answer, first, leave: () => client.abort() };
    };
    const tokenEvent = {
      event: 'next',
      data: { data: { sessionToken: { jwt: expect.stringMatching(/^eyJ/) } } },
    };
    const refused = { data: { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 10 } }] } };

    test('sends events while the stream is open', async () => {
      const { answer, first, leave } = await subscribe();
      expect(answer.headers.get('content-type')).toContain('text/event-stream');
      expect(first).toMatchObject(tokenEvent);
      leave();
    });

    test('notices that subscribers have disconnected, and frees their slots', async () => {
      const session = 'sess_grace_acme';
      // One more than the default limit of a session.
      const open = await Promise.all(Array.from({ length: 20 }, () => subscribe(session)));
      for (const { first } of open) expect(first).toMatchObject(tokenEvent);
      const tooMany = await subscribe(session);
      expect(tooMany.first).toMatchObject(refused);
      for (const { leave } of [tooMany, ...open]) leave();
      const next = async () => {
        const { first, leave } = await subscribe(session);
        leave();
        return first;
      };
      // Some hosts notice at the next heartbeat, which is sent every 12 s.
      await expect.poll(next, { timeout: 30_000 }).toMatchObject(tokenEvent);
    });

    mount.more?.(() => {
      if (running === undefined) throw new Error('expected the example to have started');
      const { origin, output } = running;
      return { clerk, url: url(), origin, output, mints, ask, bearer };
    });

    const condition = mount.waitsForStreams ? 'after all streams were closed' : 'while a stream is open';
    test(`exits when the platform stops it, ${condition}`, async () => {
      const { first, leave } = await subscribe();
      expect(first).toMatchObject(tokenEvent);
      if (mount.waitsForStreams) leave();
      expect(await running?.stop()).not.toBe('SIGKILL');
      leave();
    });

    test('logs no token and no key', () => {
      const output = running?.output() ?? '';
      expect(output).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
      expect(output).not.toContain(clerk.secretKey);
    });
  });
}
