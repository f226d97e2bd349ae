import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { templateSchema } from '../../../src/cli/types/json-schema.ts';
import { type TemplateType, typesOfTemplates } from '../../../src/cli/types/template-types.ts';
import { createMinter, randomClaims, randomData } from './random-templates.ts';

const seed = 20_261_129;

test('G01 the claims that the local Clerk mints from any template validate against its JSON Schema', async () => {
  const mint = await createMinter();
  const ajv = new Ajv2020();
  await fc.assert(
    fc.asyncProperty(
      randomClaims,
      fc.array(randomData, { minLength: 1, maxLength: 3 }),
      async (claims, worlds) => {
        const [type] = typesOfTemplates([{ kind: 'template', name: 'random', claims }]);
        const validate = ajv.compile(templateSchema(type as TemplateType) as object);
        for (const data of worlds) {
          const minted = await mint(data, claims);
          expect([minted, validate(minted), validate.errors]).toEqual([minted, true, null]);
        }
      },
    ),
    { seed, numRuns: 300 },
  );
}, 60_000);

test('claims of another type are refused', async () => {
  const mint = await createMinter();
  const [type] = typesOfTemplates([{ kind: 'template', name: 'random', claims: { a: ['{{user.id}}'] } }]);
  const validate = new Ajv2020().compile(templateSchema(type as TemplateType) as object);
  const [data] = fc.sample(randomData, { seed, numRuns: 1 });
  expect(validate(await mint(data ?? {}, { a: ['{{user.id}}'] }))).toBe(true);
  expect(validate(await mint(data ?? {}, { a: ['{{user.created_at}}'] }))).toBe(false);
  expect(validate(await mint(data ?? {}, {}))).toBe(false);
});
