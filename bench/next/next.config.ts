import { join } from 'node:path';
import type { NextConfig } from 'next';

// The root contains all imported files, some of which are outside this folder.
export default { turbopack: { root: join(import.meta.dirname, '../..') } } satisfies NextConfig;
