// Checks that the imports of a source tree point downward, from room to room, without circles:
// node scripts/rooms/check-rooms.ts [folder]
import { findViolations, readImports } from './find-violations.ts';

const imports = await readImports(process.argv[2] ?? 'src');
const violations = findViolations(imports);
for (const violation of violations) console.error(violation);
if (imports.size === 0) console.error('there are no TypeScript files here');
process.exitCode = violations.length > 0 || imports.size === 0 ? 1 : 0;
