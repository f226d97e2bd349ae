import { composeServices as composeAtApollo } from '@apollo/composition';
import { composeServices as composeAtTheGuild } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { parse } from 'graphql';

/** What a composer is given of a subgraph. */
export interface Service {
  name: string;
  url: string;
  sdl: string;
}

export interface Composition {
  /** The supergraph, as a router takes it. Cosmo's composer makes none: its router takes something of its own. */
  supergraph: string | undefined;
  errors: readonly string[];
  /** Whatever the composer would rather have otherwise. */
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

/** Every composer that npm has, by its name. */
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
