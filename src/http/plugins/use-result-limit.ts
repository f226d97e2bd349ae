import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { GatewayContext } from '../../graphql/context.ts';
import { type ResultUsage, resultTooLarge } from '../../graphql/result-usage.ts';
import { fitsJsonBytes } from '../../json/json-bytes.ts';

/** Most bytes of one result beside `jwt` and `claims`: names, ids, errors, the schema. */
const maxOtherBytes = 1_000_000;

/**
 * Replaces a result that is too large by one error, before it is written out. A field of a few characters may be asked for
 * thousands of times by aliases, fragments and representations, with names of any length.
 */
export function useResultLimit(): Plugin<object, Partial<GatewayContext>> {
  return {
    onExecutionResult({ result, setResult, context }) {
      // A document that is not valid has no context of the gateway's.
      const limited = (one: ExecutionResult) => withinLimit(one, context.resultUsage);
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, limited));
      else if (result) setResult(limited(result));
    },
  };
}

function withinLimit(result: ExecutionResult, usage: ResultUsage | undefined): ExecutionResult {
  if (usage?.refusal) return { errors: [usage.refusal] };
  // Many failed fields share one error.
  const short = result.errors ? { ...result, errors: [...new Set(result.errors)] } : result;
  if (fitsJsonBytes(short, maxOtherBytes + (usage?.tokenBytes ?? 0))) return short;
  return { errors: [resultTooLarge()] };
}
