import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TokenVerificationErrorReason } from '@clerk/backend/errors';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../src/errors.ts';
import { collectMessages } from './messages.ts';

const root = new URL('../../', import.meta.url);
const page = await readFile(new URL('docs/troubleshooting.md', root), 'utf8');
const messages = await collectMessages(fileURLToPath(new URL('src', root)));

describe('docs/troubleshooting.md', () => {
  test('has every error code, and no other', () => {
    expect(firstCells('Codes').sort()).toEqual(Object.keys(errorCodes).sort());
  });

  test('has every reason of a refused session, and no other', () => {
    const expected = [...messages.refusals, ...Object.values(TokenVerificationErrorReason)];
    expectSameTexts(firstCells('Refused sessions: `refusal` in the log'), expected);
  });

  test('has every reason of audit events, and no other', () => {
    expectSameTexts(firstCells('Reasons in audit events and in development'), [...messages.reasons]);
  });

  test('has every key of the refusals in the statistics, and no other', async () => {
    const source = await readFile(new URL('src/mint/mint-failure.ts', root), 'utf8');
    const types = source.slice(
      source.indexOf('export type RefusalReason'),
      source.indexOf('/** A mint that'),
    );
    const keys = [...types.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, key]) => key);
    expect(firstCells('Refusals in the statistics').sort()).toEqual([...new Set(keys)].sort());
  });

  test('has every message of the command, and no other', () => {
    // A finding that is ok, in a variable of the same name as others.
    const isOk = (text: string) => text === 'template <>: lifetime <> s';
    expectSameTexts(
      firstCells('Messages of the command'),
      [...messages.command].filter((text) => !isOk(text)),
    );
  });
});

test('messages are collected with <> in place of values', () => {
  expect(messages.command).toContain('there is no command "<>"; see mintgate --help');
  expect(messages.refusals).toContain('expired (exp)');
  expect(messages.reasons).toContain('the budget of mints is spent');
});

/** Returns the code in the first cells of the tables of a section, with `<>` in place of `<...>`. */
function firstCells(title: string): string[] {
  const [, section = ''] = page.split(`\n## ${title}\n`);
  const rows = section.split('\n## ')[0]?.matchAll(/^\| (`+) ?(.*?) ?\1 \|/gm) ?? [];
  return [...rows].map(([, , text = '']) => text.replace(/<[^>]*>/g, '<>'));
}

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Two texts are the same where one has `<>` for a part of the other. */
function isSame(one: string, other: string): boolean {
  const matches = (pattern: string, text: string) =>
    new RegExp(`^${pattern.split('<>').map(escapePattern).join('.+')}$`).test(text);
  return matches(one, other) || matches(other, one);
}

/** Expects that each text has its counterpart. Texts without words, such as `<>: <>`, are left out. */
function expectSameTexts(shown: readonly string[], collected: readonly string[]): void {
  const expected = collected.filter((text) => /[a-z]{3}/i.test(text));
  expect(expected.length).toBeGreaterThan(5);
  const missing = expected.filter((text) => !shown.some((other) => isSame(text, other)));
  const surplus = shown.filter((text) => !expected.some((other) => isSame(text, other)));
  expect({ missing, surplus }).toEqual({ missing: [], surplus: [] });
}
