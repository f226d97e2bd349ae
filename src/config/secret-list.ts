import { z } from 'zod';
import type { KeyList } from '../crypto/key-ring.ts';
import type { Format } from './formats.ts';

/** A secret, followed by older ones that are still accepted. */
export type SecretList = KeyList<string>;

/** Maximum number of entries. Each key costs a name for every value and every revocation. */
const maxEntries = 5;

const countError = `expected one to ${maxEntries} entries, the newest first`;

const repeatedError = 'occurs twice in the list: expected different entries, the newest first';

/** Returns the format of a secret, or of several that overlap while one replaces another: a text or a list, in text separated by commas or line feeds. */
export function secretList(one: Format<string>): Format<SecretList, string | readonly string[]> {
  const entries = z
    .array(one.schema as z.ZodType<string, string>)
    .superRefine(checkEntries)
    .readonly();
  const schema = z
    .union([one.schema as z.ZodType<string, string>, entries], {
      error: ({ input }) => one.schema.safeParse(input).error?.issues[0]?.message,
    })
    .transform((value) => (typeof value === 'string' ? [value] : value) as SecretList);
  return { schema, fromText: listFromText };
}

function checkEntries(entries: readonly string[], context: z.RefinementCtx): void {
  if (entries.length < 1 || entries.length > maxEntries) {
    context.addIssue({ code: 'custom', message: countError });
  }
  for (const [index, entry] of entries.entries()) {
    if (entries.indexOf(entry) < index) {
      context.addIssue({ code: 'custom', path: [index], message: repeatedError });
    }
  }
}

// A single secret stays a text, so that errors about it name no entry.
const listFromText = z.string().transform((text) => {
  const entries = text
    .split(/[,\r\n]/)
    .map((entry) => entry.trim())
    .filter(Boolean);
  return entries.length === 1 ? entries[0] : entries;
});
