import {
  firebaseTemplate,
  type ResolvedPolicy,
  type ResolvedTemplates,
  type TemplatePolicy,
  type Templates,
} from '../mint/policy.ts';
import { policyDefaults } from './policy-schema.ts';

/** Returns the configured templates with complete policies; a template that is only named has the default policy. */
export function resolveTemplates(templates: Templates): ResolvedTemplates {
  if (templates === '*') {
    const firebase = resolvePolicy(firebaseTemplate, {});
    return {
      byName: new Map([[firebaseTemplate, firebase]]),
      others: { ...resolvePolicy('*', {}), label: 'other' },
    };
  }
  const policies = entries(templates).map(([name, policy]) => [name, resolvePolicy(name, policy)] as const);
  return { byName: new Map(policies), others: undefined };
}

/** Returns the names of the configured templates; none for `'*'`. */
export function templateNames(templates: Templates): string[] {
  return templates === '*' ? [] : entries(templates).map(([name]) => name);
}

function entries(templates: Exclude<Templates, '*'>): (readonly [name: string, TemplatePolicy])[] {
  return isList(templates) ? templates.map((name) => [name, {}] as const) : Object.entries(templates);
}

// Array.isArray does not narrow a type to readonly arrays.
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
    maxLifetime = policyDefaults.maxLifetime,
    maxCacheAge = policyDefaults.maxCacheAge,
    cache = policyDefaults.cache,
    allowImpersonated = policyDefaults.allowImpersonated,
  } = policy;
  return {
    label: name,
    ...{ requires, allow, subjectClaim: claimPathOf(subjectClaim) },
    organizationClaim: organizationClaim === undefined ? undefined : claimPathOf(organizationClaim),
    ...{ lifetime, maxLifetime, maxCacheAge, cache, allowImpersonated },
  };
}

function claimPathOf(claim: string | readonly string[]): readonly string[] {
  return typeof claim === 'string' ? [claim] : claim;
}
