import { testOnALaptop } from './laptop.ts';
import { describeMount } from './mount-suite.ts';

for (const [name, example] of [
  ['Cloudflare Workers (workerd)', 'workerd'],
  ['Bun', 'bun'],
  ['Deno', 'deno'],
] as const) {
  describeMount({ name, example, script: 'start', path: '/graphql' });
  testOnALaptop(example);
}
