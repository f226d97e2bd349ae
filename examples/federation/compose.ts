import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

/** A subgraph, as a router is configured for it. */
interface Subgraph {
  name: string;
  url: string;
  /** Headers that the subgraph requires for its schema. */
  headers?: Record<string, string>;
}

/**
 * Reads the schemas of the subgraphs and composes the supergraph.
 *
 * @throws Error when a subgraph does not return its schema, or when the schemas do not compose
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

/** Reads the schema of a subgraph, as a router does. */
export async function schemaOf({ name, url, headers }: Subgraph): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data?: { _service: { sdl: string } } };
  if (!data) throw new Error(`the subgraph ${name} did not return its schema`);
  return data._service.sdl;
}
