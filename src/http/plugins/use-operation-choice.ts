import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { TransportErrorCode } from '../../errors.ts';

/**
 * Refuses a document without an operation to execute, with a message for each mistake: Yoga has one message for all of them.
 *
 * @throws GraphQLError after parsing, before Yoga throws its error
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
    return 'The document has only fragments: add an operation.';
  if (operationName === undefined || operationName === null)
    return 'The document has several operations: name one of them in operationName.';
  if (operationName === '')
    return 'The operationName is empty: omit it, or name an operation of the document.';
  if (typeof operationName !== 'string')
    return 'The operationName is not a string: name an operation of the document.';
  return 'The operationName is not in the document: name an operation of the document.';
}
