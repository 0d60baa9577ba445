import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from './fake-terminal.ts';

const BIN = join(import.meta.dirname, '../src/bin.ts');

/** Lets nobody find the packages of databases, as where they are not installed. */
const HOOKS = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (!['pg', 'mysql2', 'mongodb', 'redis', 'better-sqlite3'].includes(specifier)) return next(specifier, context);
    throw Object.assign(new Error("Cannot find package '" + specifier + "' imported from x"), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});`;

it.each([
  ['postgres', 'pg'],
  ['mysql', 'mysql2'],
  ['mongodb', 'mongodb'],
  ['redis', 'redis'],
])('a store of %s says which package it needs, and SQLite needs none', async (scheme, name) => {
  const cwd = await folderWith({ 'hooks.mjs': HOOKS });
  const init = (store: string): object => {
    const flags = ['--conditions=cardea-source', '--import', './hooks.mjs', BIN, 'store', 'init', '-s', store];
    const { status, stderr } = spawnSync(process.execPath, flags, { cwd, encoding: 'utf8' });
    return { status, stderr };
  };
  expect(init(`${scheme}://ann:secret@h/d`)).toEqual({
    status: 2,
    stderr: `cardea: this store needs the package \`${name}\`: run \`npm install ${name}\` [CARDEA_IO]\n`,
  });
  expect(init('p.db')).toEqual({ status: 0, stderr: '' });
});
