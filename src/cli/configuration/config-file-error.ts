import { readFileSync } from 'node:fs';
import { type LoadHookSync, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { redactSecrets } from '../../logging/redact-secrets.ts';

/** Describes in one line why a config file cannot be loaded, with line and column where Node.js knows them. */
export async function describeLoadError(error: unknown, file: string): Promise<string> {
  const [message = ''] = redactSecrets(error instanceof Error ? error.message : String(error)).split('\n');
  const place =
    placeOf(error, file) ?? (error instanceof SyntaxError ? await placeOfSyntaxError(file) : undefined);
  return place === undefined ? message : `${place}: ${message}`;
}

function placeOf(error: unknown, file: string): string | undefined {
  const lines = String((error as Error | undefined)?.stack ?? '').split('\n');
  return placeInSnippet(lines, file) ?? placeInFrames(lines, file);
}

/** Reads the place from a stack that begins with `file:line`, lines of code, and carets. At the end of a file there are no carets. */
function placeInSnippet([head = '', ...lines]: readonly string[], file: string): string | undefined {
  const [, where = '', line] = /^(.+?):(\d+)$/.exec(head) ?? [];
  if (line === undefined) return undefined;
  const carets = lines.find((text) => /^ *\^+$/.test(text));
  const lastOfCode = lines[lines.findIndex((text) => text.startsWith('SyntaxError')) - 2] ?? '';
  const column = carets === undefined ? lastOfCode.length : carets.indexOf('^');
  const path = where.startsWith('file:') ? fileURLToPath(where) : where;
  return `${path === file ? '' : `in ${path}, `}line ${line}, column ${column + 1}`;
}

function placeInFrames(lines: readonly string[], file: string): string | undefined {
  const url = pathToFileURL(file).href;
  const frame = lines.find(
    (line) => /^ +at /.test(line) && (line.includes(`${url}:`) || line.includes(`${url}?`)),
  );
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  return line === undefined ? undefined : `line ${line}, column ${column}`;
}

// For a syntax error in JavaScript, Node.js prints the place but does not add it to the stack. When the same file is loaded as
// TypeScript, the stack contains the place.
async function placeOfSyntaxError(file: string): Promise<string | undefined> {
  const url = `${pathToFileURL(file).href}?as-typescript`;
  const load: LoadHookSync = (from, context, next) =>
    from === url
      ? { format: 'module-typescript', source: readFileSync(file), shortCircuit: true }
      : next(from, context);
  const hooks = registerHooks({ load });
  try {
    await import(url);
    return undefined;
  } catch (error) {
    return placeOf(error, file);
  } finally {
    hooks.deregister();
  }
}
