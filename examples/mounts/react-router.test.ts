import { describeMount } from './mount-suite.ts';

const shared = { example: 'react-router', path: '/graphql' };

describeMount({ ...shared, name: 'React Router 8', build: 'build', script: 'start' });
describeMount({ ...shared, name: 'React Router 8, in development', script: 'dev' });
