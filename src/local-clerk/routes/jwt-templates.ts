import { z } from 'zod';
import { templateNotFound } from '../errors/error-catalog.ts';
import { randomId } from '../random-id.ts';
import { serializeTemplate } from '../serializers/jwt-template.ts';
import type { Store } from '../store/store.ts';
import type { Template } from '../store/template.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, pageOf } from './list.ts';
import { flag, page, readBody, readQuery } from './read-request.ts';
import {
  readSigningKey,
  refuseReservedClaim,
  refuseTakenName,
  templateBody,
  updatedKey,
} from './template-body.ts';

const listQuery = z.strictObject({ paginated: flag, ...page });

/** `GET /v1/jwt_templates`: a plain list, or a page with its total for `paginated=true`. */
export const listTemplates: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.templates.values());
  const data = pageOf(found, query).map(serializeTemplate);
  return c.json(query.paginated ? { data, total_count: found.length } : data);
};

/** `GET /v1/jwt_templates/{template_id}`. */
export const getTemplate: Handler = (c, { store }) =>
  c.json(serializeTemplate(findTemplate(store, pathParameter(c, 'template_id'))));

/** `POST /v1/jwt_templates`: creates a template. */
export const postTemplate: Handler = async (c, instance) => {
  const body = await readBody(c, templateBody);
  // The store is read after the body, because the data can be replaced while the body arrives.
  const { store, clock } = instance;
  refuseReservedClaim(body);
  refuseTakenName(store, body.name, null);
  const now = clock.now();
  const template: Template = {
    id: randomId('jtmp'),
    name: body.name,
    claims: body.claims,
    lifetime: body.lifetime ?? 60,
    allowed_clock_skew: body.allowed_clock_skew ?? 5,
    key: body.custom_signing_key ? readSigningKey(body) : null,
    created_at: now,
    updated_at: now,
  };
  store.templates.set(template.id, template);
  return c.json(serializeTemplate(template));
};

/** `PATCH /v1/jwt_templates/{template_id}`: `name` and `claims` are required; other absent fields keep their values. */
export const patchTemplate: Handler = async (c, instance) => {
  const body = await readBody(c, templateBody);
  const { store, clock } = instance;
  const template = findTemplate(store, pathParameter(c, 'template_id'));
  refuseReservedClaim(body);
  refuseTakenName(store, body.name, template.id);
  const key = updatedKey(template, body);
  Object.assign(template, {
    name: body.name,
    claims: body.claims,
    lifetime: body.lifetime ?? template.lifetime,
    allowed_clock_skew: body.allowed_clock_skew ?? template.allowed_clock_skew,
    key,
    updated_at: clock.now(),
  });
  return c.json(serializeTemplate(template));
};

/** `DELETE /v1/jwt_templates/{template_id}`. */
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
