import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { keptText } from '../body/kept-body.ts';
import { rootFields } from '../documents/root-fields.ts';
import type { Operation } from '../fast-path/answer-skeleton.ts';
import type { FastPath } from '../fast-path.ts';
import { recordOf } from '../request-record.ts';

/** The root fields that the fast path answers. The others, such as `_entities`, need a check of each request. */
const answeredFields = new Set(['sessionToken', 'session', '__typename']);

/** The values of Yoga's context from which the fast path learns. */
interface LearntContext {
  request: Request;
  /** The request of node:http. */
  req?: object;
}

interface Candidate {
  readonly text: string;
  readonly operation: Operation;
}

/** Teaches the fast path the operations that Yoga has executed without an error. The last plugin, so that it sees the final headers. */
export function useFastPathLearning(fastPath: Pick<FastPath, 'learn'>): Plugin {
  const candidates = new WeakMap<Request, Candidate>();
  return {
    onExecute({ args: { schema, document, operationName, variableValues: variables, contextValue } }) {
      const { request, req } = contextValue as LearntContext;
      const text = keptText(req ?? request);
      if (text === undefined || !isAnswered(document, operationName)) return;
      candidates.set(request, { text, operation: { schema, document, operationName, variables } });
    },
    onResponse({ request, response: { status, headers } }) {
      const candidate = candidates.get(request);
      const { codes, operation: loggedName } = recordOf(request);
      const isJson = /^application\/(?:graphql-response\+)?json;/.test(headers.get('content-type') ?? '');
      if (!candidate || status !== 200 || codes.length > 0 || !isJson) return;
      const { text, operation } = candidate;
      const [authorization, accept, origin] = ['authorization', 'accept', 'origin'].map((name) =>
        headerOf(request, name),
      ) as [string, string, string];
      const { 'content-length': _length, ...learnt } = Object.fromEntries(headers);
      fastPath.learn({ authorization, accept, origin, text }, operation, loggedName, learnt);
    },
  };
}

function isAnswered(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) return false;
  return rootFields(document, operation).every(({ name }) => answeredFields.has(name.value));
}

function headerOf({ headers }: Request, name: string): string {
  return headers.get(name) ?? '';
}
