import { expect } from 'vitest';
import { parseSource } from '../../scripts/rooms/source-files.ts';
import { type Shortcode, shortcodes } from '../../src/jwt-templates/shortcodes.ts';
import { newFolder, runCommand } from '../support/command.ts';
import type { CodeBlock } from './code-blocks.ts';
import type { DocumentsWorld } from './documents-world.ts';

/** Runs the lines of a block, each a `mintgate types`, in a folder with an export of the templates. */
export async function runTypes({ code }: CodeBlock, { clerk }: DocumentsWorld): Promise<void> {
  const answer = await fetch(`${clerk.url}/v1/jwt_templates`, {
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  const folder = await newFolder({ 'templates.json': await answer.text(), 'web/a.ts': '' });
  const env = { CLERK_SECRET_KEY: clerk.secretKey, CLERK_API_URL: clerk.url };
  for (const line of code.trim().split('\n')) {
    const [command, ...args] = line.split(' ');
    expect(command).toBe('mintgate');
    const { code: exitCode, stderr } = await runCommand(args, { folder, env });
    expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: '' });
  }
}

/** Checks that a block declares interfaces of metadata that shortcodes have. */
export function checkDeclaredMetadata({ file, code }: CodeBlock): void {
  parseSource(`${file}.ts`, code);
  const known = Object.values<Shortcode>(shortcodes).flatMap((shortcode) =>
    shortcode.type === 'metadata' ? [shortcode.declaredAs] : [],
  );
  const declared = [...code.matchAll(/^ {2}interface (\w+) \{$/gm)].map(([, name]) => name);
  expect(declared.length).toBeGreaterThan(0);
  expect(known).toEqual(expect.arrayContaining(declared));
}
