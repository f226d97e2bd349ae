import { type DocumentNode, execute, type GraphQLSchema, isObjectType } from 'graphql';
import type { Caller } from '../../auth/caller.ts';
import type { GatewayContext } from '../../graphql/context.ts';
import { createResultUsage } from '../../graphql/result-usage.ts';
import { schema as defaultSchema } from '../../graphql/schema.ts';
import { type TokenField, tokenFields } from '../../graphql/token.ts';
import type { MintedToken } from '../../mint/minted-token.ts';

/** A valid operation with the values of its variables. */
export interface Operation {
  readonly document: DocumentNode;
  /** As the client sent them. */
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  /** The schema that has executed it. @default the schema without discovery */
  readonly schema?: GraphQLSchema;
}

/** The answer of an operation as JSON, with gaps for the values of a request. */
export interface AnswerSkeleton {
  /** The templates whose tokens the operation loads, in the order in which it loads them. */
  readonly templates: readonly string[];
  readonly parts: readonly Part[];
  /** The memory that the parts take, as a number of characters. */
  readonly size: number;
}

/** JSON that is the same in every answer, or a gap: a field of a token, by the place of its template, or a field of the calling session. */
type Part =
  | string
  | { readonly token: number; readonly field: TokenField }
  | { readonly session: SessionField };

type SessionField = 'sessionId' | 'userId' | 'organizationId';

/**
 * Executes an operation once with graphql-js, on placeholders instead of tokens and caller, and returns its answer with gaps in their place. So
 * graphql-js alone decides about variables, aliases, fragments and directives.
 *
 * @returns `undefined` for an operation that fails, forces a mint, has more than `maxParts` parts, or has a leaf that is neither a placeholder, nor `null`, nor the name
 * of a type
 */
export async function createSkeleton({
  document,
  operationName,
  variables,
  schema = defaultSchema,
}: Operation): Promise<AnswerSkeleton | undefined> {
  const tokens = new Map<string, MintedToken>();
  const gaps = new Map<unknown, Part>(
    sessionFields.map((session) => [placeholderCaller[session], { session }]),
  );
  const contextValue: GatewayContext = {
    // A promise, as in Yoga's executions: tokens of root fields are loaded before those of the session.
    getCaller: async () => placeholderCaller,
    loadToken({ template, mode }) {
      if (mode !== 'cached') throw new Error('the operation forces a mint');
      const known = tokens.get(template);
      if (known) return known;
      const token = placeholderToken(tokens.size);
      for (const [field, resolve] of Object.entries(tokenFields))
        gaps.set(comparable(resolve(token, 0)), { token: tokens.size, field: field as TokenField });
      tokens.set(template, token);
      return token;
    },
    openTokenStream: () => Promise.reject(new Error('a query opens no stream')),
    listTokenTemplates: () => Promise.reject(new Error('the list differs between callers')),
    ...{ resultUsage: createResultUsage(), now: () => 0 },
  };
  const variableValues = variables ?? undefined;
  const result = await execute({ schema, document, contextValue, operationName, ...{ variableValues } });
  if (result.errors) return undefined;
  const parts: Part[] = [];
  if (!append({ parts, gaps, schema }, result)) return undefined;
  const joined = joinTexts(parts);
  const size = joined.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : gapSize), 0);
  return { templates: [...tokens.keys()], parts: joined, size };
}

/** The values from which the gaps of an answer are filled. */
export interface AnswerValues {
  /** The tokens of `AnswerSkeleton.templates`, in their order. */
  readonly tokens: readonly MintedToken[];
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The length of an answer, in characters, below which it is within all limits of a result. */
const maxLength = 50_000;
/** Maximum number of names, values and braces in the JSON of an answer. */
const maxParts = 5_000;
/** The memory that a gap takes, as a number of characters. */
const gapSize = 40;
/** The largest Int (GraphQL, section 3.5.1). */
const maxInt = 2 ** 31 - 1;

/** Returns an answer as JSON, or `undefined` for one that may exceed a limit. @throws RangeError for a token whose `exp` is no date */
export function fillAnswer({ parts }: AnswerSkeleton, values: AnswerValues): string | undefined {
  let json = '';
  for (const part of parts) {
    const text = typeof part === 'string' ? part : jsonOf(part, values);
    if (text === undefined || json.length + text.length > maxLength) return undefined;
    json += text;
  }
  return json;
}

function jsonOf(gap: Exclude<Part, string>, { tokens, caller, now }: AnswerValues): string | undefined {
  if ('session' in gap) return JSON.stringify(caller[gap.session]);
  const token = tokens[gap.token];
  if (token === undefined) return undefined;
  switch (gap.field) {
    case 'jwt':
      // Base64url and dots: `decodeMintedToken` has checked it.
      return `"${tokenFields.jwt(token)}"`;
    case 'expiresAt':
      return `"${tokenFields.expiresAt(token).toISOString()}"`;
    case 'expiresIn': {
      const seconds = tokenFields.expiresIn(token, now);
      return seconds <= maxInt ? String(seconds) : undefined;
    }
    case 'claims':
      return JSON.stringify(tokenFields.claims(token));
  }
}

const sessionFields = ['sessionId', 'userId', 'organizationId'] as const satisfies readonly SessionField[];

const placeholderCaller: Caller = {
  ...{ sessionId: 'placeholder of sessionId', userId: 'placeholder of userId' },
  ...{ organizationId: 'placeholder of organizationId', actorId: null },
  ...{ claims: {} as Caller['claims'], expiresAt: 0, has: () => false },
};

/** Returns a token each of whose fields differs from those of all other placeholders. */
function placeholderToken(at: number): MintedToken {
  return { jwt: `placeholder.of.${at}`, claims: {}, issuedAt: 0, expiresAt: 1_000_000_000 + at };
}

/** A skeleton under construction. */
interface Draft {
  readonly parts: Part[];
  /** The gap of each placeholder. */
  readonly gaps: ReadonlyMap<unknown, Part>;
  readonly schema: GraphQLSchema;
}

/**
 * Appends the JSON of a value of a result, with gaps for the placeholders.
 *
 * @returns `false` for a value that is neither a placeholder nor the name of a type, and for more than `maxParts`
 */
function append(draft: Draft, value: unknown): boolean {
  const { parts, gaps, schema } = draft;
  if (parts.length > maxParts) return false;
  const gap = gaps.get(comparable(value));
  if (gap !== undefined || value === null) return parts.push(gap ?? 'null') > 0;
  if (typeof value === 'string') return isObjectType(schema.getType(value)) && parts.push(`"${value}"`) > 0;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  parts.push('{');
  for (const [at, [name, inner]] of Object.entries(value).entries()) {
    parts.push(`${at === 0 ? '' : ','}"${name}":`);
    if (!append(draft, inner)) return false;
  }
  return parts.push('}') > 0;
}

/** Returns a value that can be compared by identity: the text of a date. */
function comparable(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

/** Joins the texts that follow each other. */
function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  let texts: string[] = [];
  const flush = () => {
    // Not by +, which keeps every piece in memory.
    if (texts.length > 0) joined.push(texts.join(''));
    texts = [];
  };
  for (const part of parts) {
    if (typeof part === 'string') {
      texts.push(part);
      continue;
    }
    flush();
    joined.push(part);
  }
  flush();
  return joined;
}
