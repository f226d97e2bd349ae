import type { z } from 'zod';
import { slugOf } from './organization-schema.ts';
import { templateId } from './template-schema.ts';

interface Lists {
  users: { id: string }[];
  organizations: { id: string; slug?: string | null | undefined }[];
  sessions: { id: string }[];
  jwt_templates: { id?: string | undefined; name: string }[];
}

/** Adds an issue for every id, slug and template name that occurs a second time. */
export function refuseDuplicates(data: Lists, context: z.RefinementCtx): void {
  const idOf = ({ id }: { id: string }) => id;
  refuseRepeated(context, ['users', 'id'], data.users.map(idOf));
  refuseRepeated(context, ['organizations', 'id'], data.organizations.map(idOf));
  refuseRepeated(context, ['organizations', 'slug'], data.organizations.map(slugOf));
  refuseRepeated(context, ['sessions', 'id'], data.sessions.map(idOf));
  refuseRepeated(
    context,
    ['jwt_templates', 'name'],
    data.jwt_templates.map(({ name }) => name),
  );
  refuseRepeated(context, ['jwt_templates', 'id'], data.jwt_templates.map(templateId));
}

function refuseRepeated(context: z.RefinementCtx, [list, field]: [string, string], values: string[]): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (seen.has(value)) {
      const message = `expected "${value}" only once`;
      context.addIssue({ code: 'custom', path: [list, index, field], message });
    }
    seen.add(value);
  });
}
