import type { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { type Answer, readAnswer } from './answer.ts';

/** Sends a typed operation to a GraphQL endpoint by POST. */
export async function postOperation<TResult, TVariables>(
  url: string,
  document: TypedDocumentString<TResult, TVariables>,
  asking: { variables: TVariables; token?: string; headers?: Record<string, string> },
): Promise<Answer & { data: TResult }> {
  const { variables, token, headers } = asking;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  return readAnswer(response);
}
