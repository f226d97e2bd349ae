import { defaultTemplate } from './default-template.ts';
import type { DemoTemplate } from './demo-world.ts';

/** Whether the graph has `Session.tokenTemplates`. */
export type Discovery = 'on' | 'off';

/** Returns the first query in GraphiQL of `mintgate dev`. The token comes first, so that it is seen: the list of templates may be long. */
export function devQuery(templates: readonly DemoTemplate[], discovery: Discovery): string {
  const template = defaultTemplate(templates);
  return `query Tokens {${template ? tokenField(template) : ''}
  session {
    id
    userId
    organizationId${discovery === 'on' ? templatesField : ''}
  }
}
`;
}

const templatesField = `
    tokenTemplates {
      name
      lifetime
      mintable
    }`;

function tokenField({ name }: DemoTemplate): string {
  return `
  sessionToken(template: ${JSON.stringify(name)}) {
    expiresAt
    expiresIn
    claims
    jwt
  }`;
}
