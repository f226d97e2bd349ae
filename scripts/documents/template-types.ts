import { typesOfTemplates } from '../../src/cli/types/template-types.ts';
import { typeOfShortcode } from '../../src/cli/types/type-of-claims.ts';
import { typeText, writeTypeScript } from '../../src/cli/types/typescript.ts';
import { type Shortcode, type ShortcodePath, shortcodes } from '../../src/jwt-templates/shortcodes.ts';
import { markdownTable } from './markdown-table.ts';

/** Returns the types of the values of shortcodes as a table. */
export function shortcodesTable(): string {
  const rows = Object.entries<Shortcode>(shortcodes).flatMap(([path, { type, nullWhen = 'never' }]) => {
    const rest = type === 'metadata' ? [[`\`{{${path}.plan}}\``, valueTypeOf(path, ['plan']), 'absent']] : [];
    return [[`\`{{${path}}}\``, valueTypeOf(path, []), nullWhen], ...rest];
  });
  return markdownTable(['shortcode', 'type', '`null` when'], rows);
}

/** Returns the type of a shortcode's value, without `null`. */
function valueTypeOf(path: string, keys: readonly string[]): string {
  if (keys.length > 0) return 'as declared, else `unknown`';
  if (shortcodes[path as ShortcodePath].type === 'metadata')
    return 'as declared, else `Record<string, unknown>`';
  const text = typeText(typeOfShortcode({ shortcode: path as ShortcodePath, keys }));
  return `\`${text.replace(/ \| null$/, '').replace(/\s+/g, ' ')}\``;
}

const claims = {
  aud: 'https://api.example.com',
  user: { id: '{{user.id}}', name: "{{user.full_name || 'friend'}}", username: '{{user.username}}' },
  plan: "{{user.public_metadata.plan || 'free'}}",
  permissions: '{{org_membership.permissions}}',
};

/** Returns the claims of a template as an example. */
export function exampleTemplate(): string {
  return `\`\`\`json\n${JSON.stringify(claims, null, 2)}\n\`\`\``;
}

/** Returns the generated interface of that template. */
export function exampleInterface(): string {
  const text = writeTypeScript(typesOfTemplates([{ kind: 'template', name: 'api', claims }]), 'no-register');
  const [, body = ''] = /(export interface ApiClaims [\s\S]*?^\}\n)/m.exec(text) ?? [];
  return `\`\`\`ts\n${body}\`\`\``;
}
