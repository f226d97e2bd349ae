import { z } from 'zod';
import { exchangeEndpoint } from '../http/endpoints.ts';
import type { Templates } from '../mint/policy.ts';
import { isTemplateName } from '../mint/template-name.ts';
import { byName } from './formats.ts';
import { templateName } from './policy-schema.ts';
import { templateNames } from './resolve-templates.ts';

const audiencesError =
  "expected the audiences of the token exchange with the template of each, such as { 'https://api.example.com': 'hasura' }";
const audienceError = 'expected an audience: a text that is not empty';

/** The audiences of the token exchange, each with the name of its template. */
export const tokenExchange: z.ZodType<Readonly<Record<string, string>>> = byName(
  z.string().min(1, { error: audienceError }),
  templateName,
  { error: audiencesError },
).refine((audiences) => Object.keys(audiences).length > 0, { error: audiencesError });

const besideAuthenticate =
  'expected no token exchange beside authenticate: the exchange verifies the session token itself';
const takenPath = `expected another path than ${exchangeEndpoint}, at which the token exchange answers`;
const notConfigured = 'expected a template that is configured by templates (MINTGATE_TEMPLATES limits them)';

/** Refuses a token exchange that contradicts other options. Malformed options have their own errors. */
export function refuseUnusableExchange(
  values: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  if (values.tokenExchange === undefined) return;
  const addIssue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (values.authenticate !== undefined) addIssue(['tokenExchange'], besideAuthenticate);
  if (values.graphqlEndpoint === exchangeEndpoint) addIssue(['graphqlEndpoint'], takenPath);
  const templates = values.templates as Templates;
  if (templates === '*') return;
  const configured = templateNames(templates);
  for (const [audience, template] of Object.entries(values.tokenExchange as Record<string, string>))
    if (isTemplateName(template) && !configured.includes(template))
      addIssue(['tokenExchange', audience], notConfigured);
}
