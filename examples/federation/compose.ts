import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

/** A subgraph as a router knows it. */
export interface Subgraph {
  name: string;
  url: string;
  /** What its owner asks of those who want to know the schema. */
  headers?: Record<string, string>;
}

/**
 * Asks the subgraphs for their schemas and composes the supergraph of them.
 *
 * @throws Error when a subgraph does not tell its schema, or when the schemas do not fit together
 */
export async function composeSupergraph(subgraphs: readonly Subgraph[]): Promise<string> {
  const services = await Promise.all(
    subgraphs.map(async (subgraph) => ({
      name: subgraph.name,
      url: subgraph.url,
      typeDefs: parse(await schemaOf(subgraph)),
    })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The schema of a subgraph, as it tells it to a router. */
export async function schemaOf({ name, url, headers }: Subgraph): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data?: { _service: { sdl: string } } };
  if (!data) throw new Error(`${name} does not tell its schema`);
  return data._service.sdl;
}
