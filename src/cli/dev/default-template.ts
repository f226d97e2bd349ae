import { isTemplateName } from '../../mint/template-name.ts';
import type { DemoTemplate } from './demo-world.ts';

/**
 * Returns the template for the examples on the pages: `hasura`, or the first template with a valid name. Returns undefined when there
 * is none.
 */
export function defaultTemplate(templates: readonly DemoTemplate[]): DemoTemplate | undefined {
  return (
    templates.find(({ name }) => name === 'hasura') ?? templates.find(({ name }) => isTemplateName(name))
  );
}
