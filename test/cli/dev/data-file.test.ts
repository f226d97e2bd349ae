import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDataFile, readJsonFile, withPrefix } from '../../../src/cli/dev/data-file.ts';
import { newFolder } from '../../support/command.ts';

const data = {
  users: [{ id: 'user_one', name: 'One' }],
  sessions: [{ id: 'sess_one', user_id: 'user_one' }],
};

test('a data file is returned as it was written, with keys that are unknown', async () => {
  const text = JSON.stringify({ ...data, extra: 1 });
  const folder = await newFolder({ 'my-clerk.json': text });
  expect(await readDataFile(join(folder, 'my-clerk.json'))).toEqual({ ...data, extra: 1 });
});

test('X20 a byte order mark at the beginning of a data file is skipped', async () => {
  const folder = await newFolder({ 'my-clerk.json': `\uFEFF${JSON.stringify(data)}` });
  expect(await readDataFile(join(folder, 'my-clerk.json'))).toEqual(data);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['a file that does not exist', {}, /: there is no such file: pass the path of a JSON file$/],
  ['a folder', { 'my-clerk.json/x': '' }, /: this is a folder: pass the path of a JSON file$/],
  ['an empty file', { 'my-clerk.json': '' }, /: is not JSON: it is empty, or its end is missing$/],
  [
    'a file that is cut off',
    { 'my-clerk.json': '{"users":[' },
    /: is not JSON: it is empty, or its end is missing$/,
  ],
  ['a file with a mistake', { 'my-clerk.json': '{\n  a' }, /: is not JSON: the error is at line 2 column 3$/],
  [
    'a file of another kind',
    { 'my-clerk.json': 'mine' },
    /: is not JSON: correct it, or pass the path of a JSON file$/,
  ],
  [
    'a session of a user that is not in the file',
    { 'my-clerk.json': JSON.stringify({ users: [], sessions: data.sessions }) },
    /sessions\[0\]\.user_id: .*user_one/,
  ],
])('%s is refused, and the file is named', async (_what, files, message) => {
  const file = join(await newFolder(files), 'my-clerk.json');
  const read = readDataFile(file);
  await expect(read).rejects.toThrow(`--data ${file}: `);
  await expect(read).rejects.toThrow(message);
});

test('a message quotes nothing of a file that is not JSON, such as a file with a key', async () => {
  const secret = ['sk', 'live', 'a'.repeat(40)].join('_');
  for (const text of [secret, `${secret}\n`, `{"a":${secret}}`, `["${secret}", x]`, `{"a":"${secret}`]) {
    const folder = await newFolder({ 'key.txt': text });
    const { message } = await readJsonFile(join(folder, 'key.txt'), '--from').then(
      () => new Error('accepted'),
      (error: Error) => error,
    );
    expect(message).toMatch(/^--from \S+key\.txt: is not JSON: /);
    expect(message).not.toMatch(/sk_|aaa|"/);
  }
});

test('an error gets a prefix', () => {
  expect(withPrefix('--from a.json', () => 1)).toBe(1);
  const fail = () => {
    throw new Error('expected a list');
  };
  expect(() => withPrefix('--from a.json', fail)).toThrow('--from a.json: expected a list');
});
