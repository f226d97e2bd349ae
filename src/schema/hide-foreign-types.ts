import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';

/**
 * Makes `_entities` answer null for a representation of a type that is no entity here. As it comes from the federation
 * plugin, the field throws for one, with what the client sent in the message.
 */
export function hideForeignTypes(schema: GraphQLSchema): GraphQLSchema {
  const entities = schema.getQueryType()?.getFields()._entities;
  const resolve = entities?.resolve;
  if (!entities || !resolve) throw new Error('expected the subgraph schema to have the field _entities');
  entities.resolve = withoutForeignTypes(resolve);
  return schema;
}

type EntitiesResolver = GraphQLFieldResolver<unknown, unknown>;

function withoutForeignTypes(resolve: EntitiesResolver): EntitiesResolver {
  return async (root, args, context, info) => {
    const asked = (args as { representations: readonly unknown[] }).representations;
    const known = asked.filter(isSession);
    const found = known.length > 0 ? await resolve(root, { representations: known }, context, info) : [];
    const remaining = (found as readonly unknown[]).values();
    return asked.map((representation) => (isSession(representation) ? remaining.next().value : null));
  };
}

function isSession(representation: unknown): boolean {
  return (
    typeof representation === 'object' &&
    representation !== null &&
    (representation as { __typename?: unknown }).__typename === 'Session'
  );
}
