import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';

it.each([
  [['start'], { verb: 'start', names: ['postgres', 'mariadb', 'redis', 'mongodb', 'nats'] }],
  [['stop', 'redis'], { verb: 'stop', names: ['redis'] }],
  [['status', 'mongodb', 'postgres'], { verb: 'status', names: ['mongodb', 'postgres'] }],
  [['env'], { verb: 'env', names: ['postgres', 'mariadb', 'redis', 'mongodb', 'nats'] }],
])('reads %j as a verb and servers, all where none is named', (args, command) => {
  expect(parseCommand(args)).toEqual(command);
});

it.each([
  [[], 'no such command: ``; there are `start`, `stop`, `status`, `env`'],
  [['begin'], 'no such command: `begin`; there are `start`, `stop`, `status`, `env`'],
  [['start', 'oracle'], 'no such server: `oracle`; there are `postgres`, `mariadb`, `redis`, `mongodb`, `nats`'],
])('refuses %j and says what there is', (args, reason) => {
  expect(parseCommand(args)).toEqual({ verb: 'invalid', reason });
});
