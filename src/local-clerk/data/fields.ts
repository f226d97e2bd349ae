import { z } from 'zod';
import { isWithinJsonDepth, maxJsonDepth } from '../../json/json-depth.ts';
import { isPlainObject, type PlainObject } from '../plain-object.ts';

/** 2024-01-01T00:00:00Z: things without a date of their own were made at fixed moments, so that lists keep their order. */
const EPOCH = 1_704_067_200_000;

/** An id as it stands in a path: Clerk's own are a prefix, an underscore, letters and digits. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'expected 1 to 100 letters, digits, _ or -');

/** Kept by reference rather than rebuilt, so that a key named `__proto__` stays a mere key. */
export const jsonObject = z
  .custom<PlainObject>(isPlainObject, 'expected an object')
  .refine((value) => isWithinJsonDepth(value), `expected at most ${maxJsonDepth} levels of nesting`);

/** An object; Clerk's API may also have null for none. */
export const metadata = jsonObject
  .nullable()
  .default(null)
  .transform((value): PlainObject => value ?? {});

export const optionalText = z.string().nullable().default(null);

/** Milliseconds since the epoch. */
export const moment = z.int().nonnegative();

/** Slugs of features or plans, as in Clerk's billing. */
export const slugs = z.array(z.string().regex(/^[a-z0-9_-]+$/i, 'expected a slug such as reports'));

/** The moment of creation of the thing at `index` in its list. */
export const creationTime = (index: number) => EPOCH + index * 1000;
