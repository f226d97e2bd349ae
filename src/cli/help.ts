import { type Setting, settings } from '../config/environment.ts';
import { columns, wrapped } from './columns.ts';
import { type Command, type CommandDescription, commandOptions, commands } from './commands.ts';

const common: readonly (readonly [string, string])[] = [
  ['--help', 'Prints this text.'],
  ['--version', 'Prints the version.'],
];

/** The text of `mintgate --help`, or of the `--help` of one command; as wide as a terminal. */
export function helpText(command: Command = 'help'): string {
  return command === 'help' ? generalHelp() : commandHelp(command);
}

function generalHelp(): string {
  return paragraphs(
    wrapped('mintgate: a GraphQL gateway that turns a Clerk session into tokens for other services.', 0),
    `Usage\n${columns(Object.entries(commands).map(([name, { summary }]) => [`mintgate ${name}`, summary]))}`,
    wrapped('mintgate <command> --help tells the options of a command, and the settings that it reads.', 0),
    settingsPart(settings),
  );
}

function commandHelp(command: Command): string {
  const { summary, more, options, settingsBut, defaults } = commands[command];
  const rows = options.map((option) => commandOptions[option]);
  const read = settings.filter(({ name }) => settingsBut && !settingsBut.includes(name));
  return paragraphs(
    wrapped(`mintgate ${command}: ${summary}.`, 0),
    ...(more ? [wrapped(more, 0)] : []),
    `Usage\n  mintgate ${[command, ...rows.map(({ usage }) => `[${usage}]`)].join(' ')}`,
    `Options\n${columns([...rows.map(({ usage, description }) => [usage, description] as const), ...common])}`,
    ...(read.length > 0 ? [settingsPart(read, defaults)] : []),
  );
}

function settingsPart(list: readonly Setting[], defaults: CommandDescription['defaults'] = {}): string {
  const title = 'Environment (and .env; the config file mintgate.config.ts may set the same as options)';
  const rows = list.map(({ name, defaultText, ...setting }) => {
    return [name, `${descriptionOf(setting)} [${defaults[name] ?? defaultText}]`] as const;
  });
  return `${title}\n${columns(rows)}`;
}

function paragraphs(...texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`;
}

function descriptionOf({ description, where }: Pick<Setting, 'description' | 'where'>): string {
  return where ? `${description} Found in ${where}.` : description;
}

/** The same settings as a Markdown table, as the README shows them. */
export function settingsTable(): string {
  const rows = settings.map(({ name, defaultText, ...setting }) => {
    return `| \`${name}\` | ${descriptionOf(setting)} | ${defaultText} |`;
  });
  return ['| variable | what it does | default |', '|---|---|---|', ...rows].join('\n');
}
