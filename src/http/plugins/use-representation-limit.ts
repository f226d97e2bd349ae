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

/** Most representations that one operation may hand to `_entities`, over all of its fields. */
const maxRepresentations = 10;

/**
 * Bounds what a router may ask through `_entities`. Every representation is answered with the whole selection below it,
 * so that a small document with a long list would make an answer of hundreds of megabytes.
 */
export function useRepresentationLimit(): Plugin {
  // Documents are kept, and come again; most ask for no entities at all.
  const lists = new WeakMap<OperationDefinitionNode, (ValueNode | undefined)[]>();
  const listsOf = (document: DocumentNode, operation: OperationDefinitionNode) => {
    const known = lists.get(operation);
    if (known) return known;
    const found = rootFields(document, operation)
      .filter(({ name }) => name.value === '_entities')
      .map((field) => field.arguments?.[0]?.value);
    lists.set(operation, found);
    return found;
  };
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName);
      const asked = operation ? listsOf(args.document, operation) : [];
      if (!operation || asked.length === 0) return;
      const variables = coercedVariables(args.schema, operation, args.variableValues ?? {});
      const sizes = asked.map((list) => (list ? sizeOf(valueFromASTUntyped(list, variables)) : 0));
      if (sizes.reduce((sum, size) => sum + size, 0) <= maxRepresentations) return;
      const message = `One operation may resolve at most ${maxRepresentations} representations.`;
      setResultAndStopExecution({ errors: [gatewayError('BAD_USER_INPUT', { message })] });
    },
  };
}

// A value that is no list is a list of one (GraphQL, "Input Coercion" of lists).
function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

// With their defaults. Wrong variables are left to the execution, which refuses them.
function coercedVariables(
  schema: Parameters<typeof getVariableValues>[0],
  { variableDefinitions = [] }: OperationDefinitionNode,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  // One error will do: by default, an error is built for every wrong element of a list.
  return getVariableValues(schema, variableDefinitions, inputs, { maxErrors: 1 }).coerced ?? {};
}
