import { describeMount } from './mount-suite.ts';

describeMount({ name: 'Fastify 5', example: 'fastify', script: 'start', path: '/graphql' });
