/** An error as a caller sees it. */
export interface AnswerError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; retryAfter?: number };
}

/** A complete GraphQL answer. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows its data
  data: any;
  errors: AnswerError[];
  /** The code of each error. */
  codes: (string | undefined)[];
  /** The body as text. */
  text: string;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: AnswerError[] };
  return {
    status: response.status,
    headers: response.headers,
    data,
    errors,
    codes: errors.map((error) => error.extensions?.code),
    text,
  };
}

/** Selects one token of a template. */
export const tokenQuery = 'query Token($template: String!) { sessionToken(template: $template) { jwt } }';
