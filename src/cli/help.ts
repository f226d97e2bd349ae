import { type EnvironmentVariable, environmentVariables } from '../config/environment.ts';
import { optionTable } from '../config/option-table.ts';
import { fileVariableOf } from '../config/secret-file.ts';
import { columns, wrap } from './columns.ts';
import { type Command, type CommandDescription, commandOptions, commands } from './commands.ts';

const commonOptions: readonly (readonly [usage: string, description: string])[] = [
  ['--help', 'Prints this text.'],
  ['--version', 'Prints the version.'],
];

/** Returns the text of `mintgate --help`, or of the `--help` of one command, for a terminal of 100 columns. */
export function helpText(command: Command = 'help'): string {
  return command === 'help' ? generalHelp() : commandHelp(command);
}

function generalHelp(): string {
  return paragraphs(
    wrap('mintgate: a GraphQL gateway that turns a Clerk session into tokens for other services.', 0),
    `Usage\n${columns(Object.entries(commands).map(([name, { summary }]) => [`mintgate ${name}`, summary]))}`,
    wrap('mintgate <command> --help lists the options of a command, and the settings that it reads.', 0),
    ...settingsPart(environmentVariables),
  );
}

function commandHelp(command: Command): string {
  const { summary, more, options, usage, ignoredVariables, onlyVariables, defaults } = commands[command];
  const rows = options.map((option) => commandOptions[option]);
  const read = environmentVariables.filter(({ name }) =>
    onlyVariables ? onlyVariables.includes(name) : ignoredVariables && !ignoredVariables.includes(name),
  );
  return paragraphs(
    wrap(`mintgate ${command}: ${summary}.`, 0),
    ...(more ? [wrap(more, 0)] : []),
    `Usage\n  mintgate ${[command, ...(usage ? [usage] : rows.map((row) => `[${row.usage}]`))].join(' ')}`,
    `Options\n${columns([...rows.map(({ usage, description }) => [usage, description] as const), ...commonOptions])}`,
    ...(read.length > 0 ? settingsPart(read, defaults) : []),
  );
}

function settingsPart(
  variables: readonly EnvironmentVariable[],
  defaults: CommandDescription['defaults'] = {},
): string[] {
  const title = 'Environment (and .env; the config file mintgate.config.ts sets the same as options)';
  const rows = variables.map((variable) => {
    const { name, defaultText } = variable;
    return [name, `${describe(variable)} [${defaults[name] ?? defaultText}]`] as const;
  });
  return [`${title}\n${columns(rows)}`, wrap(secretFilesText(variables), 0)];
}

/** Returns the sentences about secrets in files and in lists. @param variables - those of a command. @default all */
export function secretFilesText(variables: readonly EnvironmentVariable[] = environmentVariables): string {
  const secrets = variables.filter(({ secret }) => secret);
  const namesOf = (some: readonly EnvironmentVariable[]) => some.map(({ name }) => name).join(', ');
  const single = namesOf(secrets.filter(({ list }) => !list));
  const [example = ''] = secrets.map(({ name }) => fileVariableOf(name));
  return (
    `Each secret (${namesOf(secrets)}) can be in a file: NAME_FILE, such as ${example}, is the path of the file. ` +
    `${single ? `All but ${single}` : 'They'} take several entries while one replaces another: ` +
    'the newest first, separated by commas or, in a file, by line feeds.'
  );
}

function paragraphs(...texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`;
}

function describe({ description, where }: EnvironmentVariable): string {
  return where ? `${description} Found in ${where}.` : description;
}

/** Returns every setting of the environment as a Markdown table for docs/configuration.md. */
export function settingsTable(): string {
  const rows = environmentVariables.map((variable) => {
    const { name, defaultText, restart } = variable;
    const change =
      restart === undefined ? 'reload' : restart === 'always' ? 'restart' : `reload; restart ${restart}`;
    return `| \`${name}\` | ${optionOf(variable)} | ${describe(variable)} | ${defaultText} | ${change} |`;
  });
  return [
    '| variable | option of `createGateway` | what it does | default | a change needs |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function optionOf({ sets }: EnvironmentVariable): string {
  if (sets in optionTable) return `\`${sets}\``;
  // The command reads the manifest that the variable names, and passes the documents on.
  return sets === 'persistedOnly' ? '`persistedDocuments`' : 'none: the command only';
}
