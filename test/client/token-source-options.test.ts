import { describe, expect, test } from 'vitest';
import { createTokenSource } from '../../src/client/index.ts';
import { checkOptions } from '../../src/client/token-source-options.ts';

describe('checkOptions', () => {
  test('accepts every option, and the required ones alone', () => {
    const required = { url: '/graphql', template: 'hasura', credentials: 'include' } as const;
    expect(() => checkOptions(required)).not.toThrow();
    expect(() => checkOptions({ ...required, requestTimeout: 1, maxWait: 0, fetch })).not.toThrow();
  });

  test.each(['url', 'template', 'credentials'])('throws without %s', (name) => {
    const options = { url: '/graphql', template: 'hasura', credentials: 'include', [name]: undefined };
    expect(() => createTokenSource(options as never)).toThrow(TypeError);
  });

  test.each(['templates', 'maxwait', 'headers', 'constructor'])(
    'throws for the unknown option %s',
    (name) => {
      const options = { url: '/graphql', template: 'hasura', credentials: 'include', [name]: 1 };
      expect(() => createTokenSource(options as never)).toThrow(
        new TypeError(`createTokenSource: ${name}: there is no such option`),
      );
    },
  );
});
