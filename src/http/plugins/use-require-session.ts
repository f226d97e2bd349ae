import {
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  getArgumentValues,
  getOperationAST,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { requireCaller } from '../../graphql/context.ts';
import { isTemplateName } from '../../mint/template-name.ts';
import { rootFields } from '../documents/root-fields.ts';
import type { OperationContext } from '../operation-context.ts';

/** Root fields that need no session: a router composes the supergraph from them. */
const openFields = new Set(['_service', '__typename']);

/** Refuses an operation without a caller with 401, unless it selects open fields only. */
export function useRequireSession(): Plugin<OperationContext> {
  return {
    onExecute: ({ args, setResultAndStopExecution }) => refuseWithoutCaller(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) =>
      refuseWithoutCaller(args, setResultAndStopExecution),
  };
}

async function refuseWithoutCaller(
  args: ExecutionArgs,
  stop: (result: ExecutionResult) => void,
): Promise<void> {
  const { document, operationName, contextValue } = args;
  const operation = getOperationAST(document, operationName);
  const fields = operation ? rootFields(document, operation) : [];
  if (operation && fields.every(({ name }) => openFields.has(name.value))) return;
  const context = contextValue as OperationContext;
  try {
    await requireCaller(context);
  } catch (error) {
    // No resolver runs: this audits the templates that a revoked session queries.
    await Promise.allSettled(templatesOf(fields, args).map(context.requireTokenCaller));
    stop({ errors: [withStatus(error)] });
  }
}

function templatesOf(fields: readonly FieldNode[], { schema, variableValues }: ExecutionArgs): string[] {
  const definition = schema.getQueryType()?.getFields().sessionToken;
  const tokenFields = fields.filter(({ name }) => name.value === definition?.name);
  return tokenFields.flatMap((field) => {
    try {
      const { template } = definition ? getArgumentValues(definition, field, variableValues) : {};
      return isTemplateName(template) ? [template] : [];
    } catch {
      // A variable is missing or has another type.
      return [];
    }
  });
}

function withStatus(error: unknown): GraphQLError {
  if (!(error instanceof GraphQLError)) throw error;
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: httpOf(error.extensions.code) },
  });
}

function httpOf(code: unknown) {
  if (code === 'UNAUTHENTICATED') return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
  return { status: code === 'UPSTREAM_UNAVAILABLE' ? 503 : 500 };
}
