import { type Setting, settings } from '../config.ts';

const usage = `mintgate: a GraphQL gateway that turns a Clerk session into tokens for other services.

Usage
  mintgate dev      the gateway on an embedded local Clerk, with GraphiQL signed in; needs no Clerk account
  mintgate serve    the gateway for the Clerk instance whose keys are in the environment
  mintgate check    checks the configuration against Clerk, and tries Redis; exit code 1 when something is wrong
  mintgate schema   prints the subgraph schema

Options
  --port <n>        port to listen on (dev, serve); 0 takes a free one
  --host <address>  address to listen on (dev: loopback only)
  --data <file>     dev: users, organizations, sessions and templates of the local Clerk, watched for changes
  --rate-limit <n>  dev: requests per 10 s that the local Clerk admits, as Clerk does (100 in development); off by default
  --json            dev: the first line on standard output is one JSON object for scripts
  --help, --version

Environment (and .env; the config file mintgate.config.ts may set the same as options)
`;

/** The text of `mintgate --help`. */
export function helpText(): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  return `${usage}${settings.map((setting) => settingLines(setting, width)).join('\n')}\n`;
}

function settingLines({ name, description, defaultText, where }: Setting, width: number): string {
  const found = where ? ` Found in ${where}.` : '';
  return `  ${name.padEnd(width)}  ${description}${found} [${defaultText}]`;
}

/** The same settings as a Markdown table, as the README shows them. */
export function settingsTable(): string {
  const rows = settings.map(({ name, description, defaultText, where }) => {
    const found = where ? ` Found in ${where}.` : '';
    return `| \`${name}\` | ${description}${found} | ${defaultText} |`;
  });
  return ['| variable | what it does | default |', '|---|---|---|', ...rows].join('\n');
}
