import { join } from 'node:path';
import type { NextConfig } from 'next';

export default {
  // mintgate: begin
  // A bundle would hold two copies of "graphql", of which neither knows the other's errors.
  serverExternalPackages: ['mintgate', 'graphql'],
  // mintgate: end
  turbopack: {
    // The same for the edge runtime, where everything is bundled.
    resolveAlias: { graphql: 'graphql/index.js' },
    // For this repository only, where "mintgate" is a link to a folder above this one.
    root: join(import.meta.dirname, '../..'),
  },
} satisfies NextConfig;
