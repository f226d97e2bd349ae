import type { ClerkClient } from '@clerk/backend';
import { type ClerkFailure, readClerkFailure } from './clerk-failure.ts';

/** The outcome of one call: the names of the JWT templates of the instance, or a failure. */
export type ListTemplatesResult =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'failure'; readonly failure: ClerkFailure };

/** The most templates that Clerk lists in one answer. */
const maxTemplates = 500;

/**
 * Calls Clerk once for the names of at most 500 JWT templates. Templates of Clerk's integrations are not among them. Never rejects. Has
 * no timeout.
 *
 * @param templates - the SDK's API for JWT templates
 */
export async function listTemplates(
  templates: Pick<ClerkClient['jwtTemplates'], 'list'>,
): Promise<ListTemplatesResult> {
  try {
    const answer: unknown = await templates.list({ limit: maxTemplates });
    return readAnswer(answer);
  } catch (error) {
    return { kind: 'failure', failure: readClerkFailure(error) };
  }
}

// With an unexpected content type the SDK resolves to the body's text.
function readAnswer(answer: unknown): ListTemplatesResult {
  const data = (answer as { data?: unknown } | null | undefined)?.data;
  const names = Array.isArray(data)
    ? data.map((template) => (template as { name?: unknown } | null)?.name)
    : [];
  if (Array.isArray(data) && names.every((name) => typeof name === 'string')) return { kind: 'names', names };
  return { kind: 'failure', failure: { kind: 'unavailable', reason: "Clerk's answer lists no templates" } };
}
