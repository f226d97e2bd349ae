import { describeMount } from './mount-suite.ts';

describeMount({ name: 'node:http', example: 'node', script: 'start', path: '/graphql' });
