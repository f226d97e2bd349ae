import { readBearer } from '../../auth/credentials.ts';
import { hasParsedBodyOnly, nodeRequestOf } from '../body/host-body.ts';
import { isUncompressed } from '../body/is-uncompressed.ts';
import { isInUtf8 } from '../body/media-type.ts';
import { readBody } from '../body/read-body.ts';
import { headerAsSent } from '../header-as-sent.ts';
import { ExchangeError, invalidRequest } from './exchange-error.ts';

/** Largest body, in bytes: Clerk's session tokens have less than 4 kB. */
const maxBytes = 16_384;
const formType = 'application/x-www-form-urlencoded';
const grant = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** The type of the tokens that are issued. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const subjectTypes: readonly string[] = [accessTokenType, 'urn:ietf:params:oauth:token-type:jwt'];

/**
 * Reads the parameters of an exchange (RFC 8693, section 2.1) from the form in the body. The session token is not verified.
 *
 * @param serverContext - Yoga's server context of the request
 * @throws ExchangeError; BodyError; HostConfigurationError if the host has read the body and not kept it
 */
export async function readExchange(request: Request, serverContext: object) {
  const form = collect(await readForm(request, serverContext));
  const need = (name: string) => {
    const value = form.get(name);
    if (value === undefined) throw invalidRequest(`The parameter ${name} is missing.`);
    return value;
  };
  if (need('grant_type') !== grant)
    throw new ExchangeError(400, 'unsupported_grant_type', `The grant_type is not ${grant}.`);
  for (const name of ['actor_token', 'actor_token_type', 'scope'])
    if (form.has(name)) throw invalidRequest(`The parameter ${name} is not supported: leave it out.`);
  if (form.has('resource')) throw new ExchangeError(400, 'invalid_target', 'Send audience, not resource.');
  if ((form.get('requested_token_type') ?? accessTokenType) !== accessTokenType)
    throw invalidRequest(`The requested_token_type is not ${accessTokenType}: leave it out.`);
  if (!subjectTypes.includes(need('subject_token_type')))
    throw invalidRequest(`The subject_token_type is not ${subjectTypes.join(' or ')}.`);
  const sessionToken = need('subject_token');
  if (readBearer(`Bearer ${sessionToken}`) !== sessionToken)
    throw invalidRequest('The subject_token is not a JWT: send the session token, whole.');
  return { audience: need('audience'), sessionToken };
}

// A host's parser makes a list of repeated values.
async function readForm(request: Request, serverContext: object): Promise<Iterable<[string, unknown]>> {
  if (!isInUtf8(headerAsSent(request, serverContext, 'content-type') ?? '', formType))
    throw invalidRequest(`The content-type is not ${formType} in UTF-8.`, 415);
  if (!isUncompressed(request.headers))
    throw invalidRequest('The body is compressed: send it uncompressed and without content-encoding.', 415);
  const node = nodeRequestOf(serverContext);
  const isParsed = node?.readableEnded === true && hasParsedBodyOnly(node);
  const text = await readBody(request, serverContext, maxBytes);
  return isParsed ? Object.entries(node.body as object) : new URLSearchParams(text);
}

// RFC 6749, section 3.2: a parameter without a value counts as omitted, and none may be repeated.
function collect(form: Iterable<[name: string, value: unknown]>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of form) {
    if (values.has(name) || typeof value !== 'string') throw invalidRequest('A parameter is repeated.');
    values.set(name, value);
  }
  return new Map([...values].filter(([, value]) => value !== ''));
}
