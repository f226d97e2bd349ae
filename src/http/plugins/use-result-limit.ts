import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { GatewayContext } from '../../graphql/context.ts';
import { limitResult } from '../../graphql/result-usage.ts';
import { type ResultStep, SubscriptionResults } from '../subscription-results.ts';

/** Replaces each result that is too large by one error, before it is serialized. */
export function useResultLimit(): Plugin<object, Partial<GatewayContext>> {
  return {
    onExecutionResult({ result, setResult, context }) {
      // Each event of a subscription has its own usage.
      const limit: ResultStep = (event) => limitResult(event, context.resultUsage);
      if (result instanceof SubscriptionResults) result.addStep(limit);
      else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, limit));
      else if (result) setResult(limit(result));
    },
  };
}
