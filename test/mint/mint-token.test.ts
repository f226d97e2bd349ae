import { expect, test } from 'vitest';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import type { AuditSubject } from '../../src/mint/audit.ts';
import type { HeldToken } from '../../src/mint/cache/lookup.ts';
import { unavailable } from '../../src/mint/mint-failure.ts';
import { failed, type TokenResult, type TokenSource } from '../../src/mint/mint-result.ts';
import { createFindDeliverable, createMintToken } from '../../src/mint/mint-token.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';
import { createPolicies, type Templates } from '../../src/mint/policy.ts';
import { createCounters } from '../../src/mint/stats.ts';
import type { AuthorizedRequest, TokenRequest } from '../../src/mint/token-request.ts';
import { aCaller } from '../support/engine.ts';

const token: MintedToken = { jwt: 'a.b.c', claims: {}, issuedAt: 0, expiresAt: 60 };

/** Handles requests in front of a look-up that yields one result. */
function start(
  lookup: (request: AuthorizedRequest) => Promise<TokenResult>,
  templates: Templates = ['hasura'],
) {
  const counters = createCounters();
  const audited: unknown[][] = [];
  const looked: AuthorizedRequest[] = [];
  const mintToken = createMintToken({
    policies: createPolicies(resolveTemplates(templates)),
    acceptsCaller: () => true,
    lookup: (request) => {
      looked.push(request);
      return lookup(request);
    },
    auditor: {
      tokenDelivered: (...[, , outcome]) => void audited.push([outcome]),
      tokenMintedInBackground: () => void audited.push(['background']),
      tokenRefused: (_subject: AuditSubject, error, traceId) =>
        void audited.push(['refused', error, traceId]),
    },
    counters,
    ...{ log: { error: () => {} }, deadline: () => 3_000, monotonicNow: () => 1_000 },
  });
  const ask = (request: Partial<TokenRequest> = {}) =>
    mintToken({
      ...{ caller: aCaller(), template: 'hasura', mode: 'cached', startedAt: 0, onMint: () => {} },
      ...request,
    });
  return { ask, counters, audited, looked };
}

test.each<[TokenSource, string]>([
  ['clerk', 'minted'],
  ['single-flight', 'served'],
  ['shared-cache', 'served'],
  ['memory', 'served'],
])('a token from the source %s is audited as %s', async (source, outcome) => {
  const { ask, audited, counters } = start(async () => ({ kind: 'token', token, source }));
  expect(await ask()).toBe(token);
  expect([audited, counters.refusals]).toEqual([[[outcome]], {}]);
});

test('an unchanged token of a renewal is not a new delivery, and has no audit event', async () => {
  const { ask, audited } = start(async () => ({ kind: 'token', token, source: 'memory' }));
  expect(await ask({ mode: 'renew', held: { ...token } })).toBe(token);
  expect(audited).toEqual([]);
  await ask({ mode: 'renew', held: { ...token, jwt: 'd.e.f' } });
  expect(audited).toEqual([['served']]);
});

test('a failure is thrown as its error, counted by its kind, and audited with its trace id', async () => {
  const failure = { ...unavailable('circuit-open', 'Clerk has failed too often in a row'), traceId: 'trace' };
  const { ask, counters, audited } = start(async () => failed(failure));
  await expect(ask()).rejects.toBe(failure.error);
  expect(counters.refusals).toEqual({ 'circuit-open': 1 });
  expect(audited).toEqual([['refused', failure.error, 'trace']]);
});

test('an unexpected error is thrown, counted as internal, and audited', async () => {
  const fault = new TypeError('a bug');
  const { ask, counters, audited } = start(() => Promise.reject(fault));
  await expect(ask()).rejects.toBe(fault);
  expect(counters.refusals).toEqual({ internal: 1 });
  expect(audited).toEqual([['refused', fault, undefined]]);
});

test.each<[string, Templates, string, string]>([
  ['a template that is not configured', ['hasura'], 'billing', 'template-not-configured'],
  ['a policy that is not met', { hasura: { requires: { role: 'org:admin' } } }, 'hasura', 'forbidden'],
  ['an allow that returns false', { hasura: { allow: () => false } }, 'hasura', 'forbidden'],
  [
    'an allow that throws',
    { hasura: { allow: () => Promise.reject(new Error('no')) } },
    'hasura',
    'forbidden',
  ],
])('%s is refused before the cache is read', async (_what, templates, template, reason) => {
  const { ask, counters, audited, looked } = start(
    async () => ({ kind: 'token', token, source: 'memory' }),
    templates,
  );
  await expect(ask({ template })).rejects.toThrow();
  expect([counters.refusals, audited.length, looked]).toEqual([{ [reason]: 1 }, 1, []]);
});

test('the look-up gets the request with its policy', async () => {
  const { ask, looked } = start(async () => ({ kind: 'token', token, source: 'memory' }), {
    hasura: { lifetime: 90 },
  });
  await ask({ mode: 'force' });
  expect(looked).toMatchObject([{ mode: 'force', template: 'hasura', policy: { lifetime: 90 } }]);
});

/** Finds a held token, without a request that waits. */
function find(templates: Templates, request: Partial<TokenRequest> = {}, isHeld = true) {
  const events: unknown[] = [];
  const held = { key: 'key', entry: { token }, hit: 'fresh', startsRenewal: false } as HeldToken;
  const findDeliverable = createFindDeliverable({
    policies: createPolicies(resolveTemplates(templates)),
    findHeld({ policy }) {
      events.push(['found', policy.lifetime]);
      return isHeld ? held : undefined;
    },
    serveHeld: (_request, served) => void events.push(['served', served]),
    auditor: {
      tokenDelivered: (...[, , outcome]) => void events.push(['audited', outcome]),
      tokenMintedInBackground: () => void events.push(['background']),
      tokenRefused: () => void events.push(['refused']),
    },
  });
  const deliverable = findDeliverable({
    ...{ caller: aCaller(), template: 'hasura', mode: 'cached', startedAt: 0, onMint: () => {} },
    ...request,
  });
  return { deliverable, events, held };
}

test('X22 a held token is found without an effect, and its delivery is counted before it is audited', () => {
  const { deliverable, events, held } = find({ hasura: { lifetime: 90 } });
  expect([deliverable?.token, events]).toEqual([token, [['found', 90]]]);
  deliverable?.deliver();
  expect(events.slice(1)).toEqual([
    ['served', held],
    ['audited', 'served'],
  ]);
});

test.each<[string, Templates, Partial<TokenRequest>]>([
  ['a template that is not configured', ['hasura'], { template: 'billing' }],
  ['a policy that is not met', { hasura: { requires: { role: 'org:admin' }, organizationClaim: 'org' } }, {}],
  ['an impersonated caller', ['hasura'], { caller: aCaller({ act: { sub: 'user_support' } }) }],
  ['an allow, which may wait', { hasura: { allow: () => true } }, {}],
])('X22 %s has no held token, and is neither audited nor looked up', (_what, templates, request) => {
  const { deliverable, events } = find(templates, request);
  expect([deliverable, events]).toEqual([undefined, []]);
});

test('X22 a token that is not held is not found', () => {
  const { deliverable, events } = find(['hasura'], {}, false);
  expect([deliverable, events]).toEqual([undefined, [['found', undefined]]]);
});
