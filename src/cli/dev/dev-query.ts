import { defaultTemplate } from './default-template.ts';
import type { DemoTemplate } from './demo-world.ts';

/** Returns the first query in GraphiQL of `mintgate dev`. */
export function devQuery(templates: readonly DemoTemplate[]): string {
  const template = defaultTemplate(templates);
  return `query Tokens {
  session {
    id
    userId
    organizationId
  }${template ? tokenField(template) : ''}
}
`;
}

function tokenField({ name }: DemoTemplate): string {
  return `
  sessionToken(template: ${JSON.stringify(name)}) {
    expiresAt
    expiresIn
    claims
    jwt
  }`;
}
