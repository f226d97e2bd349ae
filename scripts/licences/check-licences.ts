// Lists the licences of the production dependencies of a folder and of the packages in a list of bundled ones, and exits with 1 when one is
// not permissive: node scripts/licences/check-licences.ts [folder [bundled-packages.json]]
import { bundledPackages, permissive, productionPackages } from './licences.ts';

const [folder = '.', list] = process.argv.slice(2);
const installed = productionPackages(folder);
const bundled = list === undefined ? [] : bundledPackages(list);
// A package may be both.
const packages = [...new Map([...installed, ...bundled].map((entry) => [entry.id, entry])).values()];
for (const [licence, group] of Map.groupBy(packages, ({ licence }) => String(licence))) {
  console.log(`${licence} (${group.length}): ${group.map(({ id }) => id).join(' ')}`);
}

const problems = packages.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id} ${problem}`]));
if (installed.length === 0) problems.push('package-lock.json names no production dependency');
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    `A production dependency and a bundled package need one of these licences: ${permissive.join(', ')}.`,
  );
  console.error('Replace the dependency that requires it: "npm explain <package>" names it.');
  process.exitCode = 1;
}
