import { resolve } from 'node:path';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type Finding, printFinding } from '../check/finding.ts';
import { readConfiguration, requireOptions } from '../configuration/read-configuration.ts';
import { writeJsonSchema } from './json-schema.ts';
import { linkTarget } from './link-target.ts';
import {
  defaultTypesFile,
  isReplaceable,
  type OutputKind,
  readOutputFile,
  writeOutputFile,
} from './output-file.ts';
import { selectTemplates } from './select-templates.ts';
import { otherDifference, staleDefinitions, staleTemplates } from './stale-templates.ts';
import { readTemplates } from './template-source.ts';
import { typesOfTemplates } from './template-types.ts';
import { type Registration, writeTypeScript } from './typescript.ts';

/** The arguments of `mintgate types`. */
export interface TypesArguments {
  /** @default 'clerk' */
  from: string | undefined;
  /** The TypeScript file. @default that of the configuration, else `mintgate.types.ts` */
  out: string | undefined;
  /** The file for the JSON Schema. @default none */
  jsonSchema: string | undefined;
  /** Whether files are compared instead of written. */
  check: boolean;
  registration: Registration;
}

/** A file that the command writes. */
interface OutputFile {
  path: string;
  kind: OutputKind;
  text: string;
}

/**
 * Runs `mintgate types`: writes the types of the templates' claims, or compares the files with them. Sets the exit code 1 when a compared
 * file is out of date.
 */
export async function types(args: TypesArguments): Promise<void> {
  const configuration = await readConfiguration(process.cwd());
  const { options, environment } = configuration;
  if (options.templates !== undefined) requireOptions(['templates'], configuration);
  const listed = await readTemplates(args.from ?? 'clerk', configuration);
  const { templates, findings } = selectTemplates(listed, options.templates);
  const all = typesOfTemplates(templates);
  const path = args.out ?? environment.typesFile ?? defaultTypesFile;
  const files: OutputFile[] = [{ path, kind: 'typescript', text: writeTypeScript(all, args.registration) }];
  if (args.jsonSchema !== undefined) {
    refuseSameFile(args.jsonSchema, path);
    files.push({ path: args.jsonSchema, kind: 'json-schema', text: writeJsonSchema(all) });
  }
  for (const finding of findings) printFinding(finding);
  for (const file of files) {
    const finding = args.check ? compareFile(file, commandOf(args)) : await updateFile(file);
    printFinding(finding);
    if (finding.verdict === 'fail') process.exitCode = 1;
  }
}

function refuseSameFile(jsonSchema: string, path: string): void {
  if (resolve(linkTarget(jsonSchema)) !== resolve(linkTarget(path))) return;
  throw new ConfigurationError([
    `--json-schema ${jsonSchema}: this is the TypeScript file, too: pass another path`,
  ]);
}

async function updateFile({ path, kind, text }: OutputFile): Promise<Finding> {
  const present = readOutputFile(path);
  // An unchanged file is not written, so that programs that watch it do nothing.
  if (present === text) return upToDate(path);
  if (present !== undefined && !isReplaceable(present, kind)) return notOurs(path);
  await writeOutputFile(path, text);
  return { verdict: 'ok', text: `${path}: written` };
}

function compareFile({ path, kind, text }: OutputFile, command: string): Finding {
  const present = readOutputFile(path);
  if (present === text) return upToDate(path);
  if (present === undefined) {
    return { verdict: 'fail', text: `${path}: there is no such file: run ${command}` };
  }
  if (!isReplaceable(present, kind)) return notOurs(path);
  const changes = kind === 'typescript' ? staleTemplates(present, text) : staleDefinitions(present, text);
  const reason = changes.join(', ') || otherDifference;
  return { verdict: 'fail', text: `${path}: is out of date: ${reason}: run ${command}` };
}

function notOurs(path: string): Finding {
  return {
    verdict: 'fail',
    text: `${path}: mintgate types did not write this file, and does not replace it: pass another path, or remove it`,
  };
}

const upToDate = (path: string): Finding => ({ verdict: 'ok', text: `${path}: is up to date` });

/** Returns the command line that writes the files. */
function commandOf({ from, out, jsonSchema, registration }: TypesArguments): string {
  const options = Object.entries({ from, out, 'json-schema': jsonSchema }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${/^[\w./-]+$/.test(value) ? value : JSON.stringify(value)}`],
  );
  const flags = registration === 'register' ? [] : ['--no-register'];
  return ['mintgate types', ...options, ...flags].join(' ');
}
