import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newFolder } from '../support/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const use = `
import { createTokenSource, type TemplateName } from 'mintgate/client';
import { tokenDocument } from 'mintgate/client/documents';
import { useToken } from 'mintgate/react';

const common = { url: '/graphql', credentials: 'include' } as const;
export const source = createTokenSource({ ...common, template: 'hasura' });
export const claims = (await source.getClaims()) satisfies { sub: string } | null;
export const name: TemplateName = 'hasura';
export const state = () => useToken('hasura').claims satisfies { sub: string } | null;
// @ts-expect-error the template is not registered
createTokenSource({ ...common, template: 'other' });
// @ts-expect-error the template is not registered
tokenDocument('other');
// @ts-expect-error the template is not registered
export const other = () => useToken('other');
`;

/** Compiles a block that registers the template `hasura`, and code that uses it. @returns the errors of the compiler */
export async function compileRegistration(code: string): Promise<string> {
  const source = (file: string) => [join(root, 'src', file)];
  const compilerOptions = {
    paths: {
      'mintgate/client': source('client/index.ts'),
      'mintgate/client/documents': source('client/documents.ts'),
      'mintgate/react': source('react/index.ts'),
    },
    types: [],
    lib: ['es2023', 'dom'],
  };
  const project = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
  const folder = await newFolder({
    ...{ 'types.ts': code, 'use.ts': use, 'package.json': '{ "type": "module" }' },
    'tsconfig.json': JSON.stringify(project),
  });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  return stdout;
}
