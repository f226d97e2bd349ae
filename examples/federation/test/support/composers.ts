import { composeServices as composeAtApollo } from '@apollo/composition';
import { composeServices as composeAtTheGuild } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { parse } from 'graphql';

/** The input of a composer for one subgraph. */
export interface Service {
  name: string;
  url: string;
  sdl: string;
}

interface Composition {
  /** The supergraph SDL for a router. Cosmo's composer has none: its router uses another format. */
  supergraph: string | undefined;
  errors: readonly string[];
  /** The hints of the composer. */
  hints: readonly string[];
}

export type Compose = (services: readonly Service[]) => Composition;

export const composeForApollo: Compose = (services) => {
  const { supergraphSdl, errors, hints } = composeAtApollo(withTypeDefs(services));
  return { supergraph: supergraphSdl, errors: messages(errors), hints: messages(hints) };
};

export const composeForHive: Compose = (services) => {
  const { supergraphSdl, errors } = composeAtTheGuild(withTypeDefs(services));
  return { supergraph: supergraphSdl, errors: messages(errors), hints: [] };
};

export const composeForCosmo: Compose = (services) => {
  const subgraphs = withTypeDefs(services).map(({ name, url, typeDefs }) => ({
    name,
    url,
    definitions: typeDefs,
  }));
  const result = federateSubgraphs({ subgraphs, version: ROUTER_COMPATIBILITY_VERSION_ONE });
  const errors = result.success ? [] : result.errors;
  return { supergraph: undefined, errors: messages(errors), hints: messages(result.warnings) };
};

/** The composers on npm, by their names. */
export const composers: readonly [name: string, compose: Compose][] = [
  ['@apollo/composition', composeForApollo],
  ['@theguild/federation-composition', composeForHive],
  ['@wundergraph/composition', composeForCosmo],
];

function withTypeDefs(services: readonly Service[]) {
  return services.map(({ sdl, ...service }) => ({ ...service, typeDefs: parse(sdl) }));
}

function messages(complaints: readonly { message: string }[] = []): string[] {
  return complaints.map(({ message }) => message);
}
