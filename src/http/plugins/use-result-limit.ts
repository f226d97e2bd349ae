import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { GatewayContext } from '../../graphql/context.ts';
import { limitResult } from '../../graphql/result-usage.ts';

/** Replaces each result that is too large by one error, before it is serialized. */
export function useResultLimit(): Plugin<object, Partial<GatewayContext>> {
  return {
    onExecutionResult({ result, setResult, context }) {
      if (isAsyncIterable(result))
        // Each event of a subscription has its own usage.
        setResult(mapAsyncIterator(result, (event) => limitResult(event, context.resultUsage)));
      else if (result) setResult(limitResult(result, context.resultUsage));
    },
  };
}
