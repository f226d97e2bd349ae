/** An error as a caller sees it. */
export interface AnswerError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; retryAfter?: number };
}

/** A GraphQL answer, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the tests are about
  data: any;
  errors: AnswerError[];
  /** The code of each error. */
  codes: (string | undefined)[];
  /** The body as it came. */
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

/** Asks for one token of a template. */
export const tokenQuery = 'query Token($template: String!) { sessionToken(template: $template) { jwt } }';
