import { describeMount } from './mount-suite.ts';

describeMount({ name: 'Hono 4', example: 'hono', script: 'start', path: '/graphql' });
