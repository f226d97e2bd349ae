import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { apolloRouter, cosmoRouter } from './router-configuration.ts';

const page = await readFile(new URL('../../docs/federation.md', import.meta.url), 'utf8');

/** Returns the YAML block of a section. */
function yamlOf(title: string): string {
  const at = page.indexOf(`\n## ${title}\n`);
  expect(at, title).toBeGreaterThan(0);
  return /```yaml\n([\s\S]*?)```/.exec(page.slice(at))?.[1] ?? '';
}

/** Validates a document against a schema. @returns the errors */
function validationErrors(schema: object, document: unknown) {
  const ajv = new Ajv({ allErrors: true });
  ajv.validate(schema, document);
  return ajv.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [];
}

describe('docs/federation.md, for routers that are not on npm', () => {
  test('Apollo Router: has only known keys, and forwards credentials to Mintgate alone', () => {
    const config = parse(yamlOf('Apollo Router'));
    expect(validationErrors(apolloRouter, config)).toEqual([]);
    const forwarded = ['authorization', 'cookie', 'origin'].map((named) => ({ propagate: { named } }));
    expect(config.headers).toEqual({ subgraphs: { mintgate: { request: forwarded } } });
    expect(config.traffic_shaping.subgraphs.mintgate.deduplicate_query).toBe(false);
    expect(config.include_subgraph_errors.subgraphs).toEqual({ mintgate: true });
  });

  test('Apollo Router, each subgraph its own token: has only known keys, and what the coprocessor needs', () => {
    const config = parse(yamlOf('Each subgraph its own token'));
    expect(validationErrors(apolloRouter, config)).toEqual([]);
    const { url, timeout, subgraph } = config.coprocessor;
    expect([new URL(url).pathname.split('/').slice(0, 3), timeout]).toEqual([
      ['', 'coprocessor', 'apollo'],
      '4s',
    ]);
    const context = { selective: ['apollo::supergraph::operation_name'] };
    expect(subgraph.all.request).toEqual({ headers: true, service_name: true, context, body: false });
    const names = ['mintgate', 'inventory', 'billing'];
    expect(Object.keys(config.headers.subgraphs)).toEqual(names);
    expect(Object.keys(config.include_subgraph_errors.subgraphs)).toEqual(names);
  });

  test('Cosmo Router: has only known keys, and forwards credentials to Mintgate alone', () => {
    const config = parse(yamlOf('Cosmo Router'));
    expect(validationErrors(cosmoRouter, config)).toEqual([]);
    const forwarded = ['Authorization', 'Cookie', 'Origin'].map((named) => ({ op: 'propagate', named }));
    expect(config.headers).toEqual({ subgraphs: { mintgate: { request: forwarded } } });
    expect(config.subgraph_error_propagation.allowed_extension_fields).toEqual(['code', 'retryAfter']);
    expect(Object.values(config.engine)).toEqual([false, false]);
  });

  test('a misspelt key is an error', () => {
    const misspelt = (title: string, key: string) => parse(yamlOf(title).replace(key, `${key}_`));
    for (const key of ['propagate', 'deduplicate_query', 'include_subgraph_errors'])
      expect(validationErrors(apolloRouter, misspelt('Apollo Router', key))).not.toEqual([]);
    for (const key of ['named', 'enable_single_flight', 'allowed_extension_fields'])
      expect(validationErrors(cosmoRouter, misspelt('Cosmo Router', key))).not.toEqual([]);
  });
});
