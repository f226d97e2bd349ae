import { z } from 'zod';
import { isPlainObject, type PlainObject } from '../../json/is-plain-object.ts';
import { isWithinJsonDepth, maxJsonDepth } from '../../json/json-depth.ts';

/** The creation time of the first entry without a date: 2024-01-01T00:00:00Z. Fixed dates keep the order of lists. */
const defaultCreationTime = 1_704_067_200_000;

/** An id that can stand in a path. Clerk's own ids are a prefix, an underscore, letters and digits. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'expected 1 to 100 letters, digits, _ or -');

/** A JSON object. It is returned by reference, so that a key named `__proto__` stays an ordinary key. */
export const jsonObject = z
  .custom<PlainObject>(isPlainObject, 'expected an object')
  .refine((value) => isWithinJsonDepth(value), `expected at most ${maxJsonDepth} levels of nesting`);

/** Metadata: an object, or `null` for none as in Clerk's API. */
export const metadata = jsonObject
  .nullable()
  .default(null)
  .transform((value): PlainObject => value ?? {});

/** Text, or `null` for none. */
export const optionalText = z.string().nullable().default(null);

/** Milliseconds since the epoch. */
export const timestamp = z.int().nonnegative();

/** Slugs of features or plans, as in Clerk's billing. */
export const slugs = z.array(z.string().regex(/^[a-z0-9_-]+$/i, 'expected a slug such as reports'));

/** Returns the creation time of an entry without a date, in milliseconds since the epoch. @param index - its position in its list */
export const creationTime = (index: number) => defaultCreationTime + index * 1000;
