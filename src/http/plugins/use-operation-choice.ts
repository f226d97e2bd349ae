import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { TransportErrorCode } from '../../errors.ts';

/**
 * Says of a document without an operation to run what is missing: Yoga has one sentence for all of these mistakes.
 *
 * @throws GraphQLError after parsing, where Yoga throws its own
 */
export function useOperationChoice(): Plugin<YogaInitialContext> {
  return {
    onParse:
      () =>
      ({ result, context: { params } }) => {
        if (!isDocument(result) || getOperationAST(result, params.operationName)) return;
        const code: TransportErrorCode = 'GRAPHQL_VALIDATION_FAILED';
        const extensions = { code, http: { status: 400 } };
        throw new GraphQLError(mistakeIn(result, params.operationName), { extensions });
      },
  };
}

function isDocument(result: unknown): result is DocumentNode {
  return (result as DocumentNode | null)?.kind === Kind.DOCUMENT;
}

function mistakeIn({ definitions }: DocumentNode, operationName: unknown): string {
  if (!definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
    return 'The document has no operation, only fragments.';
  if (operationName === undefined || operationName === null)
    return 'The document has several operations: name one of them in operationName.';
  if (operationName === '')
    return 'The operationName is empty: leave it out, or name an operation of the document.';
  if (typeof operationName !== 'string')
    return 'The operationName must be a string, the name of an operation of the document.';
  return 'The document has no operation of the name in operationName.';
}
