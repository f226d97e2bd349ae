import { join } from 'node:path';
import type { NextConfig } from 'next';

// The folder of everything that is imported, which is more than this one.
export default { turbopack: { root: join(import.meta.dirname, '../..') } } satisfies NextConfig;
