import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { requireCaller } from '../schema/caller-required.ts';
import type { GatewayContext } from '../schema/context.ts';
import { rootFields } from './root-fields.ts';

/** Root fields that anyone may ask for: a router composes the supergraph from them. */
const openFields = new Set(['_service', '__typename']);

/** Refuses an operation without a caller with HTTP 401, unless it asks only for open fields. */
export function useRequireSession(): Plugin<GatewayContext> {
  return {
    onExecute: ({ args, setResultAndStopExecution }) => refuse(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => refuse(args, setResultAndStopExecution),
  };
}

async function refuse(
  { document, operationName, contextValue }: ExecutionArgs,
  stop: (result: ExecutionResult) => void,
): Promise<void> {
  const operation = getOperationAST(document, operationName);
  if (operation && rootFields(document, operation).every(({ name }) => openFields.has(name.value))) return;
  try {
    await requireCaller(contextValue as GatewayContext);
  } catch (error) {
    stop({ errors: [withStatus(error)] });
  }
}

function withStatus(error: unknown): GraphQLError {
  if (!(error instanceof GraphQLError)) throw error;
  return new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: httpOf(error.extensions.code) },
  });
}

function httpOf(code: unknown) {
  if (code === 'UNAUTHENTICATED') return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
  return { status: code === 'UPSTREAM_UNAVAILABLE' ? 503 : 500 };
}
