import type { Handler } from './handler.ts';

/** `GET /v1/domains`: the only domain of the instance. */
export const listDomains: Handler = (c, { frontendApi }) =>
  c.json({
    data: [
      {
        object: 'domain',
        id: 'dmn_local',
        name: frontendApi,
        is_satellite: false,
        frontend_api_url: `http://${frontendApi}`,
        accounts_portal_url: null,
        proxy_url: null,
        development_origin: '',
        cname_targets: [],
      },
    ],
    total_count: 1,
  });
