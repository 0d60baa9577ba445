import { Command } from 'commander';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { storeExportCommand } from './store-export.ts';
import { storeImportCommand } from './store-import.ts';
import { storeImportVaktCommand } from './store-import-vakt.ts';
import { storeInitCommand } from './store-init.ts';
import { storeMigrateCommand } from './store-migrate.ts';
import { storeStatusCommand } from './store-status.ts';

/** `cardea store`: policies in a database. */
export function storeCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('store').description('keep policies in a database').addHelpText('after', HELP);
  const commands = [
    storeInitCommand,
    storeStatusCommand,
    storeImportCommand,
    storeImportVaktCommand,
    storeExportCommand,
    storeMigrateCommand,
  ];
  for (const create of commands) command.addCommand(create(terminal, finish));
  return command;
}

const HELP = `
A store is an SQLite file, or the URL of a database:
  policies.db  sqlite:/var/lib/policies.db
  postgres://user:password@host:5432/name     needs the package pg
  mysql://user:password@host:3306/name        needs the package mysql2; mariadb:// too
  mongodb://user:password@host:27017/name     needs the package mongodb
  redis://user:password@host:6379/0           needs the package redis; rediss:// too

Other users of the machine see command lines: name a URL that has a password by the variable
CARDEA_STORE, which counts where there is no --store. No output repeats it.

Examples:
  cardea store init --store policies.db
  cardea store import policies --store policies.db
  cardea check --store policies.db -i '{"subject":"max","action":"get","resource":"book"}'`;
