import type { Step } from './step.ts';

/**
 * Every step of CI but `npm ci`, which comes first. They are tried in this order, so steps that run alone come last: until then, everything
 * is installed, and the others have ended. Shares and memory are rounded up from a run on two processors.
 */
export const steps: readonly Step[] = [
  { id: 'packages', title: 'packages of the examples and the benchmark', share: 20, memory: 1_000 },
  { id: 'redis_server', title: 'redis-server', share: 10 },
  // After the other installation of Debian packages, because apt has a lock.
  { id: 'prometheus', title: 'prometheus', after: ['redis_server'], share: 10 },
  { id: 'one_graphql', title: 'one copy of graphql', share: 10 },
  // It writes source files, so everything that reads them comes after it. A file that is newer than the build makes that out of date.
  { id: 'generated_files', title: 'generated files are current', share: 40 },
  { id: 'build', title: 'build', after: ['generated_files'], share: 40 },
  { id: 'lint', title: 'format and lint', after: ['generated_files'], share: 40 },
  { id: 'types', title: 'types', after: ['generated_files'], share: 40 },
  { id: 'rooms', title: 'imports point downward', after: ['generated_files'], share: 20 },
  {
    ...{ id: 'licences', title: 'licences of production dependencies and bundled packages' },
    ...{ after: ['build'], share: 20 },
  },
  // They fill both processors, and only installations run beside them: the tests of timeouts stay far from their limits.
  { id: 'tests', title: 'tests', after: ['redis_server', 'build'], share: 70, memory: 4_000 },
  // The longest first. All of them come after the build, so that the tests begin before them.
  { id: 'mounts', title: 'mounts', after: ['packages', 'build'], share: 60, memory: 4_000 },
  {
    ...{ id: 'alerts', title: 'alerts and dashboard' },
    ...{ after: ['prometheus', 'redis_server', 'build'], share: 20, memory: 1_000 },
  },
  { id: 'clients', title: 'recipes for clients', after: ['packages', 'build'], share: 20, memory: 1_500 },
  {
    ...{ id: 'fuzz', title: 'a minute of random documents, variables, headers and bytes' },
    ...{ after: ['build'], share: 20, memory: 1_000 },
  },
  {
    ...{ id: 'federation', title: 'federation through Apollo Gateway and Hive Gateway' },
    ...{ after: ['packages', 'build'], share: 40, memory: 1_500 },
  },
  { id: 'deployment', title: 'image and compose file', after: ['redis_server', 'build'], share: 40 },
  { id: 'readme_dev', title: 'npm run dev', after: ['build'], share: 20 },
  {
    ...{ id: 'readme_dev_json', title: 'npm run -s dev -- --data ... --json, npm run check, npm start' },
    ...{ after: ['build'], share: 20 },
  },
  { id: 'pack', title: 'contents of the package', after: ['build'], share: 20 },
  { id: 'publint', title: 'publint', after: ['pack'], share: 20 },
  { id: 'attw', title: 'are the types wrong', after: ['pack'], share: 20 },
  { id: 'packed_command', title: 'installed package', after: ['pack'], share: 20 },
  { id: 'packed_metrics', title: 'installed package with metrics', after: ['packed_command'], share: 20 },
  // They measure time.
  {
    id: 'soak',
    title: 'a minute of random requests and faults',
    after: ['redis_server', 'build'],
    share: 100,
  },
  { id: 'benchmark', title: 'benchmark', after: ['packages', 'build'], share: 100 },
];
