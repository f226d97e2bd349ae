/**
 * The parts of two routers' configuration schemas that docs/federation.md uses. As in the originals, an unknown key is an error.
 */

const strictObject = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const bySubgraph = (schema: object) => ({ type: 'object', additionalProperties: schema });
const text = { type: 'string' };
const yesOrNo = { type: 'boolean' };
const context = {
  oneOf: [
    yesOrNo,
    { enum: ['all', 'deprecated'] },
    strictObject({ selective: { type: 'array', items: text } }, ['selective']),
  ],
};

/** Apollo Router 2.13: `router config schema`, definitions HeadersConfig, IncludeSubgraphErrorsConfig, TrafficShapingConfig, and Conf, SubgraphRequestConf and ContextConf of the coprocessor. */
export const apolloRouter = strictObject({
  headers: strictObject({
    subgraphs: bySubgraph(
      strictObject(
        {
          request: {
            type: 'array',
            items: {
              oneOf: [
                strictObject(
                  { propagate: strictObject({ named: text, rename: text, default: text }, ['named']) },
                  ['propagate'],
                ),
                strictObject({ insert: strictObject({ name: text, value: text }, ['name', 'value']) }, [
                  'insert',
                ]),
              ],
            },
          },
        },
        ['request'],
      ),
    ),
  }),
  include_subgraph_errors: strictObject({ all: yesOrNo, subgraphs: bySubgraph(yesOrNo) }),
  traffic_shaping: strictObject({ subgraphs: bySubgraph(strictObject({ deduplicate_query: yesOrNo })) }),
  coprocessor: strictObject(
    {
      ...{ url: text, timeout: text },
      subgraph: strictObject({
        all: strictObject({
          request: strictObject({
            ...{ headers: yesOrNo, context, body: yesOrNo, uri: yesOrNo, method: yesOrNo },
            ...{ service_name: yesOrNo, subgraph_request_id: yesOrNo },
          }),
        }),
      }),
    },
    ['url'],
  ),
});

/** Cosmo Router: `router/pkg/config/config.schema.json` in wundergraph/cosmo. */
export const cosmoRouter = strictObject({
  version: { enum: ['1'] },
  headers: strictObject({
    subgraphs: bySubgraph(
      strictObject({
        request: {
          type: 'array',
          items: {
            oneOf: [
              strictObject({ op: { enum: ['propagate'] }, named: text, rename: text, default: text }, ['op']),
              strictObject({ op: { const: 'set' }, name: text, value: text }, ['op', 'name', 'value']),
            ],
          },
        },
      }),
    ),
  }),
  subgraph_error_propagation: strictObject({
    mode: { enum: ['wrapped', 'pass-through'] },
    allowed_extension_fields: { type: 'array', items: text },
  }),
  engine: strictObject({ enable_single_flight: yesOrNo, enable_inbound_request_deduplication: yesOrNo }),
});
