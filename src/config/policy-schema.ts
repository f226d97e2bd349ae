import { validateReverificationConfig } from '@clerk/shared/authorization';
import type { ReverificationConfig } from '@clerk/shared/types';
import { z } from 'zod';
import type { Allow } from '../mint/allow.ts';
import type { Templates } from '../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../mint/template-name.ts';
import { anyFunction, byName, type Format, listOr, text, trueOrFalse, wholeNumber } from './formats.ts';

/** The longest lifetime of a JWT template, in seconds: Clerk's Backend API, `expires_in_seconds`. */
export const longestLifetime = 315_360_000;

/** The defaults of a policy; times in seconds. `subjectClaim` depends on the template. */
export const policyDefaults = {
  maxLifetime: 3_600,
  maxCacheAge: 60,
  cache: true,
  allowImpersonated: false,
} as const;

const nonEmptyText = (example: string) => text(`expected a text such as ${example}`, (value) => value !== '');

const requirementError =
  'expected at least one of role, permission, feature, plan, reverification, as an object';
const reverificationError =
  "expected 'strict_mfa', 'strict', 'moderate', 'lax', or { level, afterMinutes }, as in Clerk's has()";

const requirement = z
  .strictObject(
    {
      role: nonEmptyText('org:admin').schema.optional(),
      permission: nonEmptyText('org:invoices:read').schema.optional(),
      feature: nonEmptyText('user:exports').schema.optional(),
      plan: nonEmptyText('user:pro').schema.optional(),
      reverification: z
        .custom<ReverificationConfig>(isReverification, { error: reverificationError })
        .optional(),
    },
    { error: objectError(requirementError) },
  )
  .refine((value) => Object.values(value).some((entry) => entry !== undefined), { error: requirementError });

function isReverification(value: unknown): boolean {
  return validateReverificationConfig(value as ReverificationConfig) !== false;
}

const claimParams = { error: 'expected the name of a claim, or the path to it as a list of names' };
const claimName = z.string(claimParams).min(1, claimParams);
const claimPath = z.union([claimName, z.array(claimName).min(1, claimParams).readonly()], claimParams);

const policy = z
  .strictObject(
    {
      requires: requirement.optional(),
      allow: anyFunction<Allow>().optional(),
      organizationClaim: claimPath.optional(),
      subjectClaim: claimPath.optional(),
      lifetime: wholeNumber({ unit: 'seconds', least: 30, most: longestLifetime }).schema.optional(),
      maxLifetime: wholeNumber({ unit: 'seconds', least: 1, most: longestLifetime }).schema.optional(),
      maxCacheAge: wholeNumber({ unit: 'seconds', least: 1, most: 86_400 }).schema.optional(),
      cache: trueOrFalse.schema.optional(),
      allowImpersonated: trueOrFalse.schema.optional(),
    },
    { error: objectError('expected the policy of the template as an object, such as {}') },
  )
  .refine(({ requires, organizationClaim }) => !mayConcernOrganization(requires) || organizationClaim, {
    path: ['organizationClaim'],
    error:
      'expected the path of the claim that carries the organization id, because `requires` names a role or ' +
      'permission, or a plan or feature that an organization may have (write user:... for those of users): ' +
      'without it, a token of another organization could be served right after a switch',
  })
  .refine(
    ({ lifetime, maxLifetime = policyDefaults.maxLifetime }) =>
      lifetime === undefined || lifetime <= maxLifetime,
    {
      path: ['lifetime'],
      error: ({ input }) => {
        const { maxLifetime = policyDefaults.maxLifetime } = input as { maxLifetime?: number };
        return `expected at most maxLifetime, which is ${maxLifetime} s`;
      },
    },
  );

// Clerk looks for a plan or feature without a scope among those of the organization, too.
function mayConcernOrganization(requires: z.output<typeof requirement> | undefined): boolean {
  const { role, permission, plan, feature } = requires ?? {};
  const entitlements = [plan, feature].filter((slug) => slug !== undefined);
  return Boolean(role || permission) || entitlements.some((slug) => !/^u(?:ser)?:/.test(slug));
}

/** The name of a template. */
export const templateName = text(`expected a template name: ${templateNameForm}`, isTemplateName).schema;

const templatesParams = {
  error: "expected the JWT templates that may be minted, by their names, such as hasura, or '*' for all",
};

/** The templates that may be minted. */
export const templates: Format<Templates> = {
  schema: z.union(
    [
      z.literal('*'),
      z.array(templateName).min(1, templatesParams).readonly(),
      byName(templateName as z.ZodType<string, string>, policy).refine(
        (policies) => Object.keys(policies).length > 0,
        templatesParams,
      ),
    ],
    templatesParams,
    // Clerk's type of a requirement excludes combinations that its has() accepts.
  ) as unknown as z.ZodType<Templates>,
  fromText: listOr('*'),
};

/** Returns the known names of a policy's properties, for its path such as `['templates', 'hasura', 'requires']`. */
export function knownPolicyNames(path: readonly PropertyKey[]): string[] {
  if (path.length === 2) return Object.keys(policy.shape);
  return path.length === 3 && path[2] === 'requires' ? Object.keys(requirement.shape) : [];
}

/** Returns an error function for values that are not objects. Unknown properties have another error. */
export function objectError(expected: string) {
  return (issue: { code?: string }) => (issue.code === 'invalid_type' ? expected : undefined);
}
