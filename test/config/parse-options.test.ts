import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseOptions, tryParseOptions } from '../../src/config/parse-options.ts';
import type { OptionProblem } from '../../src/config/problems.ts';
import { createGateway, type GatewayOptions } from '../../src/index.ts';

const marker = 'MARKER1234567890';
const secretKey = ['sk', 'test', marker].join('_');
const publishableKey = `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`;
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();

/** The beginning and the end of a key, which is all that Clerk's SDK looks at. */
const truncated = (pem: string) => {
  const body = pem.split('\n').slice(1, -2).join('');
  return `-----BEGIN PUBLIC KEY-----\n${body.slice(0, 60)}${body.slice(-8)}\n-----END PUBLIC KEY-----\n`;
};

const good: GatewayOptions = {
  secretKey,
  publishableKey,
  templates: { hasura: {} },
  authorizedParties: 'any',
};

/** Returns the problems of options; none for good ones. */
function problemsOf(options: unknown): readonly OptionProblem[] {
  const parsed = tryParseOptions(options);
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** Returns what `createGateway` throws for these options on top of good ones. */
function complaint(options: Record<string, unknown>): TypeError {
  try {
    createGateway({ ...good, ...options } as GatewayOptions);
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
  throw new Error('expected the options to be refused');
}

describe('good options', () => {
  test.each<[string, Record<string, unknown>]>([
    ['the required options alone', {}],
    ['a list of templates', { templates: ['hasura', 'nhost'] }],
    ['a star', { templates: '*' }],
    ['an extension', { authorizedParties: ['chrome-extension://abcdefghijklmnop'] }],
    ['a jwtKey with any line ends', { jwtKey: rsa(2048).replaceAll('\n', '\r\n') }],
    ['authorized parties', { authorizedParties: ['https://app.example.com', 'http://localhost:3000'] }],
    ['tokens without azp', { authorizedParties: ['https://app.example.com'], acceptMissingAzp: true }],
    ['development without authorized parties', { mode: 'development', authorizedParties: undefined }],
    [
      'a policy',
      {
        templates: {
          reports: { requires: { role: 'org:admin' }, organizationClaim: ['a', 'b'], lifetime: 30 },
        },
      },
    ],
    [
      'T11 a subjectClaim by name and by path',
      { templates: { reports: { subjectClaim: 'owner' }, nhost: { subjectClaim: ['a', 'b'] } } },
    ],
    ['a check of the host', { templates: { reports: { allow: async () => true } } }],
    ['a long lifetime with its limit', { templates: { reports: { lifetime: 7200, maxLifetime: 7200 } } }],
    [
      'a host that authenticates, without authorized parties',
      { authenticate: () => null, authorizedParties: undefined },
    ],
    ['a reverification by name', { templates: { a: { requires: { reverification: 'strict' } } } }],
    [
      'a reverification in detail',
      { templates: { a: { requires: { reverification: { level: 'second_factor', afterMinutes: 10 } } } } },
    ],
    [
      'limits of the cache and of minting',
      {
        templates: { a: { cache: false }, b: { maxCacheAge: 300 } },
        ...{ cacheSize: 10, maxStaleAge: 0, fingerprintIgnore: ['seen_at'], sessionMintLimit: 10 },
        ...{ mintBudget: 100, mintBudgetShare: 1, userMintShare: 1 },
      },
    ],
    ['a router secret', { routerSecret: marker.repeat(2) }],
    ['two secret keys, the newest first', { secretKey: [`${secretKey}2`, secretKey] }],
    ['an apiUrl with a path', { apiUrl: 'http://127.0.0.1:4010/clerk/' }],
  ])('%s is accepted', async (_what, options) => {
    expect(problemsOf({ ...good, ...options })).toEqual([]);
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    await createGateway({ ...good, ...options, logger: quiet } as GatewayOptions).dispose();
  });
});

describe('the error about a wrong option names it and the expected value, and never quotes its value', () => {
  const notAnOrigin = /expected (an exact origin|the origins)/;
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['secretKey', { secretKey: marker }, /expected the secret key .* sk_test_ or sk_live_/],
    ['secretKey', { secretKey: undefined }, /expected the secret key/],
    ['secretKey', { secretKey: `pk_test_${marker}` }, /expected the secret key/],
    ['secretKey', { secretKey: `sk_test_${marker} ` }, /expected the secret key/],
    ['secretKey', { secretKey: `sk_test_${marker}\nx` }, /expected the secret key/],
    ['secretKey', { secretKey: 'sk_test_...' }, /expected the secret key/],
    ['secretKey', { secretKey: [] }, /expected one to 5 entries/],
    ['secretKey.1', { secretKey: [secretKey, `pk_test_${marker}`] }, /this is a publishable key/],
    ['secretKey.1', { secretKey: [secretKey, secretKey] }, /occurs twice/],
    ['secretKey.1', { secretKey: [secretKey, `sk_live_${marker}`] }, /expected the key of the same instance/],
    ['cacheKey.0', { cacheKey: [marker, marker.repeat(2)] }, /at least 32 characters/],
    [
      'webhookSigningSecret.1',
      { webhookSigningSecret: [`whsec_${marker}`, marker] },
      /beginning with whsec_/,
    ],
    ['routerSecret.0', { routerSecret: [`${marker} ${marker}`] }, /without spaces/],
    ['publishableKey', { publishableKey: secretKey }, /expected the publishable key/],
    ['publishableKey', { publishableKey: `pk_live_${marker}` }, /expected the key of the same instance/],
    ['templates', { templates: {} }, /expected the JWT templates .* '\*' for all/],
    ['templates', { templates: [] }, /expected the JWT templates .* '\*' for all/],
    ['templates', { templates: marker }, /expected the JWT templates .* '\*' for all/],
    ['templates', { templates: undefined }, /expected the JWT templates .* '\*' for all/],
    ['templates.0', { templates: ['../x'] }, /expected a template name/],
    [
      'templates.hasura.lifetime',
      { templates: { hasura: { lifetime: 29 } } },
      /seconds from 30 to 315360000/,
    ],
    [
      'templates.hasura.lifetime',
      { templates: { hasura: { lifetime: 315_360_001, maxLifetime: 315_360_000 } } },
      /seconds from 30 to 315360000/,
    ],
    ['templates.hasura.allow', { templates: { hasura: { allow: 'org:admin' } } }, /expected a function/],
    ['templates.hasura', { templates: { hasura: true } }, /expected the policy of the template as an object/],
    [
      'templates.hasura.organizationClaim',
      { templates: { hasura: { organizationClaim: [] } } },
      /name of a claim/,
    ],
    ['templates.hasura.subjectClaim', { templates: { hasura: { subjectClaim: [] } } }, /name of a claim/],
    ['templates.hasura.subjectClaim', { templates: { hasura: { subjectClaim: '' } } }, /name of a claim/],
    ['templates.hasura.subjectClaim', { templates: { hasura: { subjectClaim: null } } }, /name of a claim/],
    ['templates.a.subjectClaim.0', { templates: { a: { subjectClaim: [5] } } }, /name of a claim/],
    ['templates.hasura.requires', { templates: { hasura: { requires: 'admin' } } }, /at least one of role/],
    [
      'templates.hasura.requires.rol',
      { templates: { hasura: { requires: { rol: 'x' } } } },
      /no such option/,
    ],
    [
      'templates.hasura.requires.plan',
      { templates: { hasura: { requires: { plan: 5 } } } },
      /a text such as/,
    ],
    ['templates.constructor', { templates: { constructor: {} } }, /expected a template name/],
    ['templates.0', { templates: ['toString'] }, /expected a template name/],
    [
      'templates.hasura.lifetime',
      { templates: { hasura: { lifetime: 3601 } } },
      /expected at most maxLifetime/,
    ],
    [
      'templates.hasura.maxLifetime',
      { templates: { hasura: { maxLifetime: 0 } } },
      /seconds from 1 to 315360000/,
    ],
    [
      'templates.hasura.requires',
      { templates: { hasura: { requires: {} } } },
      /expected at least one of role/,
    ],
    ['templates.hasura.cahce', { templates: { hasura: { cahce: false } } }, /there is no such option/],
    ['jwtKey', { jwtKey: marker }, /expected the PEM public key/],
    ['jwtKey', { jwtKey: rsa(3072) }, /expected the PEM public key/],
    ['jwtKey', { jwtKey: truncated(rsa(2048)) }, /expected the PEM public key/],
    ['templates.0', { templates: [{ hasura: {} }] }, /expected a template name/],
    [
      'templates.a.organizationClaim.1',
      { templates: { a: { organizationClaim: ['a', 5] } } },
      /name of a claim/,
    ],
    ['templates.a.lifetime', { templates: { a: { lifetime: 60, maxLifetime: 50 } } }, /which is 50 s/],
    ['apiUrl', { apiUrl: 'https://api.clerk.com/v1/' }, /without \/v1/],
    ['jwtKey', { jwtKey: rsa(2048, 3) }, /expected the PEM public key/],
    ['jwtKey', { jwtKey: rsa(2048, 65_539) }, /expected the PEM public key/],
    ['apiUrl', { apiUrl: 'ftp://x.example' }, /expected an https URL/],
    ['apiUrl', { apiUrl: marker }, /expected an https URL/],
    ['authorizedParties', { authorizedParties: undefined }, /production requires this list/],
    ['authorizedParties', { authorizedParties: [] }, notAnOrigin],
    ['authorizedParties', { authorizedParties: marker }, notAnOrigin],
    ['authorizedParties.0', { authorizedParties: ['https://*.example.com'] }, notAnOrigin],
    ['authorizedParties.0', { authorizedParties: ['https://app.example.com/'] }, notAnOrigin],
    ['corsOrigins.1', { corsOrigins: ['https://a.example', '*'] }, notAnOrigin],
    ['corsOrigins.0', { corsOrigins: ['null'] }, notAnOrigin],
    ['corsOrigins.0', { corsOrigins: ['ftp://a.example'] }, notAnOrigin],
    ['corsOrigins', { corsOrigins: 'https://a.example' }, /expected a list of exact origins/],
    ['corsOrigins.0', { corsOrigins: [`https://user:${marker}@a.example`] }, notAnOrigin],
    ['mode', { mode: 'staging' }, /development/],
    ['requireSession', { requireSession: 'true' }, /expected true or false/],
    ['acceptMissingAzp', { acceptMissingAzp: 'yes' }, /expected true or false/],
    ['apiUrl', { apiUrl: `https://${marker}@clerk.example.com` }, /expected an https URL/],
    ['apiUrl', { apiUrl: 'http://clerk.example.com' }, /expected an https URL/],
    ['apiUrl', { apiUrl: 'http://127.0.0.1.clerk.example' }, /expected an https URL/],
    ['apiUrl', { apiUrl: 'https://clerk.example.com/#x' }, /expected an https URL/],
    ['publishableKey', { publishableKey: `pk_test_${marker}` }, /expected the publishable key/],
    [
      'templates.a.requires.reverification',
      { templates: { a: { requires: { reverification: 'strct' } } } },
      /expected 'strict_mfa'/,
    ],
    ['deadline', { deadline: 0 }, /expected a whole number of milliseconds/],
    ['graphqlEndpoint', { graphqlEndpoint: '/health' }, /expected an absolute path/],
    ['authenticate', { authenticate: {} }, /expected a function/],
    ['audit', { audit: 'log' }, /expected a function/],
    ['now', { now: 5 }, /expected a function/],
    ['graphqlEndpoint', { graphqlEndpoint: 'graphql' }, /expected an absolute path/],
    ['graphqlEndpoint', { graphqlEndpoint: '/x?y' }, /expected an absolute path/],
    ['deadline', { deadline: 99 }, /100/],
    ['deadline', { deadline: 60_001 }, /60000/],
    ['deadline', { deadline: '3000' }, /milliseconds from 100/],
    ['maxSessionTokenLifetime', { maxSessionTokenLifetime: 0 }, /seconds from 1/],
    ['maxBodyBytes', { maxBodyBytes: 1.5 }, /whole number of bytes/],
    ['templates.a.maxCacheAge', { templates: { a: { maxCacheAge: 0 } } }, /seconds from 1 to 86400/],
    ['templates.a.cache', { templates: { a: { cache: 'no' } } }, /expected true or false/],
    ['cacheSize', { cacheSize: 0 }, /whole number of tokens/],
    ['maxStaleAge', { maxStaleAge: -1 }, /seconds from 0/],
    ['fingerprintIgnore.0', { fingerprintIgnore: ['sub'] }, /decide whose token it is/],
    ['fingerprintIgnore.1', { fingerprintIgnore: ['seen_at', 'o'] }, /decide whose token it is/],
    ['fingerprintIgnore', { fingerprintIgnore: 'seen_at' }, /a list of claim names/],
    ['mintBudget', { mintBudget: 0 }, /whole number of mints/],
    ['mintBudgetShare', { mintBudgetShare: 0 }, /above 0, up to 1/],
    ['mintBudgetShare', { mintBudgetShare: 1.1 }, /above 0, up to 1/],
    ['userMintShare', { userMintShare: 0 }, /above 0, up to 1/],
    ['userMintShare', { userMintShare: '25%' }, /above 0, up to 1/],
    ['sessionMintLimit', { sessionMintLimit: 1.5 }, /whole number of mints/],
    ['redisUrl', { redisUrl: `http://${marker}` }, /redis:\/\/user:password@host/],
    ['redisUrl', { redisUrl: `redis://user:${marker}@host/first` }, /redis:\/\/user:password@host/],
    ['redisUrl', { redisUrl: `redis://user:${marker}@host?db=first` }, /redis:\/\/user:password@host/],
    ['redisUrl', { redisUrl: `redis://user:100%${marker}@host` }, /percent-encoded \(% as %25\)/],
    ['redisUrl', { redisUrl: `redis://${marker}%@host` }, /percent-encoded \(% as %25\)/],
    ['cacheKey', { cacheKey: marker }, /at least 32 characters/],
    ['cacheKey', { cacheKey: `${marker.repeat(3)},${'b'.repeat(32)}` }, /expected a list with one entry for/],
    ['cacheKey.1', { cacheKey: ['a'.repeat(32), `${marker.repeat(3)},b`] }, /^.*: contains a comma/],
    ['routerSecret', { routerSecret: `${marker.repeat(3)},${'b'.repeat(32)}` }, /: contains a comma/],
    ['cacheKey', { cacheKey: '😀'.repeat(16) }, /at least 32 characters/],
    ['webhookSigningSecret', { webhookSigningSecret: marker }, /beginning with whsec_/],
    ['routerSecret', { routerSecret: marker }, /at least 32 visible ASCII characters/],
    ['routerSecret', { routerSecret: `${marker} ${marker}` }, /without spaces/],
    ['routerSecret', { routerSecret: `${marker}${marker}\u00e9` }, /visible ASCII characters/],
    ['routerSecret', { routerSecret: 5 }, /a secret text/],
    ['graphqlEndpoint', { graphqlEndpoint: '/webhooks/clerk' }, /expected an absolute path/],
    ['logger', { logger: { info() {} } }, /expected a logger/],
    ['secertKey', { secertKey: marker }, /there is no such option/],
  ])('%s', (option, options, expected) => {
    const { message } = complaint(options);
    expect(message).toMatch(new RegExp(`^createGateway: ${option.replaceAll('.', '\\.')}: `));
    expect(message).toMatch(expected);
    expect(message).not.toContain(marker);
    expect(message).not.toContain('MIIB');
  });

  test('several wrong options are named together', () => {
    const { message } = complaint({ secretKey: marker, mode: 'x', deadline: 1 });
    for (const option of ['secretKey: ', 'mode: ', 'deadline: ']) expect(message).toContain(option);
  });

  test('a misspelt option is reported alone, without the option that it replaces', () => {
    const { message } = complaint({ templates: undefined, template: { hasura: {} } });
    expect(message).toBe('createGateway: template: there is no such option: did you mean templates?');
    const parties = complaint({ authorizedParties: undefined, authorisedParties: ['https://a.example'] });
    expect(parties.message).toBe(
      'createGateway: authorisedParties: there is no such option: did you mean authorizedParties?',
    );
  });

  test('an unknown option is reported before a missing option that it may mean', () => {
    const { message } = complaint({ templates: undefined, names: ['hasura'] });
    expect(message).toMatch(
      /^createGateway: names: there is no such option; templates: is missing: expected/,
    );
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['templates.hasura.require', { templates: { hasura: { require: {} } } }, 'requires'],
    [
      'templates.hasura.organisationClaim',
      { templates: { hasura: { organisationClaim: 'o' } } },
      'organizationClaim',
    ],
    [
      'templates.hasura.requires.permision',
      { templates: { hasura: { requires: { permision: 'a' } } } },
      'permission',
    ],
    ['corsorigins', { corsorigins: [] }, 'corsOrigins'],
    ['redisURL', { redisURL: '' }, 'redisUrl'],
  ])('the error about the misspelt %s names the right option', (path, options, meant) => {
    expect(complaint(options).message).toContain(`${path}: there is no such option: did you mean ${meant}?`);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'another key',
      { secretKey: publishableKey },
      /^secretKey: this is a publishable key \(are the two swapped\?\): expected/,
    ],
    [
      'another key',
      { publishableKey: secretKey },
      /^publishableKey: this is a secret key \(are the two swapped\?\): expected/,
    ],
    [
      'a secret of webhooks',
      { secretKey: `whsec_${marker}` },
      /^secretKey: this is the signing secret of a webhook endpoint: expected/,
    ],
    [
      'a key among secrets',
      { webhookSigningSecret: secretKey },
      /^webhookSigningSecret: this is a secret key: expected/,
    ],
    [
      'a private key',
      { jwtKey: `-----BEGIN PRIVATE ${'KEY'}-----\n${marker}` },
      /^jwtKey: this is a private key: expected/,
    ],
    ['a PEM', { secretKey: rsa(2048) }, /^secretKey: this is a PEM: expected/],
    ['a token', { secretKey: `eyJ${marker}.${marker}.x` }, /^secretKey: this is a token: expected/],
    [
      'a placeholder',
      { secretKey: 'sk_test_...' },
      /^secretKey: this is the placeholder of an example: expected/,
    ],
    [
      'quotation marks',
      { secretKey: `"${secretKey}"` },
      /^secretKey: this is a text in quotation marks, .*: expected/,
    ],
    ['nothing', { secretKey: undefined }, /^secretKey: is missing: expected/],
    ['nonsense', { secretKey: marker }, /^secretKey: expected/],
  ])('%s in place of a key is named', (_what, options, words) => {
    const { message } = complaint(options);
    expect(message.replace('createGateway: ', '')).toMatch(words);
    expect(message).not.toContain(marker);
  });

  test('a malformed key is not reported as the key of another instance', () => {
    const { message } = complaint({ secretKey: 'abc', publishableKey: 'pk_test_abc' });
    expect(message).not.toContain('the same instance');
  });

  test.each(['plan', 'feature'])(
    'T09 organizationClaim missing where requires names a %s that an organization may have is a start-up error',
    (kind) => {
      const problems = (slug: string) =>
        problemsOf({ ...good, templates: { hasura: { requires: { [kind]: slug } } } });
      for (const slug of ['pro', 'org:pro', 'o:pro', 'organization:pro']) {
        expect(problems(slug)).toMatchObject([{ path: 'templates.hasura.organizationClaim' }]);
      }
      for (const slug of ['user:pro', 'u:pro']) expect(problems(slug)).toEqual([]);
    },
  );

  test.each(['role', 'permission'])(
    'T09 organizationClaim missing where requires names a %s is a start-up error',
    (kind) => {
      const requires = { [kind]: 'org:admin' };
      const { message } = complaint({ templates: { hasura: { requires } } });
      expect(message).toMatch(
        /^createGateway: templates\.hasura\.organizationClaim: expected the path of the claim/,
      );
      expect(problemsOf({ ...good, templates: { hasura: { requires, organizationClaim: 'org' } } })).toEqual(
        [],
      );
    },
  );

  test.each([undefined, null, 5, 'text', []])('options that are %j are refused', (options) => {
    expect(() => createGateway(options as never)).toThrow(TypeError);
    expect(problemsOf(options).length).toBeGreaterThan(0);
  });

  test('persisted documents that do not fit the graph are refused at the start, each with its mistake', () => {
    const persistedDocuments = {
      good: '{ session { id } }',
      old: '{ session { email } }',
      broken: '{ session {',
      none: 5,
    };
    expect(problemsOf({ ...good, persistedDocuments })).toEqual([
      { path: 'persistedDocuments.none', message: 'expected a GraphQL document' },
      {
        path: 'persistedDocuments.old',
        message: 'expected a document that fits the graph: Cannot query field "email" on type "Session".',
      },
      {
        path: 'persistedDocuments.broken',
        message: expect.stringMatching(/^expected a document that fits the graph: Syntax Error/),
      },
    ]);
  });

  test.each([{}, [], 'sha256:0', null, { '': '{ __typename }' }])(
    'persisted documents that are %j are refused with the expected form',
    (persistedDocuments) => {
      const [problem] = problemsOf({ ...good, persistedDocuments });
      expect(problem?.message).toMatch(/^expected the persisted documents by their ids/);
    },
  );
});

describe('parseOptions', () => {
  test('returns complete settings for the required options', () => {
    const { now, ...settings } = parseOptions({ ...good, templates: ['hasura'] });
    expect(Math.abs(now() - Date.now())).toBeLessThan(1_000);
    expect(settings).toEqual({
      ...{ secretKey: [secretKey], publishableKey, frontendApi: 'clerk.example.com', jwtKey: undefined },
      ...{ authorizedParties: 'any', acceptMissingAzp: false, apiUrl: 'https://api.clerk.com' },
      templates: { byName: new Map([['hasura', expect.objectContaining({ maxLifetime: 3_600 })]]) },
      ...{ corsOrigins: [], requireSession: false, persistedDocuments: undefined, authenticate: undefined },
      discovery: false,
      ...{ fastPath: true, graphqlEndpoint: '/graphql', deadline: 3_000, maxSessionTokenLifetime: 600 },
      ...{ maxBodyBytes: 65_536, redisUrl: undefined, cacheKey: [secretKey] },
      ...{ webhookSigningSecret: undefined, routerSecret: undefined, coprocessorSecret: undefined },
      ...{ subgraphs: undefined, mintgateSubgraph: 'mintgate' },
      ...{ mintBudget: 80, mintBudgetShare: 0.25, userMintShare: 0.25, sessionMintLimit: 120 },
      ...{ subscriptionLimit: 10_000, sessionSubscriptionLimit: 20 },
      ...{ cacheSize: 50_000, maxStaleAge: 300, fingerprintIgnore: [], mode: 'production' },
      ...{ audit: undefined, logger: undefined },
    });
  });

  test('keeps every option that is set', () => {
    const set = {
      ...{ authorizedParties: ['https://app.example.com'], corsOrigins: ['https://app.example.com'] },
      ...{
        mode: 'development',
        graphqlEndpoint: '/',
        deadline: 100,
        maxStaleAge: 0,
        cacheKey: ['k'.repeat(32)],
      },
      ...{
        authenticate: () => null,
        audit: () => {},
        now: () => 5,
        persistedDocuments: { a: '{ __typename }' },
      },
    } as const;
    expect(parseOptions({ ...good, ...set } as GatewayOptions)).toMatchObject(set);
  });

  test('treats an option that is undefined as left out', () => {
    const options = { ...good, mode: undefined, deadline: undefined, cacheKey: undefined };
    const parsed = tryParseOptions(options);
    const settings = parsed.kind === 'settings' ? parsed.settings : undefined;
    expect(settings).toMatchObject({ mode: 'production', deadline: 3_000, cacheKey: [secretKey] });
  });

  test.each([
    ['sk_test_a', 'test', 80],
    ['sk_live_a', 'live', 800],
  ])('derives the mint budget from the kind of the key %s', (key, kind, mintBudget) => {
    const live = `pk_${kind}_${btoa('clerk.example.com$')}`;
    const settings = parseOptions({ ...good, secretKey: key, publishableKey: live });
    expect(settings.mintBudget).toBe(mintBudget);
  });
});
