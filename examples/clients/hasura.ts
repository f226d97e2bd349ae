import type { TokenSource } from 'mintgate/client';
import { freshOrHeld } from './transient.ts';

interface HasuraAnswer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Sends a query to Hasura with fetch. If Hasura refuses the token, it retries once with a new one. */
export async function queryHasura(url: string, source: TokenSource, query: string): Promise<HasuraAnswer> {
  const send = async (token: string | null): Promise<HasuraAnswer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as HasuraAnswer;
  };
  const token = await source.getToken();
  const answer = await send(token);
  // Hasura reports this with the status 200.
  const refused = answer.errors?.some(({ extensions }) => extensions?.code === 'invalid-jwt');
  if (!refused) return answer;
  const other = await freshOrHeld(source).catch(() => token);
  return other === token ? answer : send(other);
}
