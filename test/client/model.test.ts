import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createTokenSource } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { useBrowserEvents } from './browser-events.ts';
import { sessionToken } from './fake-gateway.ts';

const { pass } = useFakeTime();
const { dispatch, listeners } = useBrowserEvents();

/** An event. Events occur in any order. */
type Step =
  | { do: 'call'; forced: boolean; signal: boolean }
  | { do: 'sign in'; session: 'ada' | 'grace' | null }
  | { do: 'answer'; with: 'tokens' | 'failures' | 'refusals'; retryAfter: number; life: number }
  | { do: 'pass'; seconds: number }
  | { do: 'set the wall clock'; hours: number }
  | { do: 'listen' }
  | { do: 'abort' }
  | { do: 'set the SDK'; to: SdkState }
  | { do: 'come online' };

/** The state of Clerk's SDK. Calls that hang are answered when it recovers. */
type SdkState = 'answering' | 'hanging' | 'failing';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('call'), forced: fc.boolean(), signal: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass'), seconds: fc.constantFrom(0, 0.05, 0.1, 0.3, 2, 9, 40) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('sign in'), session: fc.constantFrom('ada', 'grace', null) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer'),
      with: fc.constantFrom('tokens', 'tokens', 'failures', 'refusals'),
      retryAfter: fc.constantFrom(1, 5, 30),
      life: fc.constantFrom(3, 20, 60, 3600),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('set the wall clock'), hours: fc.constantFrom(-5, 5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('listen') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('set the SDK'),
      to: fc.constantFrom('answering', 'answering', 'hanging', 'failing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('come online') }) },
) as fc.Arbitrary<Step>;

interface Body {
  data?: { sessionToken: { jwt: string; expiresIn: number } };
  errors?: { extensions: { code: string; retryAfter?: number } }[];
}

/** A token that the gateway returned, and its request. */
interface Minted {
  session: string;
  fresh: boolean;
  asked: number;
  ends: number;
}

// In seconds. While the SDK does not answer, a session that has ended may count as signed in for this long.
const trusted = 60;

test.each([
  ['the signed-in session', 'with identity', true],
  ['a session of the last minute', 'without identity, while the SDK does not answer', false],
])(
  'in any order of events, each token is valid and of %s (%s), and each retryAfter is respected',
  async (_whose, _when, hasIdentity) => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const wrong: string[] = [];
        const minted = new Map<string, Minted>();
        const open = new Set<AbortSignal>();
        const quiet = new Map<string, number>();
        let [session, serial, pending] = ['ada' as string | null, 0, 0];
        const ended = new Map<string | null, number>();
        let [sdk, wellSince] = ['answering' as SdkState, Number.NEGATIVE_INFINITY];
        const hanging: (() => void)[] = [];
        let mood: Extract<Step, { do: 'answer' }> = { do: 'answer', with: 'tokens', retryAfter: 1, life: 60 };
        let controller = new AbortController();
        const now = () => performance.now() / 1000;

        const respond = (owner: string, fresh: boolean): Body => {
          if (mood.with === 'tokens') {
            serial += 1;
            minted.set(String(serial), { session: owner, fresh, asked: now(), ends: now() + mood.life });
            return { data: { sessionToken: { jwt: String(serial), expiresIn: mood.life } } };
          }
          const { retryAfter } = mood;
          if (mood.with === 'failures')
            return { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };
          return { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter } }] };
        };
        const send: typeof fetch = async (_url, { headers, body, signal } = {}) => {
          const { variables } = JSON.parse(String(body));
          const bearer = new Headers(headers).get('authorization') ?? '';
          const owner = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()).sid;
          if (now() < (quiet.get(owner) ?? 0) - 0.001) wrong.push('requested during a retryAfter');
          if (signal) open.add(signal);
          if ([...open].filter(({ aborted }) => !aborted).length > 1) wrong.push('two requests at once');
          const answer = respond(owner, variables.fresh);
          await new Promise((resolve, reject) => {
            setTimeout(resolve, 100);
            signal?.addEventListener('abort', () => reject(signal.reason));
          }).finally(() => signal && open.delete(signal));
          // The source can only respect a retryAfter that has arrived.
          const retryAfter = answer.errors?.[0]?.extensions.retryAfter;
          if (retryAfter !== undefined && !variables.fresh) quiet.set(owner, now() + retryAfter);
          return Response.json(answer);
        };
        const source = createTokenSource({
          url: 'https://tokens.example.com/graphql',
          template: 'hasura',
          credentials: {
            async getToken() {
              const token = session === null ? null : sessionToken({ sid: session });
              if (sdk === 'hanging') await new Promise<void>((resolve) => hanging.push(resolve));
              if (sdk === 'failing') throw new Error('offline');
              return token;
            },
            ...(hasIdentity && { identity: () => session }),
          },
          fetch: send,
        });

        /** Returns whether a call may return a token of this session, or null. @param called - the time of the call */
        const may = (owner: string | null, called: number) => {
          if (owner === session) return true;
          const sure = hasIdentity || (sdk === 'answering' && wellSince < called);
          return !sure && (ended.get(owner) ?? Number.NEGATIVE_INFINITY) >= Math.min(called, now() - trusted);
        };

        const call = ({ forced, signal }: Extract<Step, { do: 'call' }>) => {
          const called = now();
          pending += 1;
          source
            .getToken({ forceRefresh: forced, ...(signal && { signal: controller.signal }) })
            .then(
              (token) => {
                answered += 1;
                const known = token === null ? undefined : minted.get(token);
                if (!may(known?.session ?? null, called)) wrong.push('of another session');
                if (known && known.ends <= now()) wrong.push('expired');
                if (known && forced && !(known.fresh && known.asked >= called)) wrong.push('not fresh');
              },
              (error) => {
                if (error.name !== 'TokenError' && error.name !== 'AbortError') wrong.push(String(error));
              },
            )
            .finally(() => {
              pending -= 1;
            });
        };
        for (const next of steps) {
          if (next.do === 'call') call(next);
          else if (next.do === 'sign in') {
            // Earlier reads of the session are answered first.
            await pass(0);
            ended.set(session, now());
            session = next.session;
            // A retryAfter concerns one session.
            quiet.clear();
          } else if (next.do === 'answer') mood = next;
          else if (next.do === 'pass') await pass(next.seconds);
          else if (next.do === 'set the wall clock') vi.setSystemTime(Date.now() + next.hours * 3_600_000);
          else if (next.do === 'listen') source.subscribe(() => {});
          else if (next.do === 'come online') dispatch('online');
          else if (next.do === 'set the SDK') {
            sdk = next.to;
            wellSince = now();
            if (sdk !== 'hanging') for (const answer of hanging.splice(0)) answer();
          } else {
            controller.abort();
            controller = new AbortController();
          }
        }
        await pass(120);
        source.dispose();
        await pass(0);
        expect({ wrong, pending, open: open.size, listening: listeners.size }).toEqual({
          wrong: [],
          pending: 0,
          open: 0,
          listening: 0,
        });
        vi.clearAllTimers();
      }),
      { seed: 5, numRuns: 300 },
    );
    // The test is only meaningful with many answered calls.
    expect(answered).toBeGreaterThan(500);
  },
);
