import { type GraphQLSchema, parse, validate } from 'graphql';
import { schemaOf } from '../graphql/schema.ts';
import { isRecord } from '../json/is-record.ts';
import type { OptionProblem } from './problems.ts';

/** Returns the problems of persisted documents that do not fit the graph. The schema checks values that are not text. */
export function findDocumentProblems(options: unknown): OptionProblem[] {
  const { persistedDocuments: documents, discovery } = isRecord(options) ? options : {};
  if (!isRecord(documents)) return [];
  const schema = schemaOf({ discovery: discovery === true });
  return Object.entries(documents).flatMap(([id, text]) => {
    const mistake = typeof text === 'string' ? firstMistake(schema, text) : undefined;
    if (mistake === undefined) return [];
    const message = `expected a document that fits the graph: ${mistake}`;
    return [{ path: `persistedDocuments.${id}`, message }];
  });
}

/** Returns the first mistake that GraphQL finds in a document, or `undefined` for a document that fits the graph. */
function firstMistake(schema: GraphQLSchema, text: string): string | undefined {
  try {
    return validate(schema, parse(text), undefined, { maxErrors: 1 })[0]?.message;
  } catch (error) {
    return (error as Error).message;
  }
}
