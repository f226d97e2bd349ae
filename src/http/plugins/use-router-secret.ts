import { type DocumentNode, type FieldNode, GraphQLError, visit } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { recordOf } from '../request-record.ts';
import { maxErrors } from './use-document-limits.ts';

/** The request header that holds the secret. */
const routerSecretHeader = 'x-mintgate-router-secret';

/** graphql-js' message for a document with more errors than are reported. */
const moreErrors = 'Too many validation errors, error limit reached. Validation aborted.';

/** The root fields that answer the schema. */
const schemaFields = new Set(['_service', '__schema', '__type']);

interface RouterSecretOptions {
  /** Returns whether a value of the header is accepted at present. Compares in constant time. */
  isRouterSecret: (candidate: string) => boolean;
}

/**
 * Answers the schema only to requests with one of the secrets. For other requests the fields that answer it do not exist: the error is
 * graphql-js' own for an unknown field, and the rest of the document is not validated, so that no answer shows that there is a secret.
 */
export function useRouterSecret({ isRouterSecret }: RouterSecretOptions): Plugin<YogaInitialContext> {
  // Documents are cached; most have none of these fields.
  const cache = new WeakMap<DocumentNode, readonly FieldNode[]>();
  return {
    onValidate({ params: { documentAST }, context: { request } }) {
      const fields = cache.get(documentAST) ?? findSchemaFields(documentAST);
      cache.set(documentAST, fields);
      if (fields.length === 0) return undefined;
      const secret = request.headers.get(routerSecretHeader);
      if (secret !== null && isRouterSecret(secret)) return undefined;
      recordOf(request).refusal =
        `queries the schema ${secret === null ? 'without the' : 'with a wrong'} router secret`;
      // Replaces all other errors, which could reveal the schema, too.
      return ({ setResult }) => setResult(unknownFieldErrors(fields));
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

function unknownFieldErrors(fields: readonly FieldNode[]): GraphQLError[] {
  const errors = fields.slice(0, maxErrors).map(unknownFieldError);
  return fields.length > maxErrors ? [...errors, new GraphQLError(moreErrors)] : errors;
}

function unknownFieldError(field: FieldNode): GraphQLError {
  return new GraphQLError(`Cannot query field "${field.name.value}" on type "Query".`, { nodes: field });
}
