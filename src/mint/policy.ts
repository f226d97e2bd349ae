import type { AuthorizationRequirement, Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { Allow } from './allow.ts';

/** Who may mint a template, and what the minted token may look like. */
export interface TemplatePolicy {
  /**
   * What the caller's session must have: anything Clerk's `has()` takes (role, permission, feature, plan,
   * reverification). A role or permission, and a plan or feature that is not marked `user:`, also demand
   * `organizationClaim`.
   * @default undefined (every signed-in caller)
   */
  requires?: AuthorizationRequirement;
  /**
   * A check of your own, after `requires`: gets the caller, whose claims are to be read and not changed, and returns `true` for one
   * that may have the token. It is asked on every request, whether or not a token is held, and for each token of a subscription, which
   * ends with the session token that opened it. It may take as long as the request (`deadline`). `false` is `FORBIDDEN`; so are an
   * error, another value, and no answer in time, which are logged, too.
   * @default undefined (every caller that has what `requires` names)
   */
  allow?: Allow;
  /**
   * The path in the minted claims that carries the organization's id, one element per level; a text is the name of a
   * top-level claim. Clerk mints for the organization that its server holds active, which for some seconds after a
   * switch is not the caller's: a token whose claim differs from the caller's organization is discarded.
   * @default undefined (no promise about organizations is made)
   */
  organizationClaim?: string | readonly string[];
  /**
   * The claim of the minted token that must be the caller's user id: its name, or the path to it, as in `organizationClaim`. Other
   * tokens are refused.
   * @default 'sub'; for the template `integration_firebase`, whose `sub` is a service account, 'uid'
   */
  subjectClaim?: string | readonly string[];
  /** The life asked of Clerk, in seconds, 30 to 315,360,000. @default undefined (the template's own) */
  lifetime?: number;
  /** The longest life accepted of a minted token, in seconds; longer ones are refused. @default 3600 */
  maxLifetime?: number;
  /**
   * How long a held token is handed out before a new one is minted, in seconds from its `iat`; it never outlives its
   * `exp`. This is also how old what Clerk knew when it minted may be.
   * @default 60
   */
  maxCacheAge?: number;
  /** `false` mints for every request and holds nothing. @default true */
  cache?: boolean;
  /** Whether a session that is being impersonated (claim `act`) may mint. @default false */
  allowImpersonated?: boolean;
}

/** The longest life accepted of a minted token, in seconds, where its policy says nothing. */
export const defaultMaxLifetime = 3_600;

/** How old a held token may get, in seconds, where its policy says nothing. */
export const defaultMaxCacheAge = 60;

/** The template of Clerk's Firebase integration: a Firebase custom token, whose user is `uid` and whose `sub` is a service account. */
export const firebaseTemplate = 'integration_firebase';

/** A policy with every default filled in. */
export interface ResolvedPolicy {
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

/** Finds the policy of a template; undefined where the template is not configured. */
export type Policies = (template: string) => ResolvedPolicy | undefined;

/** The templates that exist: by name with their policies, by name alone, or all of them. */
export type Templates = Readonly<Record<string, TemplatePolicy>> | readonly string[] | '*';

/** Resolves the policies of the configured templates; a name alone has the default policy. */
export function createPolicies(templates: Templates): Policies {
  if (templates === '*') {
    const [firebase, others] = [resolvePolicy(firebaseTemplate, {}), resolvePolicy('*', {})];
    return (template) => (template === firebaseTemplate ? firebase : others);
  }
  const byName = new Map(entries(templates).map(([name, policy]) => [name, resolvePolicy(name, policy)]));
  return (template) => byName.get(template);
}

/** The names of the configured templates; none for `'*'`. */
export function templateNames(templates: Templates): string[] {
  return entries(templates).map(([name]) => name);
}

/** The longest `maxCacheAge` of all policies, in seconds. */
export function longestCacheAge(templates: Templates): number {
  return Math.max(defaultMaxCacheAge, ...entries(templates).map(([, policy]) => policy.maxCacheAge ?? 0));
}

function entries(templates: Templates): (readonly [name: string, TemplatePolicy])[] {
  if (templates === '*') return [];
  return isList(templates) ? templates.map((name) => [name, {}] as const) : Object.entries(templates);
}

// Array.isArray does not tell readonly arrays from records.
function isList(templates: Exclude<Templates, '*'>): templates is readonly string[] {
  return Array.isArray(templates);
}

function resolvePolicy(name: string, policy: TemplatePolicy): ResolvedPolicy {
  const {
    requires,
    allow,
    organizationClaim,
    subjectClaim = name === firebaseTemplate ? 'uid' : 'sub',
    lifetime,
    maxLifetime = defaultMaxLifetime,
    maxCacheAge = defaultMaxCacheAge,
    cache = true,
    allowImpersonated = false,
  } = policy;
  return {
    ...{ requires, allow, subjectClaim: pathOf(subjectClaim) },
    organizationClaim: organizationClaim === undefined ? undefined : pathOf(organizationClaim),
    ...{ lifetime, maxLifetime, maxCacheAge, cache, allowImpersonated },
  };
}

function pathOf(claim: string | readonly string[]): readonly string[] {
  return typeof claim === 'string' ? [claim] : claim;
}

/**
 * Decides whether a caller may mint a template, but for the policy's `allow`. Asked on every request, before anything else is looked at.
 *
 * @throws `TEMPLATE_NOT_FOUND` for a name outside the configuration, `FORBIDDEN` where the policy says no
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
