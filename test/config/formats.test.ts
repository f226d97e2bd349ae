import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  anyFunction,
  apiUrl,
  authorizedParties,
  byName,
  type Format,
  graphqlEndpoint,
  ignorableClaim,
  list,
  listOr,
  oneOf,
  origin,
  redisUrl,
  share,
  text,
  trueOrFalse,
  wholeNumber,
} from '../../src/config/formats.ts';

/** Returns the value of a text, or the error. */
function read({ fromText }: Pick<Format<unknown>, 'fromText'>, value: string): unknown {
  const { data, error } = fromText.safeParse(value);
  return error ? error.issues[0]?.message : data;
}

/** Returns the error about a value; undefined for a good one. */
function errorOf({ schema }: Pick<Format<unknown>, 'schema'>, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message;
}

describe('wholeNumber', () => {
  const seconds = wholeNumber({ unit: 'seconds', least: 0, most: 60 });
  const expected = 'expected a whole number of seconds from 0 to 60';

  test.each([0, 60])('accepts %d at the ends of its range', (value) => {
    expect([errorOf(seconds, value), read(seconds, String(value))]).toEqual([undefined, value]);
  });

  test.each([-1, 61, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, 5n])('refuses %s', (value) => {
    expect(errorOf(seconds, value)).toBe(expected);
  });

  test.each(['', '-1', '61', '0.5', '1e1', '0x10', ' 5', '5s', '9'.repeat(13)])(
    'refuses the text %j',
    (value) => {
      expect(read(seconds, value)).toBe(expected);
    },
  );

  test('has the error of its caller, where there is one', () => {
    const port = wholeNumber({ unit: 'ports', least: 0, most: 65_535 }, 'expected a port');
    expect([errorOf(port, 65_536), read(port, '65536')]).toEqual(['expected a port', 'expected a port']);
  });
});

describe('share', () => {
  test.each([0.000_001, 0.25, 1])('accepts %d', (value) => {
    expect(errorOf(share, value)).toBeUndefined();
  });

  test.each([0, -0.1, 1.01, Number.NaN, '0.5'])('refuses %s', (value) => {
    expect(errorOf(share, value)).toBe('expected a share of the budget: a number above 0, up to 1');
  });

  test('reads decimals, and refuses a percentage with an example', () => {
    expect([read(share, '.5'), read(share, '0.25'), read(share, '1')]).toEqual([0.5, 0.25, 1]);
    expect(read(share, '25%')).toMatch(/such as 0\.25$/);
  });
});

test('trueOrFalse reads words and digits', () => {
  expect(['true', '1', 'false', '0'].map((value) => read(trueOrFalse, value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([read(trueOrFalse, 'yes'), errorOf(trueOrFalse, 'true')]).toEqual([
    'expected true or false',
    'expected true or false',
  ]);
});

test('oneOf accepts its words and no other', () => {
  const colour = oneOf(['red', 'green'], 'expected red or green');
  expect([errorOf(colour, 'red'), read(colour, 'green'), read(colour, 'blue')]).toEqual([
    undefined,
    'green',
    'expected red or green',
  ]);
});

describe('lists', () => {
  const names = list('expected a list', text('expected a name', (value) => value !== '').schema);

  test('are read from text with commas; gaps are dropped', () => {
    expect([read(names, ' a, b ,,c '), read(names, ',')]).toEqual([['a', 'b', 'c'], []]);
  });

  test('are refused as a whole, or by their entries', () => {
    expect([errorOf(names, 'a'), errorOf(names, ['']), errorOf(names, ['a'])]).toEqual([
      'expected a list',
      'expected a name',
      undefined,
    ]);
  });

  test('are not read from the one word that replaces a list', () => {
    expect(listOr('*').parse(' * ')).toBe('*');
    expect(listOr('*').parse('*, a')).toEqual(['*', 'a']);
  });
});

test('authorizedParties accepts a list with entries, or any', () => {
  expect([errorOf(authorizedParties, 'any'), errorOf(authorizedParties, ['https://a.example'])]).toEqual([
    undefined,
    undefined,
  ]);
  expect(errorOf(authorizedParties, 'all')).toMatch(/expected the origins of your frontends/);
  expect(read(authorizedParties, 'any')).toBe('any');
});

test.each(['https://a.example/', 'https://*.a.example', 'null', ''])('origin refuses %j', (value) => {
  expect(errorOf({ schema: origin }, value)).toMatch(/^expected an exact origin/);
});

describe('apiUrl', () => {
  test.each(['https://api.clerk.com', 'https://a.example/clerk/', 'http://localhost:4010', 'http://[::1]:1'])(
    'accepts %s',
    (url) => {
      expect(errorOf(apiUrl, url)).toBeUndefined();
    },
  );

  test.each([
    'http://api.clerk.com',
    'http://localhost.example',
    'https://a.example/v1',
    'https://u:p@a.example',
    'https://a.example?x',
    'api.clerk.com',
    5,
  ])('refuses %s', (url) => {
    expect(errorOf(apiUrl, url)).toMatch(/^expected an https URL/);
  });
});

describe('redisUrl', () => {
  test.each(['redis://localhost', 'rediss://user:p%40ss@host:6380/3', 'redis://host?db=2'])(
    'accepts %s',
    (url) => {
      expect(errorOf(redisUrl, url)).toBeUndefined();
    },
  );

  test.each(['localhost:6379', 'http://host', 'redis://host/first', 'redis://u:100%@host', 'redis://'])(
    'refuses %s',
    (url) => {
      expect(errorOf(redisUrl, url)).toMatch(/^expected a URL such as redis:/);
    },
  );
});

describe('graphqlEndpoint', () => {
  test.each(['/', '/graphql', '/api/v1.0/graphql'])('accepts %s', (path) => {
    expect(errorOf(graphqlEndpoint, path)).toBeUndefined();
  });

  test.each(['', 'graphql', '/graphql/', '/a//b', '/../a', '/a?b', '/health', '/ready', '/webhooks/clerk'])(
    'refuses %j',
    (path) => {
      expect(errorOf(graphqlEndpoint, path)).toMatch(
        /^expected an absolute path such as \/graphql, other than \/health/,
      );
    },
  );
});

test('anyFunction returns the function itself', () => {
  const check = () => true;
  expect(anyFunction().parse(check)).toBe(check);
  expect(errorOf({ schema: anyFunction() }, {})).toBe('expected a function');
});

describe('byName', () => {
  const schema = byName(z.string().min(2, { error: 'short' }), z.number(), { error: 'expected numbers' });

  test('accepts values by their names', () => {
    expect(schema.parse({ aa: 1, constructor: 2 })).toEqual({ aa: 1, constructor: 2 });
    expect(schema.parse({})).toEqual({});
  });

  test.each([null, undefined, 5, [], 'aa'])('refuses %j', (value) => {
    expect(errorOf({ schema }, value)).toBe('expected numbers');
  });

  test('refuses the name __proto__, which zod leaves out', () => {
    for (const text of ['{"__proto__": 1}', '{"aa": 1, "__proto__": {}}'])
      expect(errorOf({ schema }, JSON.parse(text))).toMatch(/^expected another name/);
    expect(z.record(z.string(), z.number()).parse(JSON.parse('{"__proto__": "x"}'))).toEqual({});
  });
});

test('ignorableClaim refuses the claims that decide whose token it is', () => {
  expect(errorOf({ schema: ignorableClaim }, 'picture')).toBeUndefined();
  for (const claim of ['sid', 'sub', 'o', 'org_role', '', 5])
    expect(errorOf({ schema: ignorableClaim }, claim)).toMatch(
      /^expected the name of a claim other than sid/,
    );
});
