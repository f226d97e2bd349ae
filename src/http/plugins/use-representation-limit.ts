import {
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { gatewayError } from '../../errors.ts';
import { rootFields } from '../documents/root-fields.ts';

/** Maximum number of representations in one operation, in all `_entities` fields together. */
const maxRepresentations = 10;

const tooMany = `The operation has too many representations: send at most ${maxRepresentations}.`;

/**
 * Bounds the representations that a router may resolve through `_entities`. Each is answered with the whole selection below it,
 * so that a small document with a long list would make an answer of hundreds of megabytes.
 */
export function useRepresentationLimit(): Plugin {
  // Documents are cached; most have no _entities field.
  const cache = new WeakMap<OperationDefinitionNode, readonly (ValueNode | undefined)[]>();
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const lists = cache.get(operation) ?? findRepresentations(args.document, operation);
      cache.set(operation, lists);
      if (lists.length === 0) return;
      const variables = coerceVariables(args.schema, operation, args.variableValues ?? {});
      const sizes = lists.map((list) => (list ? sizeOf(valueFromASTUntyped(list, variables)) : 0));
      if (sizes.reduce((sum, size) => sum + size, 0) <= maxRepresentations) return;
      setResultAndStopExecution({ errors: [gatewayError('BAD_USER_INPUT', { message: tooMany })] });
    },
  };
}

function findRepresentations(document: DocumentNode, operation: OperationDefinitionNode) {
  return rootFields(document, operation)
    .filter(({ name }) => name.value === '_entities')
    .map((field) => field.arguments?.[0]?.value);
}

// A value that is not a list counts as a list of one (GraphQL, "Input Coercion" of lists).
function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

/** Returns the values of variables, with their defaults. The execution refuses wrong ones. */
function coerceVariables(
  schema: Parameters<typeof getVariableValues>[0],
  { variableDefinitions = [] }: OperationDefinitionNode,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  // By default, graphql-js builds an error for every wrong element of a list.
  return getVariableValues(schema, variableDefinitions, inputs, { maxErrors: 1 }).coerced ?? {};
}
