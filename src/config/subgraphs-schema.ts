import { z } from 'zod';
import { apolloCoprocessorPath } from '../http/endpoints.ts';
import type { Templates } from '../mint/policy.ts';
import { isTemplateName } from '../mint/template-name.ts';
import type { Subgraphs } from '../subgraphs/subgraph-token.ts';
import { isTokenHeaderName } from '../subgraphs/token-header-name.ts';
import { byName, oneOf, text } from './formats.ts';
import { objectError, templateName } from './policy-schema.ts';
import { templateNames } from './resolve-templates.ts';

const header = text(
  'expected the name of a request header in lower case, such as authorization or x-access-token, and none that has another meaning, such as host, cookie, or those that begin with x-forwarded- or sec-',
  isTokenHeaderName,
).schema;

const subgraph = z.strictObject(
  {
    template: templateName,
    header: header.optional(),
    onFailure: oneOf(['error', 'anonymous'], "expected 'error' or 'anonymous'").schema.optional(),
  },
  {
    error: objectError("expected the token of the subgraph as an object, such as { template: 'inventory' }"),
  },
);

const subgraphsParams = {
  error: "expected the tokens of subgraphs by their names, such as { inventory: { template: 'inventory' } }",
};

/** The tokens of the subgraphs of a supergraph. */
export const subgraphs = byName(z.string().min(1, subgraphsParams), subgraph, subgraphsParams).refine(
  (tokens) => Object.keys(tokens).length > 0,
  subgraphsParams,
) as unknown as z.ZodType<Subgraphs>;

/** The properties of the token of a subgraph. */
export const knownSubgraphNames = Object.keys(subgraph.shape);

const unknownTemplate =
  'expected one of the configured templates: add it to the option templates (MINTGATE_TEMPLATES limits them)';
const ownSubgraph =
  "expected another subgraph: this is Mintgate's own, which receives the session token (see mintgateSubgraph)";
const withoutSubgraphs =
  'expected the option subgraphs beside it, because the coprocessor needs the tokens of the subgraphs: set it in the config file';
const besideAuthenticate =
  'expected no option authenticate beside it, because a host cannot authenticate the callers of a router';
const takenPath = `expected a path that is not below ${apolloCoprocessorPath}, where the coprocessor answers`;

/** Checks what the tokens of subgraphs and the coprocessor require of other options. */
export function checkSubgraphs(values: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const mapped = Object.entries((values.subgraphs ?? {}) as Subgraphs);
  const templates = values.templates as Templates;
  const names = new Set(templateNames(templates));
  for (const [name, { template }] of mapped) {
    if (name === (values.mintgateSubgraph ?? 'mintgate')) refuse(['subgraphs', name], ownSubgraph);
    const isUnknown = templates !== '*' && !names.has(template);
    // A malformed name has its own error.
    if (isUnknown && isTemplateName(template)) refuse(['subgraphs', name, 'template'], unknownTemplate);
  }
  if (values.coprocessorSecret === undefined) return;
  if (values.subgraphs === undefined) refuse(['coprocessorSecret'], withoutSubgraphs);
  if (values.authenticate !== undefined) refuse(['coprocessorSecret'], besideAuthenticate);
  if (String(values.graphqlEndpoint).startsWith(apolloCoprocessorPath))
    refuse(['graphqlEndpoint'], takenPath);
}
