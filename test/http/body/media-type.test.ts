import { expect, test } from 'vitest';
import { isInUtf8 } from '../../../src/http/body/media-type.ts';

const form = 'application/x-www-form-urlencoded';

test.each([form, form.toUpperCase(), `${form};charset=UTF-8`, `${form}; a=b; charset="utf8"`, `${form};`])(
  '%s is a form in UTF-8',
  (contentType) => {
    expect(isInUtf8(contentType, form)).toBe(true);
  },
);

test.each(['', 'multipart/form-data', `${form}x`, `${form}; charset=latin1`, `text/plain; ${form}`])(
  '%j is not a form in UTF-8',
  (contentType) => {
    expect(isInUtf8(contentType, form)).toBe(false);
  },
);
