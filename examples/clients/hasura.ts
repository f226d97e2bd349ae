import type { TokenSource } from 'mintgate/client';

interface HasuraAnswer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Asks Hasura over plain fetch; once more with a fresh token when it says that the token is not valid. */
export async function askHasura(url: string, source: TokenSource, query: string): Promise<HasuraAnswer> {
  const ask = async (forceRefresh: boolean): Promise<HasuraAnswer> => {
    const token = await source.getToken({ forceRefresh });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as HasuraAnswer;
  };
  const answer = await ask(false);
  // Hasura says so with the status 200.
  const refused = answer.errors?.some(({ extensions }) => extensions?.code === 'invalid-jwt');
  return refused ? ask(true) : answer;
}
