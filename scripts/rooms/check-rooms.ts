// Checks that the imports between the rooms of a source tree point to lower floors, without circles. Exits with 1 after a violation:
// node scripts/rooms/check-rooms.ts [folder]
import { findViolations } from './find-violations.ts';
import { readImports } from './read-imports.ts';

const violations = findViolations(await readImports(process.argv[2] ?? 'src'));
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
