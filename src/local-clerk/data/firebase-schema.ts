import { z } from 'zod';
import { readTemplateKey } from '../tokens/template-key.ts';

/** The used fields of the key file of a Google service account: https://cloud.google.com/iam/docs/keys-create-delete */
export const firebaseSchema = z.object({
  client_email: z.email('expected the e-mail address of a service account'),
  private_key: z.string().optional().superRefine(refuseUnreadableKey),
});

function refuseUnreadableKey(key: string | undefined, context: z.RefinementCtx): void {
  if (key === undefined) return;
  try {
    readTemplateKey('RS256', key);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
}
