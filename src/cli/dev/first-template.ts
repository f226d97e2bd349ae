import { isTemplateName } from '../../mint/template-name.ts';
import type { DemoTemplate } from './demo-world.ts';

/** The template that examples ask for: `hasura` where there is one, else the first that can be asked for. */
export function firstTemplate(templates: readonly DemoTemplate[]): DemoTemplate | undefined {
  return (
    templates.find(({ name }) => name === 'hasura') ?? templates.find(({ name }) => isTemplateName(name))
  );
}
