import { z } from 'zod';
import { parameterInvalid, reservedClaim, templateNotFound } from '../api-error.ts';
import { jsonObject } from '../data/fields.ts';
import { clockSkew, lifetime, templateName } from '../data/template-schema.ts';
import { randomId } from '../random-id.ts';
import { presentTemplate } from '../serializers/template.ts';
import type { Store } from '../store.ts';
import type { Template } from '../template.ts';
import { findReservedClaim } from '../tokens/reserved-claims.ts';
import {
  isTemplateAlgorithm,
  readTemplateKey,
  TEMPLATE_ALGORITHMS,
  type TemplateKey,
} from '../tokens/template-key.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, slice } from './list.ts';
import { flag, page, readBody, readQuery } from './read-request.ts';

const listQuery = z.strictObject({ paginated: flag, ...page });

const templateBody = z.object({
  name: templateName,
  claims: jsonObject,
  lifetime: lifetime.nullish(),
  allowed_clock_skew: clockSkew.nullish(),
  custom_signing_key: z.boolean().optional(),
  signing_algorithm: z.string().nullish(),
  signing_key: z.string().nullish(),
});

type Body = z.output<typeof templateBody>;

export const listTemplates: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.templates.values());
  const data = slice(found, query).map(presentTemplate);
  return c.json(query.paginated ? { data, total_count: found.length } : data);
};

export const getTemplate: Handler = (c, { store }) =>
  c.json(presentTemplate(findTemplate(store, pathParameter(c, 'template_id'))));

export const postTemplate: Handler = async (c, instance) => {
  const body = await readBody(c, templateBody);
  // Only now: the data may have been replaced while the body was arriving.
  const { store, clock } = instance;
  refuseReserved(body);
  refuseTaken(store, body.name, null);
  const now = clock.now();
  const template: Template = {
    id: randomId('jtmp'),
    name: body.name,
    claims: body.claims,
    lifetime: body.lifetime ?? 60,
    allowed_clock_skew: body.allowed_clock_skew ?? 5,
    key: body.custom_signing_key ? readKey(body) : null,
    created_at: now,
    updated_at: now,
  };
  store.templates.set(template.id, template);
  return c.json(presentTemplate(template));
};

export const patchTemplate: Handler = async (c, instance) => {
  const body = await readBody(c, templateBody);
  const { store, clock } = instance;
  const template = findTemplate(store, pathParameter(c, 'template_id'));
  refuseReserved(body);
  refuseTaken(store, body.name, template.id);
  const key = updatedKey(template, body);
  Object.assign(template, {
    name: body.name,
    claims: body.claims,
    lifetime: body.lifetime ?? template.lifetime,
    allowed_clock_skew: body.allowed_clock_skew ?? template.allowed_clock_skew,
    key,
    updated_at: clock.now(),
  });
  return c.json(presentTemplate(template));
};

export const deleteTemplate: Handler = (c, { store }) => {
  const template = findTemplate(store, pathParameter(c, 'template_id'));
  store.templates.delete(template.id);
  return c.json({ object: 'jwt_template', id: template.id, deleted: true });
};

function findTemplate(store: Store, id: string): Template {
  const template = store.templates.get(id);
  if (!template) throw templateNotFound('id', id);
  return template;
}

function refuseReserved({ claims }: Body) {
  const reserved = findReservedClaim(claims);
  if (reserved !== undefined) throw reservedClaim(reserved);
}

function refuseTaken(store: Store, name: string, ownId: string | null) {
  const taken = [...store.templates.values()].some(
    (template) => template.name === name && template.id !== ownId,
  );
  if (taken)
    throw parameterInvalid(
      'form_param_value_invalid',
      'name',
      `A JWT template named ${name} already exists.`,
    );
}

function updatedKey(template: Template, body: Body): TemplateKey | null {
  const custom = body.custom_signing_key ?? template.key !== null;
  if (!custom) return null;
  const touched = body.signing_key != null || body.signing_algorithm != null;
  return touched || template.key === null ? readKey(body) : template.key;
}

function readKey(body: Body): TemplateKey {
  const { signing_algorithm: algorithm, signing_key: key } = body;
  for (const [name, value] of Object.entries({ signing_algorithm: algorithm, signing_key: key })) {
    if (value != null) continue;
    const message = `\`${name}\` is required when \`custom_signing_key\` is \`true\`.`;
    throw parameterInvalid('form_conditional_param_missing', name, message);
  }
  if (!isTemplateAlgorithm(algorithm)) {
    const message = `signing_algorithm must be one of ${TEMPLATE_ALGORITHMS.join(', ')}.`;
    throw parameterInvalid('form_param_value_invalid', 'signing_algorithm', message);
  }
  try {
    return readTemplateKey(algorithm, key ?? '');
  } catch (error) {
    const message = `signing_key is invalid: ${(error as Error).message}.`;
    throw parameterInvalid('form_param_value_invalid', 'signing_key', message);
  }
}
