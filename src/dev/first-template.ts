import type { DemoTemplate } from './demo-world.ts';

/** The template that examples ask for: `hasura` where there is one, else the first. */
export function firstTemplate(templates: readonly DemoTemplate[]): DemoTemplate | undefined {
  return templates.find(({ name }) => name === 'hasura') ?? templates[0];
}
