import { apiKeysPage } from '../../errors.ts';

/** The line for the templates in a new `.env`, as a setting or as a comment. */
type TemplatesLine = 'MINTGATE_TEMPLATES=hasura' | '# MINTGATE_TEMPLATES=hasura';

/**
 * Returns the text of a first `.env`.
 *
 * @param templates - a comment where the config file names the templates
 */
export function dotEnvText(templates: TemplatesLine): string {
  return `# Settings of Mintgate. mintgate --help lists all of them. Do not commit this file.

# Found in ${apiKeysPage}.
# A secret may also be in a file: CLERK_SECRET_KEY_FILE names it.
CLERK_SECRET_KEY=sk_test_...
CLERK_PUBLISHABLE_KEY=pk_test_...
# Origins of the frontends whose session tokens are accepted, separated by commas.
CLERK_AUTHORIZED_PARTIES=http://localhost:3000
# Exact origins of browser pages that may query, separated by commas.
MINTGATE_CORS_ORIGINS=http://localhost:3000
# JWT templates that may be minted, separated by commas. If mintgate.config.ts names templates, this limits them.
${templates}
`;
}

/** The text of a first `mintgate.config.ts`. */
export const configText = `import { defineConfig } from 'mintgate';

export default defineConfig({
  // JWT templates that callers may mint, by their names in the Clerk Dashboard, each with its policy.
  templates: {
    hasura: {},
  },
});
`;
