// Checks that the imports of a source tree point downward, from room to room, without circles. Exits with 1 when one does not:
// node scripts/rooms/check-rooms.ts [folder]
import { findViolations } from './find-violations.ts';
import { readImports } from './read-imports.ts';

const violations = findViolations(await readImports(process.argv[2] ?? 'src'));
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
