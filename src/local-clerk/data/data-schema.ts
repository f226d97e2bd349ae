import { z } from 'zod';
import { firebaseSchema } from './firebase-schema.ts';
import { membershipSchema } from './membership-schema.ts';
import { organizationSchema } from './organization-schema.ts';
import { refuseDuplicates } from './refuse-duplicates.ts';
import { refuseUnknownIds } from './refuse-unknown-ids.ts';
import { sessionSchema } from './session-schema.ts';
import { templateSchema } from './template-schema.ts';
import { userSchema } from './user-schema.ts';

/** The data of a local Clerk; every list is optional. */
export const dataSchema = z
  .object({
    users: z.array(userSchema).default([]),
    organizations: z.array(organizationSchema).default([]),
    organization_memberships: z.array(membershipSchema).default([]),
    sessions: z.array(sessionSchema).default([]),
    jwt_templates: z.array(templateSchema).default([]),
    firebase_integration: firebaseSchema.nullish(),
  })
  .superRefine(refuseDuplicates)
  .superRefine(refuseUnknownIds);
