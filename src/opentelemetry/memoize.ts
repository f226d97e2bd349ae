/** A function of few distinct inputs, such as the attributes of requests. It computes each value once. */
export interface Memoized<Input extends object, Value> {
  /** Returns the value of an input. */
  of(input: Input): Value;
}

/**
 * Memoizes a function of few distinct inputs. The last one is compared field by field: most requests are equal, and a key in a
 * map would cost each of them a new text.
 *
 * @param fields - the fields of the input that decide about the value
 * @param make - makes the value of an input
 */
export function memoize<Input extends object, Value>(
  fields: readonly (keyof Input)[],
  make: (input: Input) => Value,
): Memoized<Input, Value> {
  // Not the inputs themselves, which may hold a request.
  const values = new Map<string, Known<Input, Value>>();
  let last: Known<Input, Value> | undefined;
  return {
    of(input) {
      if (last !== undefined && isEqual(last.input, input, fields)) return last.value;
      const key = JSON.stringify(fields.map((field) => input[field] ?? null));
      last = values.get(key);
      if (last === undefined) {
        const known = Object.fromEntries(fields.map((field) => [field, input[field]])) as Partial<Input>;
        last = { input: known, value: make(input) };
        values.set(key, last);
      }
      return last.value;
    },
  };
}

interface Known<Input, Value> {
  readonly input: Partial<Input>;
  readonly value: Value;
}

function isEqual<Input>(one: Partial<Input>, other: Input, fields: readonly (keyof Input)[]): boolean {
  for (const field of fields) if (one[field] !== other[field]) return false;
  return true;
}
