import { demoData, type LocalClerkData } from '../../src/local-clerk/index.ts';
import { claimCanaries } from '../leaks/forbidden.ts';

/** Returns the demo data with canary values in users and templates. Only session tokens and minted tokens may contain them. */
export function canaryData(): LocalClerkData {
  const { users = [], jwt_templates: templates = [], ...others } = demoData();
  return {
    ...others,
    users: users.map((user) => ({
      ...user,
      features: [...(user.features ?? []), claimCanaries.session],
      public_metadata: { ...user.public_metadata, canary: claimCanaries.minted },
    })),
    jwt_templates: templates.map((template) => ({
      ...template,
      claims: { ...template.claims, canary: '{{user.public_metadata.canary}}' },
    })),
  };
}
