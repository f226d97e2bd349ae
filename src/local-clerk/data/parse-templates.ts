import { z } from 'zod';
import { isPlainObject, type PlainObject } from '../../json/is-plain-object.ts';
import { findLists } from './find-lists.ts';
import { invalidData } from './invalid-data.ts';

// Any name and any claims: Clerk has templates that the local Clerk refuses, such as those with a claim `sid`.
const templateSchema = z.object({
  name: z.string(),
  claims: z.custom<PlainObject>(isPlainObject, 'expected an object').default(() => ({})),
});

const templatesSchema = z
  .object({
    jwt_templates: z.array(templateSchema).default([]),
    firebase_integration: z.custom<PlainObject>(isPlainObject, 'expected an object').nullish(),
  })
  .superRefine(refuseRepeatedNames);

// The message has the place, not the name, which may contain characters that change a terminal.
function refuseRepeatedNames(
  { jwt_templates: templates }: { jwt_templates: readonly { name: string }[] },
  context: z.RefinementCtx,
): void {
  const names = templates.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const path = ['jwt_templates', index, 'name'];
    context.addIssue({
      code: 'custom',
      path,
      message: 'expected another name than that of an earlier template',
    });
  }
}

/**
 * Reads the JWT templates in data of the local Clerk, or in the answer of Clerk's `GET /v1/jwt_templates`. Their other fields and the other
 * lists are not checked.
 *
 * @param json - the data as `JSON.parse` returns them
 * @throws Error with one line for each invalid value: its path and what was expected there
 */
export function parseTemplates(json: unknown): z.output<typeof templatesSchema> {
  const { lists, describePath } = findLists(json);
  const result = templatesSchema.safeParse(lists);
  if (result.success) return result.data;
  throw invalidData(result.error, describePath);
}
