import { describe, expect, test } from 'vitest';
import { breakAnswer, continueAnswer, readSubgraphRequest } from '../../../src/http/coprocessor/protocol.ts';
import { coprocessorRequest } from '../../support/apollo-router.ts';

/** Reads a request that the router could send. */
function read(serviceName: string, headers = {}, more = {}) {
  const result = readSubgraphRequest(JSON.stringify(coprocessorRequest(serviceName, headers, more)));
  if (result.kind === 'malformed') throw new Error(`expected a request: ${result.message}`);
  return result.request;
}

describe('a request of the router', () => {
  test('K09 is read with its subgraph, its headers and what its answer repeats', () => {
    const more = { id: 'abc', subgraphRequestId: 'def', context: { entries: {} }, body: { query: '{ a }' } };
    const { serviceName, headers, echo } = read('inventory', { cookie: ['a=1', 'b=2'] }, more);
    expect(serviceName).toBe('inventory');
    expect(headers.get('cookie')).toEqual(['a=1', 'b=2']);
    expect(headers.get('content-type')).toEqual(['application/json']);
    expect(echo).toEqual({ id: 'abc', subgraphRequestId: 'def' });
  });

  test('has the names of its headers in lower case, with all their values', () => {
    const { headers } = read('inventory', { Authorization: ['a'], authorization: ['b'] });
    expect(headers.get('authorization')).toEqual(['a', 'b']);
  });

  test.each<[string, unknown, string | undefined]>([
    ['from the context', { entries: { 'apollo::supergraph::operation_name': 'Mine' } }, 'Mine'],
    ['not without a context', undefined, undefined],
    ['not from a context without entries', { entries: null }, undefined],
    ['not where the operation has none', { entries: {} }, undefined],
    ['not where it is no name', { entries: { 'apollo::supergraph::operation_name': 'a b' } }, undefined],
    ['not where it is no text', { entries: { 'apollo::supergraph::operation_name': ['a'] } }, undefined],
  ])('K09 has the name of the operation: %s', (_what, context, operation) => {
    expect(read('inventory', {}, { context }).operation).toBe(operation);
  });

  test.each<[string, unknown, RegExp]>([
    ['text that is not JSON', 'inventory', /not a JSON object/],
    ['a list', [], /not a JSON object/],
    ['null', null, /not a JSON object/],
    ['another version', coprocessorRequest('a', {}, { version: 2 }), /version of the protocol is not 1/],
    ['no version', coprocessorRequest('a', {}, { version: undefined }), /version of the protocol/],
    [
      'another stage',
      coprocessorRequest('a', {}, { stage: 'RouterRequest' }),
      /subgraph\.all\.request alone/,
    ],
    ['an answer of a subgraph', coprocessorRequest('a', {}, { stage: 'SubgraphResponse' }), /The stage is/],
    ['no name of a subgraph', coprocessorRequest('a', {}, { serviceName: undefined }), /service_name: true/],
    ['no headers', coprocessorRequest('a', {}, { headers: undefined }), /headers: true/],
    ['headers that are a list', coprocessorRequest('a', {}, { headers: [] }), /headers: true/],
    ['a header that is a text', coprocessorRequest('a', {}, { headers: { a: 'b' } }), /headers: true/],
    ['a header that is a number', coprocessorRequest('a', {}, { headers: { a: [1] } }), /headers: true/],
  ])('K09 that is %s is refused with what to change', (_what, body, message) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(readSubgraphRequest(text)).toEqual({ kind: 'malformed', message: expect.stringMatching(message) });
  });

  test('the names of headers are compared in lower case and without spaces', () => {
    const read = readSubgraphRequest(
      JSON.stringify(coprocessorRequest('a', { 'Authorization ': ['x'], ' AUTHORIZATION\t': ['y'] })),
    );
    expect(read.kind === 'request' && read.request.headers.get('authorization')).toEqual(['x', 'y']);
  });

  test('a header named __proto__ is a header like others', () => {
    const text = JSON.stringify(coprocessorRequest('a')).replace('"accept"', '"__proto__"');
    const result = readSubgraphRequest(text);
    if (result.kind === 'malformed') throw new Error(result.message);
    expect(Object.keys(continueAnswer(result.request, result.request.headers).headers ?? {})).toContain(
      '__proto__',
    );
  });
});

describe('an answer', () => {
  test('K09 lets the router go on, with the headers that it has or with others', () => {
    const request = read('inventory', {}, { id: 'abc' });
    const common = { version: 1, stage: 'SubgraphRequest', id: 'abc', control: 'continue' };
    expect(continueAnswer(request)).toEqual(common);
    const headers = new Map([['a', ['1', '2']]]);
    expect(continueAnswer(request, headers)).toEqual({ ...common, headers: { a: ['1', '2'] } });
  });

  test('K09 stands in the place of the answer of a subgraph', () => {
    const error = { message: 'No.', extensions: { code: 'FORBIDDEN' } };
    expect(breakAnswer(read('inventory', {}, { id: 'abc' }), 403, error)).toEqual({
      ...{ version: 1, stage: 'SubgraphRequest', id: 'abc', control: { break: 403 } },
      body: { errors: [error] },
    });
  });

  test('repeats only what the router has sent', () => {
    expect(continueAnswer(read('inventory', {}, { id: undefined }))).toEqual({
      ...{ version: 1, stage: 'SubgraphRequest', control: 'continue' },
    });
  });
});
