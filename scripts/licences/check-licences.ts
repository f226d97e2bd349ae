// Lists the licences of the production dependencies of a folder, and exits with 1 when one is not permissive:
// node scripts/licences/check-licences.ts [folder]
import { permissive, productionPackages } from './licences.ts';

const packages = productionPackages(process.argv[2] ?? '.');
for (const [licence, group] of Map.groupBy(packages, ({ licence }) => String(licence))) {
  console.log(`${licence} (${group.length}): ${group.map(({ id }) => id).join(' ')}`);
}

const problems = packages.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id} ${problem}`]));
if (packages.length === 0) problems.push('package-lock.json names no production dependency');
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`A production dependency needs one of these licences: ${permissive.join(', ')}.`);
  console.error('Replace the dependency that requires it: "npm explain <package>" names it.');
  process.exitCode = 1;
}
