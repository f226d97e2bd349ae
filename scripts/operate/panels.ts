/** A panel of the dashboard. */
export interface PanelDescription {
  readonly title: string;
  /** What it shows, and what to look for. */
  readonly description: string;
  /** The unit of Grafana: `s`, `ops`, `percentunit` or `short`. */
  readonly unit: string;
  /** `state` shows the present value as a word; `lines` and `stack` show values over time. */
  readonly kind: 'state' | 'lines' | 'stack';
  /** PromQL, by the name of its series in the legend. */
  readonly queries: Readonly<Record<string, string>>;
  /** The words for 0 and 1, of a state. */
  readonly words?: readonly [zero: string, one: string];
}

const instances = 'instance=~"$instance"';

/** A gauge of the selected instances. @param labels - further matchers */
const gauge = (name: string, labels = '') => `${name}{${instances}${labels}}`;

/** The rate of a counter per second, by a label. */
const rateBy = (label: string, name: string) =>
  `sum by (${label}) (rate(${name}{${instances}}[$__rate_interval]))`;

/** A quantile of a histogram. @param quantile - from 0 to 1 */
const quantile = (quantile: number, name: string) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket{${instances}}[$__rate_interval])))`;

const quantiles = (name: string) => ({
  median: quantile(0.5, name),
  '95 %': quantile(0.95, name),
  '99 %': quantile(0.99, name),
});

const lookups = `mintgate_cache_lookups_total{${instances}}[$__rate_interval]`;
const held = `mintgate_cache_lookups_total{${instances},mintgate_cache_result!="miss"}[$__rate_interval]`;

const state: readonly PanelDescription[] = [
  {
    title: 'Readiness',
    description: 'Whether /ready answers 200, for the instance that is worst off.',
    ...{ unit: 'short', kind: 'state', words: ['not ready', 'ready'] },
    queries: { ready: `min(${gauge('mintgate_ready')})` },
  },
  {
    title: 'Secret key',
    description: 'Whether Clerk accepts the secret key. No data: no answer of Clerk yet.',
    ...{ unit: 'short', kind: 'state', words: ['refused', 'accepted'] },
    queries: { accepted: `min(${gauge('mintgate_secret_key_accepted')})` },
  },
  {
    title: 'Circuit breaker',
    description: 'Open: calls to Clerk failed in a row, and one call every 2 s tries again.',
    ...{ unit: 'short', kind: 'state', words: ['open', 'closed'] },
    queries: {
      closed: `min(${gauge('mintgate_circuit_breaker_state', ',mintgate_circuit_breaker_state="closed"')})`,
    },
  },
  {
    title: 'Redis',
    description: 'Whether every instance can use Redis. No data: without REDIS_URL.',
    ...{ unit: 'short', kind: 'state', words: ['away', 'connected'] },
    queries: { connected: `min(${gauge('mintgate_redis_connected')})` },
  },
];

const requests: readonly PanelDescription[] = [
  {
    title: 'GraphQL requests per second',
    description: 'By what answered them: the fast path, or GraphQL Yoga.',
    ...{ unit: 'reqps', kind: 'stack' },
    queries: { '{{mintgate_path}}': rateBy('mintgate_path', 'mintgate_requests_total') },
  },
  {
    title: 'Time to answer',
    description: 'All HTTP requests. The slow ones wait for a mint.',
    ...{ unit: 's', kind: 'lines' },
    queries: quantiles('http_server_request_duration'),
  },
  {
    title: 'HTTP answers per second',
    description: 'By status. GraphQL errors have status 200: see the refused tokens.',
    ...{ unit: 'reqps', kind: 'stack' },
    queries: {
      '{{http_response_status_code}}': rateBy(
        'http_response_status_code',
        'http_server_request_duration_count',
      ),
    },
  },
  {
    title: 'Authentications per second',
    description: "unavailable: Clerk's key set cannot be fetched.",
    ...{ unit: 'ops', kind: 'stack' },
    queries: { '{{mintgate_outcome}}': rateBy('mintgate_outcome', 'mintgate_authentications_total') },
  },
  {
    title: 'Refused tokens per second',
    description: 'By reason: docs/troubleshooting.md, "Refusals in the statistics".',
    ...{ unit: 'ops', kind: 'lines' },
    queries: { '{{mintgate_refusal_reason}}': rateBy('mintgate_refusal_reason', 'mintgate_refusals_total') },
  },
  {
    title: 'Requests under way, open subscriptions',
    description: 'GraphQL alone.',
    ...{ unit: 'short', kind: 'lines' },
    queries: {
      requests: `sum(${gauge('graphql_server_active_requests')})`,
      subscriptions: `sum(${gauge('graphql_server_subscription_active')})`,
    },
  },
];

const tokens: readonly PanelDescription[] = [
  {
    title: 'Lookups in the cache per second',
    description: 'stale: no new token could be minted. miss: the request waits for a mint.',
    ...{ unit: 'ops', kind: 'stack' },
    queries: { '{{mintgate_cache_result}}': rateBy('mintgate_cache_result', 'mintgate_cache_lookups_total') },
  },
  {
    title: 'Share of lookups without a mint',
    description: 'The hit ratio.',
    ...{ unit: 'percentunit', kind: 'lines' },
    queries: { share: `sum(rate(${held})) / sum(rate(${lookups}))` },
  },
  {
    title: 'Tokens held in memory',
    description: 'At most MINTGATE_CACHE_SIZE.',
    ...{ unit: 'short', kind: 'lines' },
    queries: { '{{instance}}': `sum by (instance) (${gauge('mintgate_tokens_held')})` },
  },
  {
    title: 'Age of replaced tokens',
    description: 'How old a held token was when its successor arrived.',
    ...{ unit: 's', kind: 'lines' },
    queries: quantiles('mintgate_token_age'),
  },
  {
    title: 'Life of minted tokens',
    description: 'Seconds until they expire, when they are minted.',
    ...{ unit: 's', kind: 'lines' },
    queries: {
      '5 %': quantile(0.05, 'mintgate_token_time_left'),
      median: quantile(0.5, 'mintgate_token_time_left'),
    },
  },
];

const clerk: readonly PanelDescription[] = [
  {
    title: 'Mints per second, by outcome',
    description: 'All outcomes but minted are failures.',
    ...{ unit: 'ops', kind: 'stack' },
    queries: { '{{mintgate_mint_outcome}}': rateBy('mintgate_mint_outcome', 'mintgate_mints_total') },
  },
  {
    title: 'Mints per second, by template',
    description: 'A template that is not configured by its name counts as other.',
    ...{ unit: 'ops', kind: 'stack' },
    queries: { '{{mintgate_template}}': rateBy('mintgate_template', 'mintgate_mints_total') },
  },
  {
    title: 'Time of calls to Clerk',
    description: 'Each attempt counts.',
    ...{ unit: 's', kind: 'lines' },
    queries: quantiles('http_client_request_duration'),
  },
  {
    title: 'Failed calls to Clerk per second',
    description: 'By status, or by the kind of the failure.',
    ...{ unit: 'ops', kind: 'lines' },
    queries: {
      '{{error_type}}': `sum by (error_type) (rate(http_client_request_duration_count{${instances},error_type!=""}[$__rate_interval]))`,
    },
  },
  {
    title: 'Mint budget of 10 s',
    description: 'Above 80 % for long: raise the budget, or look for what mints so often.',
    ...{ unit: 'short', kind: 'lines' },
    queries: {
      used: `max(${gauge('mintgate_mint_budget_used')})`,
      limit: `max(${gauge('mintgate_mint_budget_limit')})`,
    },
  },
  {
    title: 'Mints that wait for the budget',
    description: "How many wait, and how long Clerk's Retry-After still stops all mints.",
    ...{ unit: 'short', kind: 'lines' },
    queries: {
      waiting: `sum(${gauge('mintgate_mint_queue_length')})`,
      'throttled for (s)': `max(${gauge('mintgate_throttle_remaining')})`,
    },
  },
];

const sharing: readonly PanelDescription[] = [
  {
    title: 'Redis commands per second',
    description: 'timeout: no answer within 50 ms. unavailable: not sent.',
    ...{ unit: 'ops', kind: 'stack' },
    queries: {
      '{{mintgate_redis_result}}': rateBy('mintgate_redis_result', 'mintgate_redis_commands_total'),
    },
  },
  {
    title: 'Revocations per second',
    description: 'By how the process learned of them.',
    ...{ unit: 'ops', kind: 'lines' },
    queries: {
      '{{mintgate_revocation_source}}': rateBy('mintgate_revocation_source', 'mintgate_revocations_total'),
    },
  },
  {
    title: 'Delay of revocations',
    description: 'From the event at Clerk to its effect in the process.',
    ...{ unit: 's', kind: 'lines' },
    queries: quantiles('mintgate_revocation_delay'),
  },
  {
    title: 'Reloads of the configuration',
    description: 'Since the start of the process.',
    ...{ unit: 'short', kind: 'lines' },
    queries: {
      '{{mintgate_reload_outcome}}': `sum by (mintgate_reload_outcome) (${gauge('mintgate_config_reloads_total')})`,
    },
  },
];

/** The panels of the dashboard, by the title of their row. */
export const rows: Readonly<Record<string, readonly PanelDescription[]>> = {
  State: state,
  Requests: requests,
  Tokens: tokens,
  Clerk: clerk,
  'Redis, revocation, configuration': sharing,
};
