import type { AuthorizationRequirement, Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { Allow } from './allow.ts';

/** The policy of a template: the callers that may mint it, and the tokens that are accepted. */
export interface TemplatePolicy {
  /**
   * Requirements for the caller's session: anything that Clerk's `has()` takes (role, permission, feature, plan, reverification). A role
   * or permission, and a plan or feature that is not marked `user:`, also require `organizationClaim`.
   * @default undefined (every signed-in caller may mint)
   */
  requires?: AuthorizationRequirement;
  /**
   * Your own check, called after `requires`. It gets the caller, whose claims must not be changed, and returns `true` for a caller that
   * may have the token. It is called for every request, even when the token comes from the cache, and for each token of a subscription.
   * A subscription to such a template ends when the session token that opened it expires. The check has as long as the request
   * (`deadline`). Anything but `true` is answered `FORBIDDEN`; an error, another value than `false`, and a timeout are also logged.
   * @default undefined (every caller that fulfils `requires` may mint)
   */
  allow?: Allow;
  /**
   * The path in the minted claims to the organization id, one element per level; a text is the name of a top-level claim. Clerk mints
   * for the organization that is active on its server. For up to a minute after a switch, that is another one than the caller's: a token
   * whose claim differs from the caller's organization is discarded.
   * @default undefined (the organization is not checked)
   */
  organizationClaim?: string | readonly string[];
  /**
   * The claim of the minted token that must be the caller's user id: its name, or the path to it, as in `organizationClaim`. Other
   * tokens are refused.
   * @default 'sub', or 'uid' for the template `integration_firebase`, whose `sub` is a service account
   */
  subjectClaim?: string | readonly string[];
  /** The lifetime requested from Clerk, in seconds, 30 to 315,360,000. @default undefined (the lifetime of the template at Clerk) */
  lifetime?: number;
  /** The longest accepted lifetime of a minted token, in seconds; longer ones are refused. @default 3600 */
  maxLifetime?: number;
  /**
   * How long a token is served from the cache before a new one is minted, in seconds from its `iat`; never longer than its `exp`. Its
   * claims are at most this old.
   * @default 60
   */
  maxCacheAge?: number;
  /** `false` mints for every request and caches nothing. @default true */
  cache?: boolean;
  /** Whether an impersonated session (claim `act`) may mint. @default false */
  allowImpersonated?: boolean;
}

/** The template of Clerk's Firebase integration. Its token carries the user as `uid` and a service account as `sub`. */
export const firebaseTemplate = 'integration_firebase';

/** A policy with every default filled in. */
export interface ResolvedPolicy {
  /** The name of the template in metrics: `other` for one that is not configured by its name, because callers choose that. */
  readonly label: string;
  readonly requires: AuthorizationRequirement | undefined;
  readonly allow: Allow | undefined;
  readonly organizationClaim: readonly string[] | undefined;
  readonly subjectClaim: readonly string[];
  readonly lifetime: number | undefined;
  readonly maxLifetime: number;
  readonly maxCacheAge: number;
  readonly cache: boolean;
  readonly allowImpersonated: boolean;
}

/** Returns the policy of a template, or `undefined` for a template that is not configured. */
export type Policies = (template: string) => ResolvedPolicy | undefined;

/** The templates that may be minted: policies by name, a list of names, or `'*'` for all of them. */
export type Templates = Readonly<Record<string, TemplatePolicy>> | readonly string[] | '*';

/** The configured templates with their complete policies. */
export interface ResolvedTemplates {
  readonly byName: ReadonlyMap<string, ResolvedPolicy>;
  /** The policy of every other template; undefined where no other template is configured. */
  readonly others: ResolvedPolicy | undefined;
}

/** Creates the lookup of policies by template name. */
export function createPolicies({ byName, others }: ResolvedTemplates): Policies {
  return (template) => byName.get(template) ?? others;
}

/** Returns the longest `maxCacheAge` of all policies, in seconds. */
export function longestCacheAge({ byName, others }: ResolvedTemplates): number {
  const policies = [...byName.values(), ...(others ? [others] : [])];
  return Math.max(...policies.map(({ maxCacheAge }) => maxCacheAge));
}

/**
 * Returns the policy of a template if the caller may mint it, or `undefined`. The policy's `allow` is not checked.
 */
export function findPolicy(policies: Policies, caller: Caller, template: string): ResolvedPolicy | undefined {
  try {
    return authorize(policies, caller, template);
  } catch {
    return undefined;
  }
}

/**
 * Returns the policy of a template if the caller may mint it. Every request calls this before the cache is read; the policy's `allow`
 * is checked later.
 *
 * @throws `TEMPLATE_NOT_FOUND` for a template that is not configured, `FORBIDDEN` for a caller that the policy refuses
 */
export function authorize(policies: Policies, caller: Caller, template: string): ResolvedPolicy {
  const policy = policies(template);
  if (policy === undefined) throw gatewayError('TEMPLATE_NOT_FOUND', { reason: 'not configured' });
  if (caller.actorId !== null && !policy.allowImpersonated) {
    throw gatewayError('FORBIDDEN', { reason: 'impersonated session' });
  }
  if (policy.requires !== undefined && !caller.has(policy.requires)) {
    throw gatewayError('FORBIDDEN', { reason: `lacks ${Object.keys(policy.requires).sort().join(' and ')}` });
  }
  return policy;
}
