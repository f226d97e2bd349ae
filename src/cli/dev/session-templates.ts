import type { FetchGateway } from '../../gateway/fetch-gateway.ts';
import { isRecord } from '../../json/is-record.ts';
import type { SignSessionToken } from './session-token-signer.ts';

/** The names of the configured templates, for one session. */
export interface SessionTemplates {
  /** Those that the policy lets the session mint. */
  mintable: readonly string[];
  others: readonly string[];
}

/** Asks the gateway for the templates of a session. Returns undefined where it does not answer with them. */
export type QueryTemplates = (sessionId: string) => Promise<SessionTemplates | undefined>;

interface TemplateQueryOptions {
  gateway: Pick<FetchGateway, 'fetch'>;
  signSessionToken: SignSessionToken;
  graphqlEndpoint: string;
}

const query = 'query SessionTemplates { session { tokenTemplates { name mintable } } }';

/** Creates the function that asks the gateway, in this process, as a frontend with a session token does. */
export function createTemplateQuery(options: TemplateQueryOptions): QueryTemplates {
  const { gateway, signSessionToken, graphqlEndpoint } = options;
  return async (sessionId) => {
    const token = await signSessionToken(sessionId);
    if (token === undefined) return undefined;
    const request = new Request(new URL(graphqlEndpoint, 'http://127.0.0.1'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const response = await gateway.fetch(request);
    return readTemplates(await response.json().catch(() => undefined));
  };
}

function readTemplates(answer: unknown): SessionTemplates | undefined {
  const data = isRecord(answer) ? answer.data : undefined;
  const session = isRecord(data) ? data.session : undefined;
  if (!isRecord(session)) return undefined;
  const templates = session.tokenTemplates as readonly { name: string; mintable: boolean }[];
  const { true: mintable = [], false: others = [] } = Object.groupBy(
    templates,
    (template) => `${template.mintable}`,
  );
  return { mintable: mintable.map(({ name }) => name), others: others.map(({ name }) => name) };
}

/** Returns what a session may mint, in words. */
export function describeTemplates({ mintable, others }: SessionTemplates): string {
  if (mintable.length === 0) return 'May mint no template';
  if (others.length === 0) return 'May mint every template';
  return mintable.length <= others.length
    ? `May mint only ${mintable.join(', ')}`
    : `May mint all but ${others.join(', ')}`;
}
