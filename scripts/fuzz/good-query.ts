/** Sends a valid query for a token. @returns whether the answer contains the token */
export async function answersGoodQuery(port: number, token: string): Promise<boolean> {
  const query = '{ session { id } sessionToken(template: "hasura") { jwt claims } }';
  const answer = await post(port, { query }, token);
  const { data } = JSON.parse(answer) as { data?: { session?: unknown; sessionToken?: { jwt?: unknown } } };
  return data?.session !== null && typeof data?.sessionToken?.jwt === 'string';
}

/** The size of the gateway's cache of documents. */
const cacheSize = 1_000;

/** Fills the gateway's cache of documents, so that later documents evict others. */
export async function fillDocuments(port: number): Promise<void> {
  for (let at = 0; at < cacheSize; at += 1) {
    const aliases = Array.from({ length: 8 }, (_, field) => `a${at}b${field}: session { id }`);
    await post(port, { query: `{ ${aliases.join(' ')} }` });
  }
}

async function post(port: number, body: object, token?: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return response.text();
}
