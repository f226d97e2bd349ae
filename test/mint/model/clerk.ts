import { AsyncLocalStorage } from 'node:async_hooks';
import { ClerkAPIResponseError } from '@clerk/backend/errors';
import { type MintCall, tokenOf } from '../../support/engine.ts';
import type { History, RecordedCall, RecordedRequest } from './history.ts';
import { type Meaning, meaningOfToken, type TokenClaims } from './meaning.ts';
import { createRulesOfCalls } from './rules-of-calls.ts';
import type { World } from './world.ts';

export const faults = [
  ...[
    'network',
    'malformed',
    'status 500',
    'html 502',
    'status 503',
    'throttled',
    'session 404',
    'status 401',
  ],
  ...['status 422', 'template 404', 'other 404', 'key refused', 'garbage'],
  // Refusals of a proxy in front of Clerk, without Clerk's own body.
  ...['page 401', 'ray 401', 'page 404', 'ray 404', 'ray 422'],
] as const;
export const oddTokens = [
  ...['other sub', 'other organization', 'life 0', 'life -5', 'life 1', 'life 2', 'life 7', 'life 4000'],
  ...['iat 30 behind', 'iat 100 behind', 'iat 3 ahead', 'iat 9 ahead'],
] as const;
export type Answer = 'well' | (typeof faults)[number] | (typeof oddTokens)[number];

/** The behaviour of Clerk until the next change. */
export interface ClerkBehaviour {
  readonly answer: string;
  /** Milliseconds until the answer; null for no answer. */
  readonly delay: number | null;
  /** Whether the `iat` of a token is the time of the call or of the answer. */
  readonly stamped: 'on arrival' | 'on answer';
  /** `Retry-After` of a 429 or 503, in seconds. */
  readonly retryAfter: number | null;
  /** For how many calls; null for all until the next change. */
  readonly calls: number | null;
}

export const healthy: ClerkBehaviour = {
  answer: 'well',
  delay: 0,
  stamped: 'on answer',
  retryAfter: null,
  calls: null,
};

/** The request that the running code serves. It shows the model which request made a call, independently of the code under test. */
export const currentRequest = new AsyncLocalStorage<RecordedRequest>();

const garbage = [
  undefined,
  null,
  'text',
  7,
  {},
  { jwt: 5 },
  { jwt: 'a.b.c' },
  { jwt: '' },
  { jwt: tokenOf({}) },
];

function refusal(status: number | undefined, code: string, message: string, retryAfter?: number) {
  const data = code === '' ? [] : [{ code, message }];
  const traced = { status: status as number, ...(code === '' ? {} : { clerkTraceId: 'a0'.repeat(16) }) };
  const options = { data, ...traced, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return new ClerkAPIResponseError(message, options);
}

/** A refusal with Clerk's messages but without Clerk's trace id: the SDK takes the header `cf-ray` instead. */
function foreign(answer: string) {
  const [kind, status = ''] = answer.split(' ');
  const data = kind === 'page' ? [] : [{ code: 'resource_not_found', message: 'Session not found' }];
  const options = { data, status: Number(status), clerkTraceId: `${'8a'.repeat(8)}-FRA` };
  return new ClerkAPIResponseError('no', options);
}

/** A stand-in for Clerk that records every call and every answer. */
export function createClerk(history: History, world: World, mintBudget: number) {
  const { calls } = history;
  const rules = createRulesOfCalls(history, mintBudget);
  let behaviour = healthy;
  let left: number | null = null;

  function nextBehaviour(): ClerkBehaviour {
    if (left === null) return behaviour;
    left -= 1;
    return left >= 0 ? behaviour : healthy;
  }

  function failure(
    answer: string,
    { retryAfter }: ClerkBehaviour,
  ): { meaning: Meaning; thrown: unknown } | undefined {
    const later = retryAfter ?? undefined;
    const outage = (thrown: unknown, retried: boolean) => ({
      meaning: { kind: 'outage', retried } as const,
      thrown,
    });
    const ended = (thrown: unknown) => ({ meaning: { kind: 'session-ended' } as const, thrown });
    if (answer === 'network') return outage(new TypeError('fetch failed'), true);
    if (answer === 'malformed') return outage(refusal(undefined, 'unexpected_error', 'no JSON'), true);
    if (answer === 'status 500') return outage(refusal(500, 'internal', 'oh'), true);
    if (answer === 'html 502') return outage(refusal(502, '', 'bad gateway'), true);
    if (answer === 'status 503') {
      return outage(refusal(503, 'maintenance_mode', 'soon', later), later === undefined);
    }
    if (answer === 'other 404') {
      return { meaning: { kind: 'useless' }, thrown: refusal(404, 'resource_not_found', 'nothing') };
    }
    if (/^(?:page|ray) /.test(answer)) return { meaning: { kind: 'useless' }, thrown: foreign(answer) };
    if (answer === 'session 404') return ended(refusal(404, 'resource_not_found', 'Session not found'));
    if (answer === 'status 401') return ended(refusal(401, 'unauthorized', 'no'));
    if (answer === 'status 422') return ended(refusal(422, 'invalid', 'no'));
    if (answer === 'template 404') {
      const thrown = refusal(404, 'resource_not_found', 'JWT template not found');
      return { meaning: { kind: 'template-unknown' }, thrown };
    }
    if (answer === 'key refused') {
      return { meaning: { kind: 'key-refused' }, thrown: refusal(401, 'clerk_key_invalid', 'no') };
    }
    if (answer !== 'throttled') return undefined;
    const milliseconds = Math.min(Math.max(1, later ?? 10), 60) * 1000;
    return {
      meaning: { kind: 'throttled', milliseconds },
      thrown: refusal(429, 'too_many_requests', 'slow down', later),
    };
  }

  function claimsOf(answer: string, call: MintCall, org: string | null, seconds: number): TokenClaims {
    const [what, amount = '0', way] = answer.split(' ');
    const shift = what === 'iat' ? Number(amount) * (way === 'behind' ? -1 : 1) : 0;
    const life = what === 'life' ? Number(amount) : (call.lifetime ?? 60);
    const sub =
      answer === 'other sub'
        ? 'user_mallory'
        : call.sessionId.replace(/^sess_/, 'user_').replace(/-\d+$/, '');
    const iat = seconds + shift;
    return {
      sub,
      iat,
      exp: iat + life,
      jti: `jti-${call.number}`,
      org: answer === 'other organization' ? 'org_alien' : org,
    };
  }

  async function answer(call: MintCall): Promise<unknown> {
    const by = currentRequest.getStore();
    if (by === undefined) throw new Error('a call without a request');
    const current = nextBehaviour();
    const session = world.sessions.find(({ id }) => id === call.sessionId);
    const [at, clock] = [performance.now(), Date.now()];
    const due = current.delay === null ? null : at + current.delay;
    const record: RecordedCall = { sequence: history.next(), at, clock, due, by, ...call };
    calls.push(record);
    rules.began(record);
    // Clerk decides when the call arrives; its answer may take long.
    const kind = session?.hasEnded && current.answer === 'well' ? 'session 404' : current.answer;
    const organization = session?.organizationId ?? null;
    const arrival = world.clerkSeconds();
    if (current.delay === null) return new Promise(() => {});
    if (current.delay > 0) await new Promise((resolve) => setTimeout(resolve, current.delay ?? 0));
    const seconds = current.stamped === 'on arrival' ? arrival : world.clerkSeconds();
    const recordAnswer = (meaning: Meaning) => {
      record.answer = { sequence: history.next(), at: performance.now(), clock: Date.now(), meaning };
      rules.ended(record);
    };
    const failed = failure(kind, current);
    if (failed) {
      recordAnswer(failed.meaning);
      throw failed.thrown;
    }
    if (kind === 'garbage') {
      recordAnswer({ kind: 'useless' });
      return garbage[call.number % garbage.length];
    }
    const claims = claimsOf(kind, call, organization, seconds);
    const jwt = tokenOf({ ...claims });
    recordAnswer(meaningOfToken(jwt, claims, by, Date.now()));
    return { jwt };
  }

  return {
    answer,
    /** The rules of calls, which record every failure. */
    rules,
    setBehaviour(next: ClerkBehaviour): void {
      behaviour = next;
      left = next.calls;
    },
  };
}
