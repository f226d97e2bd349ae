import { type DocumentNode, type FieldNode, GraphQLError, visit } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { SecretMatcher } from '../../crypto/digest.ts';
import { recordOf } from '../request-record.ts';
import { maxErrors } from './use-document-limits.ts';

/** The header in which a router shows the secret. */
export const routerSecretHeader = 'x-mintgate-router-secret';

/** graphql-js' words for a document with more errors than are told. */
const moreErrors = 'Too many validation errors, error limit reached. Validation aborted.';

/** The root fields that tell the schema. */
const schemaFields = new Set(['_service', '__schema', '__type']);

export interface RouterSecretOptions {
  /** What the header must hold. */
  routerSecret: string;
  /** Compares in constant time. */
  secretMatcher: SecretMatcher;
}

/**
 * Answers what tells the schema only to requests that carry the secret. For all others these fields do not exist, in the words
 * that graphql-js has for any such field: nobody learns that there is a secret, and the rest of the document is not judged.
 */
export function useRouterSecret({
  routerSecret,
  secretMatcher,
}: RouterSecretOptions): Plugin<YogaInitialContext> {
  const isRouterSecret = secretMatcher(routerSecret);
  // Documents are kept, and come again; most ask for none of these fields.
  const found = new WeakMap<DocumentNode, readonly FieldNode[]>();
  const schemaFieldsOf = (document: DocumentNode) => {
    const fields = found.get(document) ?? findSchemaFields(document);
    found.set(document, fields);
    return fields;
  };
  return {
    onValidate({ params: { documentAST }, context: { request } }) {
      const fields = schemaFieldsOf(documentAST);
      if (fields.length === 0) return undefined;
      const shown = request.headers.get(routerSecretHeader);
      if (shown !== null && isRouterSecret(shown)) return undefined;
      recordOf(request).refusal =
        `asks for the schema ${shown === null ? 'without' : 'with a wrong'} router secret`;
      // In place of whatever else is wrong with the document, which would tell about the schema, too.
      return ({ setResult }) => setResult(unknownFields(fields));
    },
  };
}

function findSchemaFields(document: DocumentNode): FieldNode[] {
  const fields: FieldNode[] = [];
  visit(document, {
    Field(field) {
      if (schemaFields.has(field.name.value)) fields.push(field);
    },
  });
  return fields;
}

function unknownFields(fields: readonly FieldNode[]): GraphQLError[] {
  const told = fields.slice(0, maxErrors).map(unknownField);
  return fields.length > maxErrors ? [...told, new GraphQLError(moreErrors)] : told;
}

function unknownField(field: FieldNode): GraphQLError {
  return new GraphQLError(`Cannot query field "${field.name.value}" on type "Query".`, { nodes: field });
}
